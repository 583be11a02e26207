import type { Database } from "../../store/database.ts";
import { type Head, storedEvent } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import type { OrgId } from "../../store/keys.ts";
import type { LogPlace } from "./readLog.ts";

/**
 * The place before the first readable event that was logged at `since` or later. Times never decrease along a log, so a few
 * reads are enough: two where no event is older, else about two for each doubling of the log's length.
 * @param since milliseconds since the epoch
 */
export async function placeSince(database: Database, orgId: OrgId, head: Head, since: number): Promise<LogPlace> {
  const { generation, seq: last } = head;
  if (last === 0 || head.time < since) return { generation, seq: last };
  const page = await database.query(eventKeys.events(orgId), { prefix: generation, limit: 1 });
  const [first] = page.items.map(storedEvent);
  // A query may show only a part of a transaction. A reader from the beginning gets all events.
  if (first === undefined) return { generation, seq: 0 };
  // Atomic reads, for the same reason.
  const timeOf = async (seq: number): Promise<number | undefined> => {
    const [item] = await database.getTogether([eventKeys.event(orgId, generation, seq)]);
    return item && storedEvent(item).time;
  };
  if (first.time >= since) {
    let { seq } = first;
    while (seq > 1 && ((await timeOf(seq - 1)) ?? 0) >= since) seq -= 1;
    return { generation, seq: seq - 1 };
  }
  let [before, from] = [first.seq, last];
  while (before + 1 < from) {
    const middle = Math.floor((before + from) / 2);
    // TTL has removed a missing event, so it was older.
    if (((await timeOf(middle)) ?? 0) < since) before = middle;
    else from = middle;
  }
  return { generation, seq: before };
}
