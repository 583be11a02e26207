import type { Quirks } from "../scim/quirks.ts";
import { isMemberId } from "../scim/schema.ts";
import type { OrgRecord, Stamp, Usage } from "../store/records.ts";
import { PRESETS, type Rules } from "../store/rules.ts";
import type { Directory } from "../store/session.ts";
import { newResourceId } from "./newId.ts";

/** What every use case may rely on: a verified org, its rules, its data, and the request's means. */
export interface Session {
  readonly org: OrgRecord;
  readonly rules: Rules;
  readonly tokenId: string;
  /** ISO 8601; undefined for a token that does not expire. */
  readonly tokenExpiresAt: string | undefined;
  /** Settles, and never fails, when the use of the token is remembered: to be awaited before the process may freeze. */
  readonly tokenMarked: Promise<void>;
  readonly directory: Directory;
  readonly quirks: Quirks;
  readonly effects: Effects;
  /** What the request cost so far: a write that was lost against another one is counted here. */
  readonly usage: Usage;
  readonly reference: string;
  /** Milliseconds since the epoch after which nobody waits for the answer. */
  readonly deadline: number;
  /** Takes over the sweep of what was deleted; without it the request that deletes sweeps. */
  readonly sweepLater?: (id: string) => void;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  randomBytes(length: number): Uint8Array;
}

export function stampOf(session: Session): Stamp {
  return { at: new Date(session.now()).toISOString(), tokenId: session.tokenId, reference: session.reference };
}

export function newIdFor(session: Session, letter: string): string {
  return newResourceId(letter, (length) => session.randomBytes(length));
}

/** The rules in force: the preset's, with those an org changed one by one. */
export function rulesOf({ preset, changedRules }: Pick<OrgRecord, "preset" | "changedRules">): Rules {
  return { ...PRESETS[preset], ...changedRules };
}

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
    const fields: Record<string, number | readonly string[]> = {};
    for (const [name, count] of Object.entries(this)) if (count > 0) fields[name] = count;
    if (this.#skipped.length > 0) fields.skippedIds = this.#skipped;
    return fields;
  }
}
