import type { Database } from "../../store/database.ts";
import { cursorOf, type Head, headOf, type StoredEvent, storedEvent } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
import type { OrgId } from "../../store/keys.ts";
import { isExpired, type LogPlace } from "./readLog.ts";

export interface BackReading {
  /** The event to begin with; undefined: the last one. */
  readonly start?: LogPlace | undefined;
  /** Ends before this number. */
  readonly downTo: number;
  readonly most: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: number;
}

export interface BackPage {
  readonly head: Head;
  /** From the newest one on. */
  readonly events: readonly StoredEvent[];
  /** The number to go on with; 0: nothing older can be read. */
  readonly rest: number;
}

/**
 * The events of one subject, each of which names the one before it: a read for each, whatever else the log holds.
 * @returns a word where the org has no log or the start is in another one, and where the start is about something else
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
  const events: StoredEvent[] = [];
  let seq = start?.seq ?? (cursor?.generation === head.generation ? cursor.seq : 0);
  while (seq > downTo && events.length < most) {
    const found = await database.get(eventKeys.event(orgId, head.generation, seq));
    const event = found && storedEvent(found);
    if (event !== undefined && event.subject !== subject) return "otherSubject";
    if (event === undefined || isExpired(event, now, retentionDays)) return { head, events, rest: 0 };
    events.push(event);
    seq = event.previousSeq;
  }
  return { head, events, rest: seq };
}
