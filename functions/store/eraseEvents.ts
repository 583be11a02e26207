import type { Database } from "./database.ts";
import { cursorOf, headOf, type StoredEvent, storedEvent, ttlOf } from "./eventItems.ts";
import { DUE_ERASURES, eventKeys } from "./eventKeys.ts";
import type { OrgId } from "./keys.ts";
import { PRESENT } from "./table.ts";

/** The partition of an org's cursors. */
const CURSORS = /^E#([0-9A-Za-z]{8})#V$/;
const AT_ONCE = 50;

/**
 * Takes the values out of every event of a subject, from its last one back; the events and their numbers stay. Can be
 * broken off and repeated. Where TTL has taken one, those before it may be there still: it takes them in any order, and an
 * org that wanted its events kept for longer then. So the rest of the log up to there is looked through.
 * @returns how many events had values
 */
export async function eraseValues(database: Database, orgId: OrgId, subject: string): Promise<number> {
  const [headItem, item] = await database.getTogether([eventKeys.head(orgId), eventKeys.cursor(orgId, subject)]);
  if (headItem === undefined || item === undefined) return 0;
  const { generation } = headOf(headItem);
  let { seq } = cursorOf(item);
  if (cursorOf(item).generation !== generation) return 0;
  let erased = 0;
  while (seq > 0) {
    const found = await database.get(eventKeys.event(orgId, generation, seq));
    if (found === undefined) return erased + (await eraseBefore(database, orgId, subject, { generation, seq }));
    const event = storedEvent(found);
    erased += await eraseEvent(database, orgId, generation, event);
    seq = event.previousSeq;
  }
  return erased;
}

/** Of all that the log has before a number: little, for nearly all of it is as old as what TTL took. */
async function eraseBefore(
  database: Database,
  orgId: OrgId,
  subject: string,
  { generation, seq }: { readonly generation: string; readonly seq: number },
): Promise<number> {
  let erased = 0;
  let after: string | undefined;
  do {
    const page = await database.query(eventKeys.events(orgId), { prefix: generation, after });
    for (const event of page.items.map(storedEvent)) {
      if (event.seq >= seq) return erased;
      if (event.subject === subject) erased += await eraseEvent(database, orgId, generation, event);
    }
    after = page.last;
  } while (after !== undefined);
  return erased;
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
        await eraseValues(database, orgId as OrgId, sk);
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
