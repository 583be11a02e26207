import type { Database } from "../../store/database.ts";
import { feedEnd } from "../../store/eventFeed.ts";
import { FEED_DAYS, feedEntry, readableEvent, type StoredEvent, storedEvent } from "../../store/eventItems.ts";
import { eventKeys, feedShardOf } from "../../store/eventKeys.ts";
import { keyText } from "../../store/keys.ts";
import { type Item, KEYS_PER_READ, type Key } from "../../store/table.ts";
import type { InspectionPlace, LogInspector } from "./logInspector.ts";
import { RETENTION_DAYS } from "./logSettings.ts";

const ITEMS_AT_ONCE = 500;
const DAY_MS = 86_400_000;
/** A finding names only the first missing numbers. */
const MOST_NAMED = 5;
/** Numbers of one gap that are read again. A query hides fewer of those that exist: the last few transactions. */
const MOST_OF_GAP = 1_000;

/** Checks that numbers have no gaps, that each event can be read, and that it names the earlier event of its resource. */
export async function inspectEvents(
  inspector: LogInspector,
  { at, seen, time: reached }: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org, head, now, findings } = inspector;
  if (head === undefined) return undefined;
  const page = await database.query(eventKeys.events(org.id), {
    prefix: head.generation,
    after: at,
    limit: ITEMS_AT_ONCE,
  });
  const events = page.items.map(storedEvent);
  inspector.examined += events.length;
  const keyOf = (seq: number): Key => eventKeys.event(org.id, head.generation, seq);
  let expected = seen === undefined ? events[0]?.seq : seen + 1;
  // TTL removes events in any order, and some may have had the shortest retention. Times never decrease.
  const isKept = (time = 0) => now < time + RETENTION_DAYS.least * DAY_MS;
  let before = reached;
  const absent: number[] = [];
  for (const { seq, time } of events) {
    if (isKept(before)) absent.push(...numbers(expected ?? seq, seq));
    // The time of a damaged event says nothing.
    [expected, before] = [seq + 1, time >= 0 ? time : before];
  }
  if (page.last === undefined && isKept(head.time)) {
    absent.push(...numbers(isKept(before) ? (expected ?? 1) : Math.max(expected ?? 1, head.seq), head.seq + 1));
  }
  const gone = await reallyAbsent(database, absent, keyOf, (item) => item !== undefined);
  if (gone.length > 0) findings.push({ code: "log.gap", ids: gone.slice(0, MOST_NAMED).map(String), repair: "none" });
  for (const { seq } of page.items.filter((item) => readableEvent(item) === undefined).map(storedEvent))
    findings.push({ code: "log.unreadable", ids: [String(seq)], repair: "none" });
  await inspectChain(inspector, events, keyOf);
  return page.last === undefined ? undefined : { at: page.last, seen: events.at(-1)?.seq ?? seen ?? 0, time: before };
}

async function inspectChain(
  { database, findings }: LogInspector,
  events: readonly StoredEvent[],
  keyOf: (seq: number) => Key,
): Promise<void> {
  const last = new Map<string, number>();
  const outside: StoredEvent[] = [];
  const wrong: StoredEvent[] = [];
  for (const event of events) {
    const { seq, subject, previousSeq } = event;
    const before = last.get(subject);
    if (previousSeq >= seq || previousSeq < (before ?? 0)) wrong.push(event);
    else if (previousSeq > (before ?? 0)) outside.push(event);
    last.set(subject, seq);
  }
  const earlier = outside.map(({ previousSeq }) => keyOf(previousSeq));
  const items = await database.getMany(earlier, ["pk", "sk", "r"]);
  const found = new Map(items.map((item) => [keyText(item), String(item.r)]));
  for (const event of outside) {
    const subject = found.get(keyText(keyOf(event.previousSeq)));
    // TTL has removed a missing event.
    if (subject !== undefined && subject !== event.subject) wrong.push(event);
  }
  for (const { seq } of wrong) findings.push({ code: "log.chain", ids: [String(seq)], repair: "none" });
}

/** Checks that entries have no gaps, and that this org's last entry names its last event. */
export async function inspectFeed(
  inspector: LogInspector,
  place: InspectionPlace,
): Promise<InspectionPlace | undefined> {
  const { database, org, head, now, findings } = inspector;
  if (head === undefined || head.seq === 0) return undefined;
  const shard = feedShardOf(org.id);
  const isRecent = now < head.time + FEED_DAYS * DAY_MS;
  const feed = await feedEnd(database, shard);
  // A feed that was begun anew meanwhile is read from its beginning.
  const { at, seen }: InspectionPlace = place.at?.startsWith(feed.generation) ? place : {};
  const page = await database.query(eventKeys.feed(shard), {
    // The partition has other items too. No sort key begins with a space.
    prefix: feed.generation === "" ? " " : feed.generation,
    after: at,
    limit: ITEMS_AT_ONCE,
  });
  const entries = page.items.map(feedEntry).filter((entry) => entry !== undefined);
  inspector.examined += entries.length;
  const absent: number[] = [];
  // Only on a later page is the first number known.
  let expected = at === undefined ? entries[0]?.number : Number(at.slice(-16)) + 1;
  let named = seen ?? 0;
  for (const { number, orgId, range, time } of entries) {
    if (now < time + FEED_DAYS * DAY_MS) absent.push(...numbers(expected ?? number, number));
    expected = number + 1;
    if (orgId === org.id) named = range?.to ?? named;
  }
  if (page.last !== undefined) return { at: page.last, seen: named };
  absent.push(...numbers(expected ?? feed.number + 1, feed.number + 1));
  const keyOf = (number: number): Key => eventKeys.feedEntry(shard, feed.generation, number);
  const gone = await reallyAbsent(
    database,
    absent,
    keyOf,
    (item) => item !== undefined && feedEntry(item) !== undefined,
  );
  // New entries of the meantime are missing here, and a renewed feed lacks all earlier entries.
  const isWhole = absent.length === 0 && feed.renewed !== true;
  const lacksLast = isWhole && isRecent && named < head.seq;
  if (gone.length > 0 || lacksLast) findings.push({ code: "log.feed", ids: [org.id], repair: "none" });
  return undefined;
}

/** The numbers that an atomic read does not find either: a query may show only a part of a transaction. */
async function reallyAbsent(
  database: Database,
  absent: readonly number[],
  keyOf: (number: number) => Key,
  isThere: (item: Item | undefined) => boolean,
): Promise<number[]> {
  const gone: number[] = [];
  for (let start = 0; start < absent.length && gone.length < MOST_NAMED; start += KEYS_PER_READ) {
    const part = absent.slice(start, start + KEYS_PER_READ);
    const items = await database.getTogether(part.map(keyOf));
    gone.push(...part.filter((_, index) => !isThere(items[index])));
  }
  return gone;
}

/** From the first number (inclusive) to the last (exclusive), without the end of a long gap. */
function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.min(Math.max(0, to - from), MOST_OF_GAP) }, (_, index) => from + index);
}
