import type { Database } from "../../store/database.ts";
import { cursorOf, type Head, headOf, type ReadableEvent, readableEvent, storedEvent } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import type { OrgId } from "../../store/keys.ts";
import { isExpired, type LogPlace } from "./readLog.ts";

interface BackReading {
  /** The first event to read; undefined: the last event. */
  readonly start?: LogPlace | undefined;
  /** Reads only events with greater numbers. */
  readonly downTo: number;
  readonly most: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: number;
}

interface BackPage {
  readonly head: Head;
  /** Newest first. */
  readonly events: readonly ReadableEvent[];
  /** The number to continue with; 0: nothing older can be read; -1: nor the next event, which is gone. */
  readonly rest: number;
}

/**
 * The events of one subject, each of which names the subject's earlier event: one read per event, however long the log is.
 * @returns `otherLog` where the org has no log, or `start` is in another one; `otherSubject` where `start` is about another subject
 */
export async function readBack(
  database: Database,
  orgId: OrgId,
  subject: string,
  { start, downTo, most, now, retentionDays }: BackReading,
): Promise<BackPage | "otherLog" | "otherSubject"> {
  const [headItem, item] = await database.getTogether([eventKeys.head(orgId), eventKeys.cursor(orgId, subject)]);
  if (headItem === undefined) return "otherLog";
  const head = headOf(headItem);
  const cursor = item && cursorOf(item);
  if (start !== undefined && start.generation !== head.generation) return "otherLog";
  const events: ReadableEvent[] = [];
  let seq = start?.seq ?? (cursor?.generation === head.generation ? cursor.seq : 0);
  while (seq > downTo && events.length < most) {
    const found = await database.get(eventKeys.event(orgId, head.generation, seq));
    if (found === undefined) return { head, events, rest: -1 };
    if (isExpired(storedEvent(found), now, retentionDays)) return { head, events, rest: 0 };
    const event = readableEvent(found);
    if (event === undefined) return { head, events, rest: seq };
    if (event.subject !== subject) return "otherSubject";
    events.push(event);
    seq = event.previousSeq;
  }
  return { head, events, rest: seq };
}
