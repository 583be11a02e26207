import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { objectIn } from "../adminClient.ts";
import type { Reference } from "./reference.ts";

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
