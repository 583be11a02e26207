import { type DetailCode, filled, SCIM_TEXTS } from "./catalogue.ts";
import { OPERATOR_TEXTS } from "./operatorTexts.ts";

/** The whole catalogue, for the command line, the documents and the tests. No function imports it. */
const TEXTS = { ...SCIM_TEXTS, ...OPERATOR_TEXTS };

export const DETAIL_CODES = Object.keys(TEXTS) as readonly DetailCode[];

export function isDetailCode(text: string): text is DetailCode {
  return Object.hasOwn(TEXTS, text);
}

/** The `detail` of an error, without its reference. @param values as `Values` has them for this code */
export function textOf(code: DetailCode, values: readonly unknown[]): string {
  return filled(TEXTS[code], values);
}

/** How the text of the code calls the values that it names, in their order. */
export function valueNamesOf(code: DetailCode): string[] {
  const text: unknown = TEXTS[code];
  if (typeof text !== "function") return [];
  const [, names = ""] = /^\(?([^)=]*)\)?\s*=>/.exec(String(text)) ?? [];
  return names.split(",").map((name) => name.trim());
}
