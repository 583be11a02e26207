import { type Database, inParallel } from "./database.ts";
import { type Head, headOf, type StoredEvent, storedEvent } from "./eventItems.ts";
import { eventKeys } from "./eventKeys.ts";
import { isOrgId, type OrgId } from "./keys.ts";

const KEYS_AT_ONCE = 100;

/**
 * The events of a log from one number to another, in order. Events that TTL removed are missing; all are missing where the
 * log was restarted since.
 */
export async function readRange(
  database: Database,
  orgId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly StoredEvent[]> {
  if (!isOrgId(orgId)) return [];
  const head = await headFrom(database, orgId, to);
  if (head === undefined || to > head.seq) return [];
  const { generation } = head;
  const keyOf = (number: number) => eventKeys.event(orgId, generation, number);
  const { items } = await database.query(eventKeys.events(orgId), {
    prefix: generation,
    after: keyOf(from - 1).sk,
    limit: to - from + 1,
  });
  const found = new Map(items.map(storedEvent).map((event) => [event.seq, event]));
  // A query may show a transaction only in part.
  const missing = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
    (number) => !found.has(number),
  );
  const parts = Array.from({ length: Math.ceil(missing.length / KEYS_AT_ONCE) }, (_, part) =>
    missing.slice(part * KEYS_AT_ONCE, (part + 1) * KEYS_AT_ONCE),
  );
  await inParallel(parts, async (numbers) => {
    for (const item of await database.getTogether(numbers.map(keyOf))) {
      if (item !== undefined) found.set(storedEvent(item).seq, storedEvent(item));
    }
  });
  return [...found.values()].filter((event) => event.seq >= from && event.seq <= to).sort((a, b) => a.seq - b.seq);
}

/** A plain read may find an older head than the feed shows; a transactional read cannot. */
async function headFrom(database: Database, orgId: OrgId, seq: number): Promise<Head | undefined> {
  const key = eventKeys.head(orgId);
  const item = await database.get(key);
  if (item === undefined || headOf(item).seq >= seq) return item && headOf(item);
  const [found] = await database.getTogether([key]);
  return found && headOf(found);
}
