import type { Database } from "../../store/database.ts";
import { type Head, headOf, type ReadableEvent, readableEvent, type StoredEvent } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import type { OrgId } from "../../store/keys.ts";

const DAY_MS = 86_400_000;

/** A place in one log: everything up to `seq` was read. */
export interface LogPlace {
  readonly generation: string;
  readonly seq: number;
}

export type LogPage =
  | { readonly outcome: "page"; readonly events: readonly ReadableEvent[] }
  /** The place is in another log or too old, or the next event is damaged: the client needs a snapshot. */
  | { readonly outcome: "gone"; readonly why: "otherLog" | "expired" }
  | { readonly outcome: "ahead" };

/**
 * The events after a place, in order and without gaps. A query may show only a part of a transaction, so the page ends before
 * the first missing number.
 * @param now milliseconds since the epoch
 * @param retentionDays the present setting: older events count as gone, whether or not TTL has removed them
 */
export async function readBehind(
  database: Database,
  orgId: OrgId,
  head: Head | undefined,
  place: LogPlace,
  { limit, now, retentionDays }: { readonly limit: number; readonly now: number; readonly retentionDays: number },
): Promise<LogPage> {
  if (head === undefined)
    return isBeginning(place) ? { outcome: "page", events: [] } : { outcome: "gone", why: "otherLog" };
  if (!isBeginning(place) && head.generation !== place.generation) return { outcome: "gone", why: "otherLog" };
  if (place.seq > head.seq) return { outcome: "ahead" };
  if (place.seq === head.seq) return { outcome: "page", events: [] };
  const after = eventKeys.event(orgId, head.generation, place.seq).sk;
  const { items } = await database.query(eventKeys.events(orgId), { prefix: head.generation, after, limit });
  const events: ReadableEvent[] = [];
  for (const item of items) {
    const event = readableEvent(item);
    // Ends at the head as it was read, too: a next read may still find that head.
    if (event?.seq !== place.seq + events.length + 1 || event.seq > head.seq) break;
    events.push(event);
  }
  const [first] = events;
  if (first === undefined) return missing(database, orgId, head, place.seq + 1, now, retentionDays);
  if (isExpired(first, now, retentionDays)) return { outcome: "gone", why: "expired" };
  return { outcome: "page", events };
}

/** The query lacks the first number: either it showed only a part of a transaction, or the event is gone or damaged. */
async function missing(
  database: Database,
  orgId: OrgId,
  { generation }: Head,
  seq: number,
  now: number,
  retentionDays: number,
): Promise<LogPage> {
  const [headItem, item] = await database.getTogether([eventKeys.head(orgId), eventKeys.event(orgId, generation, seq)]);
  const head = headItem && headOf(headItem);
  if (head === undefined || head.generation !== generation) return { outcome: "gone", why: "otherLog" };
  const event = item && readableEvent(item);
  if (event === undefined || isExpired(event, now, retentionDays)) return { outcome: "gone", why: "expired" };
  return { outcome: "page", events: [event] };
}

/** Undefined where no log was begun, or its org is gone. */
export async function readHead(database: Database, orgId: OrgId): Promise<Head | undefined> {
  const item = await database.get(eventKeys.head(orgId));
  const head = item && headOf(item);
  return head?.over === true ? undefined : head;
}

/** Each head is strongly consistent, but they are not read at one moment. */
export async function readHeads(database: Database, orgIds: readonly OrgId[]): Promise<ReadonlyMap<OrgId, Head>> {
  const items = await database.getMany(orgIds.map(eventKeys.head));
  const found = new Map(items.map((item) => [item.pk, headOf(item)]));
  return new Map(
    orgIds.flatMap((orgId) => {
      const head = found.get(eventKeys.head(orgId).pk);
      return head === undefined ? [] : [[orgId, head]];
    }),
  );
}

/** The beginning of any log: an empty log has no generation. */
export function isBeginning({ generation, seq }: LogPlace): boolean {
  return generation === "" && seq === 0;
}

export function isExpired({ time }: StoredEvent, now: number, retentionDays: number): boolean {
  return now >= time + retentionDays * DAY_MS;
}
