import { isObject, type Json, objectIn } from "../../../functions/scim/json.ts";
import type { CallerRemedy, Remedy } from "../errors/consoles.ts";
import { adviceOn, type DetailCode, isDetailCode, OAUTH_CODES, patternOf, SKIPPED_MEMBERS } from "../errors/errors.ts";
import { GATEWAY_REMEDIES } from "../errors/gateway.ts";
import { type FoundLine, textAt } from "./logReader.ts";

/** Refusals in a bulk request, by reason. */
export interface RefusedOperations {
  readonly code: DetailCode;
  /** Number of operations. */
  readonly count: number;
  readonly remedy: Remedy | CallerRemedy;
  /** The operations, if the answer was pasted: `2. POST, bulkId a`. The line only counts them. */
  readonly which: readonly string[];
}

/**
 * A bulk request succeeds even with refused operations: its line has their codes.
 * @param pasted the answer, or a text made of it
 */
export function refusedOperations(line: FoundLine, pasted: string): RefusedOperations[] {
  if (!isObject(line.codes)) return [];
  const answers = operationsIn(pasted);
  return Object.entries(line.codes).flatMap(([code, count]) => {
    if (!isDetailCode(code)) return [];
    const which = answers.flatMap((answer, index) => (isOf(code, answer) ? [named(answer, index)] : []));
    return [{ code, count: Number(count), remedy: adviceOn(code), which }];
  });
}

/** The operations of an answer's complete body. */
function operationsIn(pasted: string): FoundLine[] {
  const operations = objectIn(pasted.trim())?.Operations;
  return Array.isArray(operations) ? operations.filter(isObject) : [];
}

/** Whether the operation was refused with the code's text, with any values. */
function isOf(code: DetailCode, { response }: FoundLine): boolean {
  const detail = isObject(response) ? textAt(response, "detail") : "";
  return new RegExp(`^${patternOf(code)}`, "s").test(detail);
}

function named(answer: FoundLine, index: number): string {
  const [method, bulkId, location] = ["method", "bulkId", "location"].map((name) => textAt(answer, name));
  const about = bulkId === "" ? pathOf(location ?? "") : `bulkId ${bulkId}`;
  return [`${index + 1}. ${method}`.trim(), about].filter((text) => text !== "").join(", ");
}

/** `/Users/u…` of a location. */
function pathOf(location: Json): string {
  return /\/(?:Users|Groups)(?:\/[^/]*)?$/.exec(String(location))?.[0] ?? "";
}

/** @returns undefined for a line of a fully successful request */
export function remedyOf(line: FoundLine): Remedy | CallerRemedy | undefined {
  const code = textAt(line, "detailCode");
  if (isDetailCode(code)) return adviceOn(code);
  if (code === "" && Number(line.skippedMembers) > 0) return SKIPPED_MEMBERS;
  const [family, name = ""] = code.split(".");
  if (family === "gateway") return Object.entries(GATEWAY_REMEDIES).find(([one]) => one === name)?.[1];
  const oauth = OAUTH_CODES.find((one) => one === code);
  if (oauth === undefined) return undefined;
  const [why, general] = [textAt(line, "why"), adviceOn(oauth)];
  const known = [why, `token.${why}`].find(isDetailCode);
  if (known === undefined) return general;
  const { happened, ...rest } = adviceOn(known);
  return { ...general, ...(known.startsWith("org.") ? rest : {}), happened };
}
