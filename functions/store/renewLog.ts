import { type Database, inParallel } from "./database.ts";
import { feedHeadOf, headItem, headOf } from "./eventItems.ts";
import { eventKeys, FEED_SHARDS } from "./eventKeys.ts";
import type { LoggedOrg } from "./eventLog.ts";
import { keyIn, keyItem, type OrgId } from "./keys.ts";
import { StoreBusy } from "./records.ts";
import { ABSENT, type Action, type Condition, type Item } from "./table.ts";

/** Others write between reading and writing; the log's writer does so at most so many times a second. */
const TRIES = 20;
const ITEMS_AT_ONCE = 500;

/**
 * Restarts an org's log at number 1, in a new generation, which no client's cursor names yet. A writer that has read the
 * former head is refused, and reads again.
 * @param generation new
 * @param now milliseconds since the epoch
 * @returns `closed`: the org is being purged; `busy`: others were faster every time
 */
export async function renewHead(
  database: Database,
  orgId: OrgId,
  { slug, retentionDays, roles }: LoggedOrg,
  generation: string,
  now: number,
): Promise<"renewed" | "closed" | "busy"> {
  const key = eventKeys.head(orgId);
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const item = await database.get(key);
    const head = item && headOf(item);
    if (head?.closed === true) return "closed";
    // An earlier answer was lost. Another restart would reuse the numbers of newer events.
    if (head?.generation === generation) return "renewed";
    const time = Math.max(now, head?.time ?? 0);
    // The settings were read before the head, so what the head knows of them counts too. Where neither has roles, the
    // settings' log step is still to come.
    const kept = { slug, retentionDays, roles: roles ?? head?.roles };
    const begun = { seq: 0, time, generation, ...kept, closed: false, over: false, ended: false };
    const refusals = await database.write([
      { put: { ...headItem(orgId, begun), rn: 1 }, condition: item === undefined ? ABSENT : unchanged(item) },
    ]);
    if (refusals.length === 0) return "renewed";
  }
  return "busy";
}

/**
 * Removes the items of former generations. May be interrupted and repeated.
 * @param until milliseconds since the epoch: nothing starts later
 * @returns the count of removed items, and whether none is left; undefined where the log has another generation now, whose
 * items stay
 */
export async function removeFormer(
  database: Database,
  orgId: OrgId,
  generation: string,
  until: number,
): Promise<{ readonly removed: number; readonly done: boolean } | undefined> {
  let removed = 0;
  for (const partition of [eventKeys.events(orgId), eventKeys.cursors(orgId)]) {
    let after: string | undefined;
    do {
      if (database.now() >= until) return { removed, done: false };
      const page = await database.query(partition, { after, limit: ITEMS_AT_ONCE, only: ["pk", "sk", "g"] });
      // Read the head after the page: every other generation in the page is then an earlier one.
      const head = await database.get(eventKeys.head(orgId));
      if (head === undefined || headOf(head).generation !== generation) return undefined;
      const former = page.items.filter(({ sk, g }) => !String(g ?? sk).startsWith(generation));
      // An event's key names its generation; a cursor may belong to the current one by the time of the delete.
      if (partition === eventKeys.events(orgId)) await database.deleteMany(former.map(keyIn));
      else await inParallel(former, (item) => database.write([{ delete: keyIn(item), condition: ofGeneration(item) }]));
      removed += former.length;
      after = page.last;
    } while (after !== undefined);
  }
  return { removed, done: true };
}

/** Restarts all shards of the feed. @param newGeneration called for each shard @throws StoreBusy where others were faster every time */
export async function renewFeed(database: Database, newGeneration: () => string): Promise<void> {
  await inParallel(
    Array.from({ length: FEED_SHARDS }, (_, shard) => shard),
    async (shard) => {
      const key = eventKeys.feedHead(shard);
      const put: Item = { ...keyItem(key), h: 0, g: newGeneration(), rn: 1 };
      for (let tries = 1; tries <= TRIES; tries += 1) {
        const item = await database.get(key);
        const before = item && feedHeadOf(item);
        if (before?.generation === put.g) return;
        const condition: Condition =
          before === undefined
            ? ABSENT
            : { all: [{ equals: ["h", before.number] }, { equals: ["g", before.generation] }] };
        const action: Action = { put, condition };
        if ((await database.write([action])).length === 0) return;
      }
      throw new StoreBusy("conflict");
    },
  );
}

function unchanged(item: Item): Condition {
  const { seq, generation } = headOf(item);
  const sameGeneration = generation === "" ? ({ missing: "g" } as const) : ({ equals: ["g", generation] } as const);
  return { all: [{ equals: ["h", seq] }, sameGeneration, { missing: "closed" }] };
}

function ofGeneration({ g }: Item): Condition {
  return { all: [{ equals: ["g", String(g)] }] };
}
