import { randomUUID } from "node:crypto";
import { readCounts } from "./counters.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { type OrgId, OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import { USER_LAYOUT } from "./storedType.ts";
import { type Condition, type Item, stillIs, storedNumber, storedText } from "./table.ts";
import { OrgView } from "./view.ts";

/** How many users and memberships of an org went: counts only. */
export interface Removals {
  /** Users whose `active` went from true. */
  readonly deactivated: number;
  readonly deleted: number;
  /** Memberships that ended, those of a deleted user or team not counted. */
  readonly membersRemoved: number;
}

export const NO_REMOVALS: Removals = { deactivated: 0, deleted: 0, membersRemoved: 0 };

export function sumOf(left: Removals, right: Removals): Removals {
  return {
    deactivated: left.deactivated + right.deactivated,
    deleted: left.deleted + right.deleted,
    membersRemoved: left.membersRemoved + right.membersRemoved,
  };
}

/** How far back removals are added up, and how long a finding is not repeated. */
export const REMOVAL_WINDOW_MS = 3_600_000;

export type RemovalKind = "users" | "members";

/** Remembers what was removed from orgs lately. Counts that are forgotten cost an alarm, never data. */
export interface RemovalCounts {
  /** @param now milliseconds since the epoch; @returns the sums of the last hour, these included */
  add(orgId: OrgId, removals: Removals, now: number): Promise<Removals>;
  /** Users the org has now. */
  users(orgId: OrgId): Promise<number>;
  /** @returns true to one caller an hour for each kind: that one reports it */
  claim(orgId: OrgId, kind: RemovalKind, now: number): Promise<boolean>;
}

/** An hour is added up from spans of this length: the oldest of them may reach back ten minutes more. */
export const SPAN_MS = 600_000;
/** Milliseconds since the epoch: the beginning of the oldest span that still counts. */
export function windowBeginning(now: number): number {
  return Math.floor(now / SPAN_MS) * SPAN_MS - REMOVAL_WINDOW_MS + SPAN_MS;
}

/** Long after anybody asks for it. */
const KEPT_SECONDS = 2 * 86_400;

/** The removal counts of all processes, an item for every ten minutes in which an org lost somebody (SCHEMA.md). */
export class RemovalCountStore implements RemovalCounts {
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  async add(orgId: OrgId, removals: Removals, now: number): Promise<Removals> {
    const { keys, view } = this.#open(orgId);
    const start = Math.floor(now / SPAN_MS) * SPAN_MS;
    await view.write([
      {
        update: keys.removals(new Date(start).toISOString()),
        set: { sv: SCHEMA_VERSION, ttl: Math.floor(now / 1_000) + KEPT_SECONDS },
        add: { de: removals.deactivated, dx: removals.deleted, mr: removals.membersRemoved },
      },
    ]);
    let sums = NO_REMOVALS;
    const from = new Date(windowBeginning(now)).toISOString();
    for await (const items of view.pages(keys.removals("").pk, { from })) {
      for (const item of items) sums = sumOf(sums, removalsOf(item));
    }
    return sums;
  }

  async users(orgId: OrgId): Promise<number> {
    return (await readCounts(this.#open(orgId).view, USER_LAYOUT)).total;
  }

  async claim(orgId: OrgId, kind: RemovalKind, now: number): Promise<boolean> {
    const { keys, view } = this.#open(orgId);
    const by = randomUUID();
    const ttl = Math.floor(now / 1_000) + KEPT_SECONDS;
    const update = { update: keys.removalClaim(kind), set: { sv: SCHEMA_VERSION, at: now, by, ttl } };
    const claim = async (condition: Condition) => (await view.write([{ ...update, condition }]))[0];
    let refusal = await claim({ orAbsent: true, all: [{ atMost: ["at", now - REMOVAL_WINDOW_MS] }] });
    const at = refusal?.stored?.at;
    // A time that something broke is nobody's.
    if (refusal !== undefined && typeof at !== "number") refusal = await claim({ all: stillIs("at", at) });
    // The SDK sends it again when an answer is lost: a claim that met itself would be nobody's, and nobody would hear of it.
    return refusal === undefined || storedText(refusal, "by") === by;
  }

  #open(orgId: OrgId): { readonly keys: OrgKeys; readonly view: OrgView } {
    const keys = new OrgKeys(orgId);
    return { keys, view: new OrgView(new Database(this.#options), keys) };
  }
}

function removalsOf({ de, dx, mr }: Item): Removals {
  return { deactivated: storedNumber(de), deleted: storedNumber(dx), membersRemoved: storedNumber(mr) };
}
