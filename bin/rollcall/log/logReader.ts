import { type Json, type JsonObject, objectIn } from "../../../functions/scim/json.ts";

export type FoundLine = JsonObject;

/** Which lines: all of these fields have these values, and the line began within the time. */
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
  /** Why a line that was written may not be found here. */
  readonly gaps: readonly string[];
  /** Oldest first; of more than `most`, the latest. @throws Refused */
  find(question: Question): Promise<FoundLine[]>;
  /** What API Gateway says of a request that no function has a line of. @throws Refused */
  gateway(reference: Reference, from: number, to: number): Promise<FoundLine[]>;
  /**
   * Hands on the lines of an org as they come, until the signal; those first that began since then, and some before; one may
   * come twice.
   * @throws Refused
   */
  follow(org: string, since: number, take: (line: FoundLine) => void, signal: AbortSignal): Promise<void>;
}

/**
 * So long before the last line that was found may those have begun that were not written then: lines come when a request
 * ends, and some of them a while later.
 */
export const OVERLAP_MS = 60_000;

/** Those texts that are lines. */
export function linesIn(texts: readonly string[]): FoundLine[] {
  return texts.map(objectIn).filter((line) => line !== undefined);
}

export function textAt(line: FoundLine, field: string): string {
  const value = line[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Empty where the field is no list. */
export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** When the line began, milliseconds since the epoch. */
export function lineTime(line: FoundLine): number {
  return Date.parse(textAt(line, "ts"));
}

/** What an error's text says about where its line is. */
export interface Reference {
  readonly text: string;
  /** The reference of our own answers, or the id by which API Gateway knows the request it answered itself. */
  readonly field: "ref" | "apigwReqId";
}

/** `$context.extendedRequestId`: base64, mostly 16 characters with the `=` at the end; its case counts. */
const GATEWAY_ID = /^[\w+/-]{13,62}={0,2}$/;
const OURS = /^[0-9a-f]{12}$/i;
/** What consoles write for the characters of base64 that are no letters: JSON's escapes, a URL's, HTML's. */
const ESCAPED = /(?:\\u00|%|&#x)(3d|2b|2f);?/gi;

/**
 * The references in a text: one alone, an error's body, or whatever a console made of it (Entra's provisioning log, Okta's
 * system log: quoted, escaped, in the middle of sentences). In order, each once.
 */
export function pastedReferences(pasted: string): Reference[] {
  const text = pasted.replace(ESCAPED, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const marked = [...text.matchAll(/\(\s*ref:\s*([\w+/=-]+)\s*\)/gi)].map(([, found = ""]) => found);
  const found = marked.length > 0 ? marked : [text.trim().replace(/^\(?\s*(?:ref:)?\s*|\s*\)$/gi, "")];
  const references = found.flatMap((one): Reference[] => {
    if (OURS.test(one)) return [{ text: one.toLowerCase(), field: "ref" }];
    return GATEWAY_ID.test(one) ? [{ text: one, field: "apigwReqId" }] : [];
  });
  return [...new Map(references.map((one) => [one.text, one])).values()];
}
