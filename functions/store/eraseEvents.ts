import type { Database } from "./database.ts";
import { cursorOf, headOf, type StoredEvent, storedEvent, ttlOf } from "./eventItems.ts";
import { DUE_ERASURES, eventKeys } from "./eventKeys.ts";
import type { OrgId } from "./keys.ts";
import { PRESENT } from "./table.ts";

/** The partition of an org's cursors. */
const CURSORS = /^E#([0-9A-Za-z]{8})#V$/;
const AT_ONCE = 50;
/** Consumers that are a week late can still read the values. The values must be gone 30 days after the deletion. */
export const ERASE_AFTER_MS = 14 * 86_400_000;

export interface Erasure {
  /** How many events had values. */
  readonly erased: number;
  /** Whether no value is left. */
  readonly done: boolean;
}

/**
 * Erases the values in every event of a subject, from its last event back; events and numbers stay. A call may be
 * interrupted and repeated. When time is over it stores its place, so that the next call continues there, however long the
 * chain. Where TTL has removed an event, earlier ones may still exist: TTL removes in any order, and the org may have had a
 * longer retention then. So the log before that event is searched, and before one that somebody damaged.
 * @param until milliseconds since the epoch: nothing starts later
 */
export async function eraseValues(
  database: Database,
  orgId: OrgId,
  subject: string,
  until = Number.POSITIVE_INFINITY,
): Promise<Erasure> {
  const [headItem, item] = await database.getTogether([eventKeys.head(orgId), eventKeys.cursor(orgId, subject)]);
  if (headItem === undefined || item === undefined) return { erased: 0, done: true };
  const { generation } = headOf(headItem);
  const last = cursorOf(item).seq;
  if (cursorOf(item).generation !== generation) return { erased: 0, done: true };
  // The stored place counts only while the subject has no newer event.
  let seq = item.ea === last ? Number(item.es) : last;
  let erased = 0;
  while (seq > 0) {
    const inTime = database.now() < until;
    const found = inTime ? await database.get(eventKeys.event(orgId, generation, seq)) : undefined;
    const event = found && storedEvent(found);
    if (event !== undefined) erased += await eraseEvent(database, orgId, generation, event);
    if (event === undefined || !(event.previousSeq < seq)) {
      const rest = inTime ? await eraseBefore(database, orgId, subject, { generation, seq, until }) : OUT_OF_TIME;
      if (!rest.done) await keepPlace(database, orgId, subject, last, seq);
      return { erased: erased + rest.erased, done: rest.done };
    }
    seq = event.previousSeq;
  }
  return { erased, done: true };
}

const OUT_OF_TIME: Erasure = { erased: 0, done: false };

/** Without the condition, the update would create an item for a cursor that TTL removed meanwhile. */
async function keepPlace(database: Database, orgId: OrgId, subject: string, last: number, seq: number): Promise<void> {
  await database.write([
    {
      update: eventKeys.cursor(orgId, subject),
      set: { ea: last, es: seq },
      condition: { all: [{ equals: ["s", last] }] },
    },
  ]);
}

interface Rest {
  readonly generation: string;
  readonly seq: number;
  readonly until: number;
}

/** Erases in the log before a number. There is little: nearly everything there is as old as what TTL removed. */
async function eraseBefore(
  database: Database,
  orgId: OrgId,
  subject: string,
  { generation, seq, until }: Rest,
): Promise<Erasure> {
  let erased = 0;
  let after: string | undefined;
  do {
    if (database.now() >= until) return { erased, done: false };
    const page = await database.query(eventKeys.events(orgId), { prefix: generation, after });
    for (const event of page.items.map(storedEvent)) {
      if (event.seq >= seq) return { erased, done: true };
      if (event.subject === subject) erased += await eraseEvent(database, orgId, generation, event);
    }
    after = page.last;
  } while (after !== undefined);
  return { erased, done: true };
}

/** @returns 1 where the event had values, otherwise 0 */
async function eraseEvent(database: Database, orgId: OrgId, generation: string, event: StoredEvent): Promise<number> {
  if (event.values === undefined) return 0;
  // Without the condition, the update would create an item for an event that TTL removed meanwhile.
  const update = eventKeys.event(orgId, generation, event.seq);
  await database.write([{ update, remove: ["b"], condition: PRESENT }]);
  return 1;
}

/**
 * The same for all deleted subjects whose erasure is due.
 * @param until milliseconds since the epoch: nothing starts later
 * @returns how many subjects were erased
 */
export async function eraseDue(database: Database, retentionDays: number, until: number): Promise<number> {
  let subjects = 0;
  const timeAfter = (milliseconds: number) => new Date(database.now() + milliseconds).toISOString();
  const ranges = DUE_ERASURES.flatMap((g1p) => [
    { g1p, before: timeAfter(0) },
    // A wrong clock dated what is due later than any erasure.
    { g1p, after: { g1p, g1s: timeAfter(2 * ERASE_AFTER_MS), pk: "-", sk: "-" } },
  ]);
  for (const { g1p, ...range } of ranges) {
    for (;;) {
      if (database.now() >= until) return subjects;
      const { items } = await database.queryReverse(g1p, { ...range, limit: AT_ONCE });
      let erased = 0;
      for (const { pk, sk } of items) {
        const orgId = CURSORS.exec(pk)?.[1];
        if (orgId === undefined) continue;
        // The id comes from the key of an item that the log's writer made.
        const { done } = await eraseValues(database, orgId as OrgId, sk, until);
        if (!done) return subjects + erased;
        const refusals = await database.write([
          {
            update: { pk, sk },
            remove: ["g1p", "g1s"],
            set: { ttl: ttlOf(database.now(), retentionDays) },
            condition: { all: [{ exists: "g1p" }] },
          },
        ]);
        // Refused: the index lags, and the subject was erased before.
        if (refusals.length === 0) erased += 1;
        if (database.now() >= until) return subjects + erased;
      }
      subjects += erased;
      if (erased === 0 || items.length < AT_ONCE) break;
    }
  }
  return subjects;
}
