import { SCIM_TEXTS, type ScimError } from "../scim/error.ts";
import { PLACE } from "../scim/errors/family.ts";

/** The texts about an attribute of their own begin with it. */
const ITS_OWN = /^(?:userName|displayName|members|active|schemas)(?= )/;

/** Codes that name theirs, where the text has it elsewhere. */
const BY_CODE: readonly (readonly [attribute: string, codes: RegExp])[] = [
  ["members", /member|noTarget\.add/],
  ["emails", /[eE]mail/],
];

/** Codes whose text has a name that is no attribute: a parameter of a query, or what a client wrote. */
const NO_ATTRIBUTE: readonly string[] = ["value.integer", "value.search", "filter.attribute"];

/** Of these the one attribute that a PATCH was about is at fault, where their text names none. */
const OF_A_PATCH = /^(?:value|noTarget|mutability|user)\./;

/** As paths print attributes: what holds a space is part of a sentence. */
const ATTRIBUTE = /^[A-Za-z$][\w$:.-]*$/;

/**
 * The attributes at fault, as the schemas spell them: for the log, so never a value, and no name that a client made up.
 * @param patchPaths what a PATCH is about, as `describePatch` says it
 */
export function attributesAtFault(refused: readonly ScimError[], patchPaths: readonly string[] = []): string[] {
  return [...new Set(refused.flatMap((error) => namedBy(error) ?? patchedAlone(error, patchPaths) ?? []))];
}

function namedBy({ code, values }: ScimError): string | undefined {
  if (!(code in SCIM_TEXTS) || NO_ATTRIBUTE.includes(code)) return undefined;
  const text = SCIM_TEXTS[code as keyof typeof SCIM_TEXTS];
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

/** `replace emails[type].value` is about `emails.value`. */
function attributeOf(described: string): string {
  return described.slice(described.indexOf(" ") + 1).replace(/\[[^\]]*\]/, "");
}
