import { type Database, inParallel } from "./database.ts";
import { type Head, headOf, type ReadableEvent, readableEvent } from "./eventItems.ts";
import { eventKeys, seqOf } from "./eventKeys.ts";
import { isOrgId, type OrgId } from "./keys.ts";
import type { Item } from "./table.ts";

const KEYS_AT_ONCE = 100;

interface EventRange {
  /** In order. */
  readonly events: readonly ReadableEvent[];
  /** Sort keys of events that somebody damaged. */
  readonly unreadable: readonly string[];
}

const NOTHING: EventRange = { events: [], unreadable: [] };

/**
 * The events of a log from one number to another. Events that TTL removed are missing; all are missing where the log was
 * restarted since.
 */
export async function readRange(
  database: Database,
  orgId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<EventRange> {
  if (!isOrgId(orgId)) return NOTHING;
  const head = await headFrom(database, orgId, to);
  if (head === undefined || to > head.seq) return NOTHING;
  const { generation } = head;
  const keyOf = (number: number) => eventKeys.event(orgId, generation, number);
  const { items } = await database.query(eventKeys.events(orgId), {
    prefix: generation,
    after: keyOf(from - 1).sk,
    limit: to - from + 1,
  });
  const found = new Map<number, Item>(items.map((item) => [numberOf(item), item]));
  // A query may show a transaction only in part.
  const missing = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
    (number) => !found.has(number),
  );
  const parts = Array.from({ length: Math.ceil(missing.length / KEYS_AT_ONCE) }, (_, part) =>
    missing.slice(part * KEYS_AT_ONCE, (part + 1) * KEYS_AT_ONCE),
  );
  await inParallel(parts, async (numbers) => {
    for (const item of await database.getTogether(numbers.map(keyOf))) {
      if (item !== undefined) found.set(numberOf(item), item);
    }
  });
  const inRange = [...found].filter(([number]) => number >= from && number <= to).sort(([a], [b]) => a - b);
  const read = inRange.map(([, item]) => readableEvent(item) ?? String(item.sk));
  return {
    events: read.filter((event) => typeof event !== "string"),
    unreadable: read.filter((event) => typeof event === "string"),
  };
}

function numberOf({ sk }: Item): number {
  return seqOf(String(sk));
}

/** A plain read may find an older head than the feed shows; a transactional read cannot. */
async function headFrom(database: Database, orgId: OrgId, seq: number): Promise<Head | undefined> {
  const key = eventKeys.head(orgId);
  const item = await database.get(key);
  if (item === undefined || headOf(item).seq >= seq) return item && headOf(item);
  const [found] = await database.getTogether([key]);
  return found && headOf(found);
}
