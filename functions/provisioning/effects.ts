import { isMemberId } from "../scim/schema.ts";

/** Ids of members who were left out that a log line holds: enough to look at, and the line stays short. */
const SKIPPED_MOST = 5;

/** What one request really changed of who may do what: for its log line, and for whoever watches over mass changes. */
export class Effects {
  /** Users whose `active` went from true. */
  deactivated = 0;
  /** Users. */
  deleted = 0;
  membersAdded = 0;
  /** Those of a deleted user or team not counted. */
  membersRemoved = 0;
  readonly #skipped: string[] = [];

  /** @param id of a member that is nobody of the org: text of the client, of which only what has the form of our ids may be logged */
  skip(id: string): void {
    if (isMemberId(id) && this.#skipped.length < SKIPPED_MOST) this.#skipped.push(id);
  }

  /** Only what happened, by name. */
  entries(): Record<string, number | readonly string[]> {
    const counts = Object.entries(this).filter(([, count]) => count > 0);
    return Object.fromEntries(this.#skipped.length === 0 ? counts : [...counts, ["skippedIds", this.#skipped]]);
  }
}
