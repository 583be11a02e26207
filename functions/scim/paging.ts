import { ScimError } from "./error.ts";
import { LIST_RESPONSE } from "./schema.ts";

export const DEFAULT_PAGE_SIZE = 100;
/** Also `filter.maxResults`. A larger count is cut, not refused. */
export const MAX_PAGE_SIZE = 200;

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

function readInteger(name: "startIndex" | "count", text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return undefined;
  if (!/^[+-]?\d+$/.test(trimmed)) {
    throw ScimError.invalidValue(name, `The query parameter ${name} must be an integer.`);
  }
  return Math.min(Number.MAX_SAFE_INTEGER, Number(trimmed));
}

/** A ListResponse as JSON text. @param resources JSON texts of this page @param total all matches, not this page's */
export function listResponse(resources: readonly string[], total: number, startIndex: number): string {
  return `{"schemas":["${LIST_RESPONSE}"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${resources.length},"Resources":[${resources.join(",")}]}`;
}
