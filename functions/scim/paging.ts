import { ScimError } from "./error.ts";
import { LIST_RESPONSE } from "./schema.ts";
import { utf8Length } from "./text.ts";

export const DEFAULT_PAGE_SIZE = 100;
/** Also `filter.maxResults`. A larger count is cut, not refused. */
export const MAX_PAGE_SIZE = 200;

/** Seconds a cursor lives. */
export const CURSOR_TIMEOUT = 3_600;

export interface Paging {
  /** 1-based. */
  readonly startIndex: number;
  /** 0 asks for `totalResults` only. */
  readonly count: number;
}

/** RFC 7644 section 3.4.2.4. @throws ScimError 400 invalidValue when one is no integer */
export function readPaging(startIndex: string | undefined, count: string | undefined): Paging {
  return {
    startIndex: Math.max(1, readInteger("startIndex", startIndex) ?? 1),
    count: Math.min(MAX_PAGE_SIZE, Math.max(0, readInteger("count", count) ?? DEFAULT_PAGE_SIZE)),
  };
}

/** RFC 9865 section 2: a walk by cursor has no startIndex. @throws ScimError 400 invalidValue, 400 invalidCount */
export function readWalkPaging(startIndex: string | undefined, count: string | undefined): Paging {
  if (startIndex !== undefined) {
    throw ScimError.invalidValue("cursorAndIndex");
  }
  try {
    return readPaging(undefined, count);
  } catch (error) {
    if (error instanceof ScimError) throw ScimError.cursor("count");
    throw error;
  }
}

function readInteger(name: "startIndex" | "count", text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return undefined;
  if (!/^[+-]?\d+$/.test(trimmed)) {
    throw ScimError.invalidValue("integer", name);
  }
  return Math.min(Number.MAX_SAFE_INTEGER, Number(trimmed));
}

/** Bytes. Lambda takes 6,291,556 of JSON with headers and all, and the answer is a string in it: every quote counts twice. */
const ANSWER_BYTES = 6_000_000;
/** JSON makes at most so many bytes of one character of JSON text: two of a quote, three of a character beyond Latin. */
const BYTES_PER_CHARACTER = 3;

/**
 * A ListResponse as JSON text. A page that one answer cannot carry is cut: `itemsPerPage` says so, and the client goes on
 * behind it (RFC 7644 section 3.4.2.4).
 * @param resources JSON texts of this page @param total all matches, not this page's
 */
export function listResponse(resources: readonly string[], total: number, startIndex: number): string {
  const page = fittingPage(resources);
  return `{"schemas":["${LIST_RESPONSE}"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${page.length},"Resources":[${page.join(",")}]}`;
}

/**
 * The answer to a page of a walk by cursor. @param resources no more than `fittingPage` lets through
 * @param total absent where nobody counted
 */
export function walkResponse(
  resources: readonly string[],
  total: number | undefined,
  nextCursor: string | undefined,
): string {
  const counted = total === undefined ? "" : `"totalResults":${total},`;
  const next = nextCursor === undefined ? "" : `"nextCursor":"${nextCursor}",`;
  return `{"schemas":["${LIST_RESPONSE}"],${counted}"itemsPerPage":${resources.length},${next}"Resources":[${resources.join(",")}]}`;
}

/** As many resources from the first on as fit, at least one. */
export function fittingPage(resources: readonly string[]): readonly string[] {
  const characters = resources.reduce((sum, text) => sum + text.length, 0);
  if (characters * BYTES_PER_CHARACTER <= ANSWER_BYTES) return resources;
  let bytes = 0;
  const first = resources.findIndex((text) => {
    bytes += utf8Length(JSON.stringify(text));
    return bytes > ANSWER_BYTES;
  });
  return first < 0 ? resources : resources.slice(0, Math.max(1, first));
}
