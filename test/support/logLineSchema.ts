import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { isDetailCode, OAUTH_CODES } from "../../bin/rollcall/errors/errors.ts";
import { GATEWAY_REMEDIES } from "../../bin/rollcall/errors/gateway.ts";
import { QUIRKS } from "../../bin/rollcall/log/quirks.ts";

/** The schema of every log line with its checks, loaded once for each process (see logLines.ts). */

interface Variant {
  readonly properties: Readonly<Record<string, { readonly const?: string }>>;
  readonly required: readonly string[];
}

const text = readFileSync(new URL("../../lib/docs/logLine.schema.json", import.meta.url), "utf8");
// Each variant alone; the shared definitions have a name.
const schema = JSON.parse(text.replaceAll('"#/definitions/', '"common#/definitions/'));
const variants = (schema.oneOf as readonly Variant[]).map(
  (variant) => [String(variant.properties.type?.const), variant] as const,
);

// A process writes few types of lines, so a variant is compiled on its first line, without optimizing: in one schema, the first
// line would compile all of them. test/unit/logWriter.test.ts checks the complete schema once.
const ajv = new Ajv({ allErrors: true, inlineRefs: false, validateSchema: false, code: { optimize: false } });
ajv.addSchema({ definitions: schema.definitions }, "common");
for (const [type, variant] of variants) ajv.addSchema(variant, type);
const TYPES: ReadonlySet<string> = new Set(variants.map(([type]) => type));

/** The fields of each type of line, by its name. */
export const LOG_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  variants.map(([type, { properties }]) => [type, Object.keys(properties)]),
);

/** Fields that every line of the type has. */
export const REQUIRED_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  variants.map(([type, { required }]) => [type, required]),
);

/** Codes without a text in the catalogue: they are no SCIM errors, or not of a function. */
const OTHER_CODES: ReadonlySet<string> = new Set([
  ...OAUTH_CODES,
  ...Object.keys(GATEWAY_REMEDIES).map((name) => `gateway.${name}`),
]);

/** Faults in a line's JSON text; empty for a valid line. */
export function faultsOf(text: string): string[] {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return [`no JSON: ${text.slice(0, 200)}`];
  }
  const type = isObject(line) ? String(line.type) : "";
  const isOfItsType = TYPES.has(type) ? ajv.getSchema(type) : undefined;
  if (isOfItsType === undefined) return [`no type that the schema knows in ${text}`];
  if (isOfItsType(line) === true) return codeFaults(line);
  return (isOfItsType.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)} in ${text}`,
  );
}

/** Nobody could look up a code outside the catalogue, or a quirk without a meaning. */
function codeFaults(line: unknown): string[] {
  if (!isObject(line)) return [];
  const quirks = isObject(line.bent) ? Object.keys(line.bent).map((entry) => entry.split(":")[0] ?? "") : [];
  const codes = [line.detailCode, ...(isObject(line.codes) ? Object.keys(line.codes) : [])];
  return [
    ...codes.flatMap((code) =>
      typeof code !== "string" || isDetailCode(code) || OTHER_CODES.has(code)
        ? []
        : [`the catalogue lacks the detail code ${code}`],
    ),
    ...quirks.filter((quirk) => !Object.hasOwn(QUIRKS, quirk)).map((quirk) => `no file declares the quirk ${quirk}`),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
