import { PRESETS } from "../../../functions/store/rules.ts";
import { entra } from "../../../lib/guides/entra.ts";
import { google } from "../../../lib/guides/google.ts";
import type { Idp, OrgSetup, SetupGuide, SetupPart } from "../../../lib/guides/guide.ts";
import { jumpCloud } from "../../../lib/guides/jumpCloud.ts";
import { okta } from "../../../lib/guides/okta.ts";
import { oneLogin } from "../../../lib/guides/oneLogin.ts";
import { printedCommand } from "../printedCommand.ts";

/**
 * The steps as a Markdown document.
 * @param placeholders of an organization; they must show what the reader replaces
 */
export function renderChapter(idp: Idp, placeholders: OrgSetup): string {
  const guide = GUIDES[idp];
  const steps = guide.steps(placeholders).map(({ title, where, parts }, index) => {
    const way = where.length === 0 ? [] : [`Where: ${where.join(" › ")}`];
    return [`## ${index + 1}. ${title}`, ...way, ...blocks(parts)].join("\n\n");
  });
  const sources = `Consoles change; the vendor's own pages: ${guide.sources.map((source) => `<${source}>`).join(", ")}`;
  const filledIn = `\`${placeholders.command(`org setup ${placeholders.org} --idp ${idp}`)}\``;
  const heading = `# Connect ${guide.name}\n\n${filledIn} prints these steps with the values of your organization and its rules. For a deployment, add \`--stack Rollcall\` to the commands.`;
  return `${[heading, ...steps, sources].join("\n\n")}\n`;
}

/** Successive actions and notes form one list. */
function blocks(parts: readonly SetupPart[]): string[] {
  const done: string[] = [];
  let list: string[] = [];
  const close = () => {
    if (list.length > 0) done.push(list.join("\n"));
    list = [];
  };
  for (const part of parts) {
    if (part.kind === "action" || part.kind === "note") list.push(`- ${prose(part.text)}`);
    else {
      close();
      done.push(block(part));
    }
  }
  close();
  return done;
}

function block(part: Exclude<SetupPart, { kind: "action" | "note" }>): string {
  switch (part.kind) {
    case "fields":
      return markdownTable(
        ["field", "value"],
        part.fields.map(({ name, value }) => [cell(name), code(value)]),
      );
    case "mappings":
      return markdownTable(
        ["target", "source", "remark"],
        part.mappings.map(({ target, source, remark }) => [code(target), code(source), cell(remark)]),
      );
    case "json":
      return `\`\`\`json\n${part.text}\n\`\`\``;
  }
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // Leaves out columns without content.
  const kept = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => kept[column]).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** "Labels" outside of `code` become bold. */
function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece) => (piece.startsWith("`") ? piece : escaped(piece).replace(/"([^"]+)"/g, "**$1**")))
    .join("");
}

function cell(text: string): string {
  return /[[\]]/.test(text) ? code(text) : escaped(text).replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function escaped(text: string): string {
  return text.replace(/[\\*_[\]<]/g, "\\$&");
}

export const GUIDES: Readonly<Record<Idp, SetupGuide>> = {
  entra,
  okta,
  onelogin: oneLogin,
  google,
  jumpcloud: jumpCloud,
};

export function isIdp(name: string | undefined): name is Idp {
  return name !== undefined && Object.hasOwn(GUIDES, name);
}

/** Placeholders for the reader's organization. */
const PLACEHOLDERS: OrgSetup = {
  org: "acme",
  tenantUrl: "https://YOUR-ENDPOINT/scim/v2/acme",
  rules: PRESETS.standard,
  command: (words) => printedCommand(undefined, words),
};

/** A chapter for each identity provider with a guide, by path in the repository. */
export function setupChapters(): ReadonlyMap<string, string> {
  return new Map(
    Object.values(GUIDES).map(({ idp }) => [`lib/docs/connect/${idp}.md`, renderChapter(idp, PLACEHOLDERS)]),
  );
}
