import type { Database } from "./database.ts";
import { cursorOf, headOf, type StoredEvent, storedEvent, ttlOf } from "./eventItems.ts";
import { DUE_ERASURES, eventKeys } from "./eventKeys.ts";
import type { OrgId } from "./keys.ts";
import { PRESENT } from "./table.ts";

/** The partition of an org's cursors. */
const CURSORS = /^E#([0-9A-Za-z]{8})#V$/;
const AT_ONCE = 50;

export interface Erasure {
  /** How many events had values. */
  readonly erased: number;
  /** Whether none is left. */
  readonly done: boolean;
}

/**
 * Takes the values out of every event of a subject, from its last one back; the events and their numbers stay. Can be
 * broken off and repeated; out of time it keeps its place, so that the next call gets further than this one, however long the
 * chain. Where TTL has taken an event, those before it may be there still: it takes them in any order, and an org that wanted
 * its events kept for longer then. So the rest of the log up to there is looked through.
 * @param until milliseconds since the epoch: nothing is begun later
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
  // A place counts while nothing was logged since.
  let seq = item.ea === last ? Number(item.es) : last;
  let erased = 0;
  while (seq > 0) {
    const inTime = database.now() < until;
    const found = inTime ? await database.get(eventKeys.event(orgId, generation, seq)) : undefined;
    if (found === undefined) {
      const rest = inTime ? await eraseBefore(database, orgId, subject, { generation, seq, until }) : OUT_OF_TIME;
      if (!rest.done) await keepPlace(database, orgId, subject, last, seq);
      return { erased: erased + rest.erased, done: rest.done };
    }
    const event = storedEvent(found);
    erased += await eraseEvent(database, orgId, generation, event);
    seq = event.previousSeq;
  }
  return { erased, done: true };
}

const OUT_OF_TIME: Erasure = { erased: 0, done: false };

/** Without the condition the update would make an item of a cursor that TTL takes meanwhile. */
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

/** Of all that the log has before a number: little, for nearly all of it is as old as what TTL took. */
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

/** @returns how many events had values: this one, or none */
async function eraseEvent(database: Database, orgId: OrgId, generation: string, event: StoredEvent): Promise<number> {
  if (event.values === undefined) return 0;
  // Without the condition the update would make an item of an event that TTL takes meanwhile.
  const update = eventKeys.event(orgId, generation, event.seq);
  await database.write([{ update, remove: ["b"], condition: PRESENT }]);
  return 1;
}

/**
 * The same for subjects that are gone and due.
 * @param until milliseconds since the epoch: nothing is begun later
 * @returns how many subjects were erased
 */
export async function eraseDue(database: Database, retentionDays: number, until: number): Promise<number> {
  let subjects = 0;
  for (const partition of DUE_ERASURES) {
    const before = new Date(database.now()).toISOString();
    for (;;) {
      if (database.now() >= until) return subjects;
      const { items } = await database.queryReverse(partition, { before, limit: AT_ONCE });
      let erased = 0;
      for (const { pk, sk } of items) {
        const orgId = CURSORS.exec(pk)?.[1];
        if (orgId === undefined) continue;
        // Out of the key of an item that the log's writer made.
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
        // The index lags: this one was done before.
        if (refusals.length === 0) erased += 1;
        if (database.now() >= until) return subjects + erased;
      }
      subjects += erased;
      if (erased === 0 || items.length < AT_ONCE) break;
    }
  }
  return subjects;
}
