import { ScimError } from "../scim/error.ts";
import type { EdgeChange } from "./groupMembers.ts";

/** Of one request. More do not fit the body of one either, unless they are bare ids. */
export const MEMBERS_PER_REQUEST = 150_000;
/** Seconds until an unfinished change shall be sent again. */
const RETRY_AFTER = 5;

/** @throws ScimError 413 */
export function assertFewEnough(members: number): void {
  if (members <= MEMBERS_PER_REQUEST) return;
  throw ScimError.tooLarge("members", members, MEMBERS_PER_REQUEST);
}

/** The edges in the order in which they are written, removes before adds, divided into what one transaction carries. */
export function* partsOf({ remove, add }: EdgeChange, fits: () => number): Generator<EdgeChange & { left: number }> {
  const count = remove.length + add.length;
  for (let start = 0; start < count; ) {
    const end = Math.min(count, start + fits());
    yield {
      remove: remove.slice(start, end),
      add: add.slice(Math.max(0, start - remove.length), Math.max(0, end - remove.length)),
      left: count - end,
    };
    start = end;
  }
}

export function unfinished(left: number): ScimError {
  return ScimError.busy("largeChange", RETRY_AFTER, left);
}
