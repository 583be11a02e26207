import type { OrgSetup, SetupGuide, SetupPart, SetupStep } from "../../../lib/guides/guide.ts";
import { printable, table } from "../table.ts";

const WIDTH = 100;
const INDENT = "   ";

/** The steps for a terminal. */
export function renderText(guide: SetupGuide, org: OrgSetup): string {
  return [
    `${guide.name}: connect ${printable(org.org)}`,
    ...guide.steps(org).map((step, index) => renderStep(step, index + 1)),
    ["The vendor's own pages:", ...guide.sources.map((source) => `${INDENT}${source}`)].join("\n"),
  ].join("\n\n");
}

function renderStep({ title, where, parts }: SetupStep, number: number): string {
  const way = where.length === 0 ? [] : wrapped(where.join(" > "), INDENT, INDENT);
  return [`${number}. ${title}`, ...way, ...parts.flatMap(renderPart)].join("\n");
}

function renderPart(part: SetupPart): string[] {
  switch (part.kind) {
    case "action":
      return wrapped(part.text, `${INDENT}- `, `${INDENT}  `);
    case "note":
      return wrapped(part.text, `${INDENT}! `, `${INDENT}  `);
    case "fields": {
      const rows = part.fields.map(({ name, value }) => [name, value]);
      return indented(table(["FIELD", "VALUE"], rows));
    }
    case "mappings": {
      const remarked = part.mappings.some(({ remark }) => remark !== "");
      const rows = part.mappings.map(({ target, source, remark }) => [target, source, remark]);
      return indented(table(["TARGET", "SOURCE", ...(remarked ? ["REMARK"] : [])], rows));
    }
    case "json":
      return part.text.split("\n").map((line) => `${INDENT}  ${line}`);
  }
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => `${INDENT}  ${line}`);
}

/** Lines of at most WIDTH characters; text in backticks stays on one line, so that it can be copied. */
function wrapped(text: string, first: string, rest: string): string[] {
  const words = printable(text).match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const fresh = line === first || line === rest;
    if (!fresh && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest + word;
    } else line += fresh ? word : ` ${word}`;
  }
  return [...lines, line];
}
