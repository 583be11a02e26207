import { randomUUID } from "node:crypto";
import { readCounts } from "./counters.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { type OrgId, OrgKeys, removalClaimKey, SCHEMA_VERSION } from "./keys.ts";
import { USER_LAYOUT } from "./storedTypes.ts";
import { type Condition, type Item, type Key, stillIs, storedNumber, storedText } from "./table.ts";
import { OrgView } from "./view.ts";

/** Count of an org's removed users and memberships. */
export interface Removals {
  /** Users whose `active` went from true. */
  readonly deactivated: number;
  readonly deleted: number;
  /** Memberships that ended, without those of a deleted user or team. */
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

/** The span for which removals are added up and a report is not repeated. */
export const REMOVAL_WINDOW_MS = 3_600_000;

export type RemovalKind = "users" | "members";

/** Counts recent removals of orgs. Lost counts cost an alarm, never data. */
export interface RemovalCounts {
  /** @param now milliseconds since the epoch; @returns the sums of the last hour, including `removals` */
  add(orgId: OrgId, removals: Removals, now: number): Promise<Removals>;
  /** Count of the org's users now. */
  users(orgId: OrgId): Promise<number>;
  /** @returns true for one caller an hour for each kind: this caller reports it */
  claim(orgId: OrgId, kind: RemovalKind, now: number): Promise<boolean>;
}

/** An hour is added up from spans of this length; the oldest may begin up to ten minutes before the hour. */
export const SPAN_MS = 600_000;
/** Beginning of the oldest span that counts, milliseconds since the epoch. */
export function windowBeginning(now: number): number {
  return Math.floor(now / SPAN_MS) * SPAN_MS - REMOVAL_WINDOW_MS + SPAN_MS;
}

/** Long after the last reader needs it. */
const KEPT_SECONDS = 2 * 86_400;

/** The removal counts of all processes: one item per org and ten minutes with removals (SCHEMA.md). */
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
    for await (const item of removalItems(view, windowBeginning(now), now)) sums = sumOf(sums, removalsOf(item));
    return sums;
  }

  async users(orgId: OrgId): Promise<number> {
    return (await readCounts(this.#open(orgId).view, USER_LAYOUT)).total;
  }

  async claim(orgId: OrgId, kind: RemovalKind, now: number): Promise<boolean> {
    const { keys, view } = this.#open(orgId);
    const by = randomUUID();
    const ttl = Math.floor(now / 1_000) + KEPT_SECONDS;
    const update = { update: removalClaimKey(keys, kind), set: { sv: SCHEMA_VERSION, at: now, by, ttl } };
    const claim = async (condition: Condition) => (await view.write([{ ...update, condition }]))[0];
    let refusal = await claim({ orAbsent: true, all: [{ atMost: ["at", now - REMOVAL_WINDOW_MS] }] });
    const at = refusal?.stored?.at;
    // A damaged time, or a wrong clock's, blocks nobody: claim against exactly this value.
    if (refusal !== undefined && (typeof at !== "number" || at > now + REMOVAL_WINDOW_MS))
      refusal = await claim({ all: stillIs("at", at) });
    // After a lost answer the SDK sends the claim again. It must recognise its own item, or no caller would report.
    return refusal === undefined || storedText(refusal, "by") === by;
  }

  #open(orgId: OrgId): { readonly keys: OrgKeys; readonly view: OrgView } {
    const keys = new OrgKeys(orgId);
    return { keys, view: new OrgView(new Database(this.#options), keys) };
  }
}

/** The stored counts of a time, without those that a wrong clock dated after it. Times are milliseconds since the epoch. */
export async function* removalItems(view: OrgView, from: number, now: number): AsyncGenerator<Item> {
  const keyAt = (time: number): Key => view.keys.removals(new Date(time).toISOString());
  const last = keyAt(now + SPAN_MS).sk;
  for await (const items of view.pages(keyAt(from).pk, { from: keyAt(from).sk })) {
    for (const item of items) if (String(item.sk) <= last) yield item;
  }
}

function removalsOf({ de, dx, mr }: Item): Removals {
  return { deactivated: storedNumber(de), deleted: storedNumber(dx), membersRemoved: storedNumber(mr) };
}
