import { randomUUID } from "node:crypto";
import { storedText } from "./actions.ts";
import { readCounts } from "./counters.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { type OrgId, OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import { USER_LAYOUT } from "./storedType.ts";
import type { Item } from "./table.ts";
import { OrgView, ReadAhead } from "./view.ts";

/** What an org's people lost: counts only. */
export interface Losses {
  /** Users whose `active` went from true. */
  readonly deactivated: number;
  readonly deleted: number;
  /** Memberships that ended, those of a deleted user or team not counted. */
  readonly membersRemoved: number;
}

export const NO_LOSSES: Losses = { deactivated: 0, deleted: 0, membersRemoved: 0 };

export function sumOf(left: Losses, right: Losses): Losses {
  return {
    deactivated: left.deactivated + right.deactivated,
    deleted: left.deleted + right.deleted,
    membersRemoved: left.membersRemoved + right.membersRemoved,
  };
}

/** How far back losses are added up, and how long a finding is not repeated. */
export const LOSS_WINDOW_MS = 3_600_000;

export type LossKind = "users" | "members";

/** Remembers what orgs lost lately. Counts that are forgotten cost an alarm, never data. */
export interface LossCounts {
  /** @param now milliseconds since the epoch; @returns the sums of the last hour, these included */
  add(orgId: OrgId, losses: Losses, now: number): Promise<Losses>;
  /** Users the org has now. */
  users(orgId: OrgId): Promise<number>;
  /** @returns true to one caller an hour for each kind: that one tells of it */
  claim(orgId: OrgId, kind: LossKind, now: number): Promise<boolean>;
}

/** An hour is added up from spans of this length: the oldest of them may reach back ten minutes more. */
const SPAN_MS = 600_000;
/** Long after anybody asks for it. */
const KEPT_SECONDS = 2 * 86_400;

/** The loss counts of all processes, an item for every ten minutes in which an org lost somebody (SCHEMA.md). */
export class DynamoLossCounts implements LossCounts {
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  async add(orgId: OrgId, losses: Losses, now: number): Promise<Losses> {
    const { keys, view } = this.#open(orgId);
    const start = Math.floor(now / SPAN_MS) * SPAN_MS;
    await view.write([
      {
        update: keys.removals(new Date(start).toISOString()),
        set: { sv: SCHEMA_VERSION, ttl: Math.floor(now / 1_000) + KEPT_SECONDS },
        add: { de: losses.deactivated, dx: losses.deleted, mr: losses.membersRemoved },
      },
    ]);
    let sums = NO_LOSSES;
    const from = new Date(start - LOSS_WINDOW_MS + SPAN_MS).toISOString();
    for await (const items of view.pages(keys.removals("").pk, { from })) {
      for (const item of items) sums = sumOf(sums, lossesOf(item));
    }
    return sums;
  }

  async users(orgId: OrgId): Promise<number> {
    return (await readCounts(this.#open(orgId).view, USER_LAYOUT)).total;
  }

  async claim(orgId: OrgId, kind: LossKind, now: number): Promise<boolean> {
    const { keys, view } = this.#open(orgId);
    const by = randomUUID();
    const [refusal] = await view.write([
      {
        update: keys.removalClaim(kind),
        set: { sv: SCHEMA_VERSION, at: now, by, ttl: Math.floor(now / 1_000) + KEPT_SECONDS },
        condition: { orAbsent: true, all: [{ atMost: ["at", now - LOSS_WINDOW_MS] }] },
      },
    ]);
    // The SDK sends it again when an answer is lost: a claim that met itself would be nobody's, and nobody would hear of it.
    return refusal === undefined || storedText(refusal, "by") === by;
  }

  #open(orgId: OrgId): { readonly keys: OrgKeys; readonly view: OrgView } {
    const keys = new OrgKeys(orgId);
    return { keys, view: new OrgView(new Database(this.#options), keys, new ReadAhead()) };
  }
}

function lossesOf({ de, dx, mr }: Item): Losses {
  return { deactivated: Number(de ?? 0), deleted: Number(dx ?? 0), membersRemoved: Number(mr ?? 0) };
}
