import type { ScimError } from "../scim/error.ts";
import { PLACE } from "../scim/errors/family.ts";

/** A text about one of these attributes begins with its name. */
const ITS_OWN = /^(?:userName|displayName|members|active|schemas)(?= )/;

/** Codes that imply an attribute which their text does not begin with. */
const BY_CODE: readonly (readonly [attribute: string, codes: RegExp])[] = [
  ["members", /member|noTarget\.add/],
  ["emails", /[eE]mail/],
];

/** Codes whose `name` or `path` value is no attribute: it is a query parameter, or text from the client. */
const NO_ATTRIBUTE: readonly string[] = ["value.integer", "value.search", "filter.attribute"];

/** Where the text of one of these codes names no attribute, the only attribute of the PATCH is at fault. */
const OF_A_PATCH = /^(?:value|noTarget|mutability|user)\./;

/** An attribute as paths print it. A value with a space is part of a sentence. */
const ATTRIBUTE = /^[A-Za-z$][\w$:.-]*$/;

/**
 * The attributes at fault, spelled as in the schemas. They go into the log: never a value, never a name that a client made up.
 * @param patchPaths what the PATCH changes, as `describePatch` prints it
 */
export function attributesAtFault(refused: readonly ScimError[], patchPaths: readonly string[] = []): string[] {
  return [...new Set(refused.flatMap((error) => namedBy(error) ?? patchedAlone(error, patchPaths) ?? []))];
}

function namedBy({ code, text, values }: ScimError): string | undefined {
  if (NO_ATTRIBUTE.includes(code)) return undefined;
  const always = ITS_OWN.exec(text)?.[0] ?? BY_CODE.find(([, codes]) => codes.test(code))?.[0];
  if (always !== undefined) return always;
  const places = Array.from(text.matchAll(PLACE), ([, place]) => place);
  const value = values[places.findIndex((place) => place === "name" || place === "path")];
  return typeof value === "string" && ATTRIBUTE.test(value) ? value : undefined;
}

function patchedAlone({ code }: ScimError, patchPaths: readonly string[]): string | undefined {
  if (!OF_A_PATCH.test(code)) return undefined;
  const [attribute, ...others] = new Set(patchPaths.map(attributeOf));
  return others.length > 0 || attribute === "unknown" ? undefined : attribute;
}

/** Reads `emails.value` from `replace emails[type].value`. */
function attributeOf(described: string): string {
  return described.slice(described.indexOf(" ") + 1).replace(/\[[^\]]*\]/, "");
}
