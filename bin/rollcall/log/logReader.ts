import { type JsonObject, objectIn } from "../../../functions/scim/json.ts";

export type FoundLine = JsonObject;

/** Lines with all of these values that began within the time. */
export interface Question {
  readonly equal: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** The log of one Rollcall. */
export interface LogReader {
  /** For a sentence: "the log in .rollcall". */
  readonly name: string;
  /** Reasons why a written line may not be found here. */
  readonly gaps: readonly string[];
  /** Oldest first; the latest `most` lines. @throws Refused */
  find(question: Question): Promise<FoundLine[]>;
  /** API Gateway's lines of a request without a function's line. @throws Refused */
  gateway(reference: Reference, from: number, to: number): Promise<FoundLine[]>;
  /**
   * Calls `take` for an org's lines as they come, until the signal: first those that began since then and some before. A line
   * may come twice.
   * @throws Refused
   */
  follow(org: string, since: number, take: (line: FoundLine) => void, signal: AbortSignal): Promise<void>;
}

/**
 * Overlap before the last line found: lines are written when a request ends, some a while later, so earlier ones may be
 * missing.
 */
export const OVERLAP_MS = 60_000;

/** The texts that are lines. */
export function linesIn(texts: readonly string[]): FoundLine[] {
  return texts.map(objectIn).filter((line) => line !== undefined);
}

export function textAt(line: FoundLine, field: string): string {
  const value = line[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The line's start, milliseconds since the epoch. */
export function lineTime(line: FoundLine): number {
  return Date.parse(textAt(line, "ts"));
}

/** The part of an error's text that identifies its line. */
export interface Reference {
  readonly text: string;
  /** `ref`: our own answers; `apigwReqId`: API Gateway's id of a request that it answered itself. */
  readonly field: "ref" | "apigwReqId";
}

/** `$context.extendedRequestId`: base64, mostly 16 characters ending in `=`; case matters. */
const GATEWAY_ID = /^[\w+/-]{13,62}={0,2}$/;
const OURS = /^[0-9a-f]{12}$/i;
/** Forms in which consoles write base64's other characters: escapes of JSON, URLs and HTML. */
const ESCAPED = /(?:\\u00|%|&#x)(3d|2b|2f);?/gi;

/**
 * The references in a text: a single one, an error's body, or a console's version of it (Entra's provisioning log, Okta's
 * system log: quoted, escaped, within sentences). In order, without duplicates.
 */
export function pastedReferences(pasted: string): Reference[] {
  const text = pasted.replace(ESCAPED, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const marked = [...text.matchAll(/\(\s*ref:\s*([\w+/=-]+)\s*\)/gi)].map(([, found = ""]) => found);
  const [, bare = ""] = /^\(?\s*(?:ref:)?([^)]*)\)?$/i.exec(text.trim()) ?? [];
  const found = marked.length > 0 ? marked : [bare.trim()];
  const references = found.flatMap((one): Reference[] => {
    if (OURS.test(one)) return [{ text: one.toLowerCase(), field: "ref" }];
    return GATEWAY_ID.test(one) ? [{ text: one, field: "apigwReqId" }] : [];
  });
  return [...new Map(references.map((one) => [one.text, one])).values()];
}
