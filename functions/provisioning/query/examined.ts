import { ScimError } from "../../scim/error.ts";

/** How many resources a search without an index may look at before it is refused (RFC 7644 section 3.4.2, `tooMany`). */
export const EXAMINED_AT_MOST = 10_000;

export function tooManyExamined(): ScimError {
  return ScimError.tooMany("examined", EXAMINED_AT_MOST);
}
