import type { ReadableEvent } from "../../store/eventItems.ts";
import { OperatorError } from "../operatorError.ts";
import { readBack } from "./readBack.ts";
import { type LogReading, placeIn } from "./readEvents.ts";
import type { LogPlace } from "./readLog.ts";
import { subjectNamed } from "./showEvent.ts";

/** One subject's events in an org's log, newest first. */
export interface HistoryPage {
  readonly generation: string;
  readonly events: readonly ReadableEvent[];
  /** The event to continue with; undefined at the end. */
  readonly next: LogPlace | undefined;
}

/** @param before `next` of the earlier page @throws ScimError 400, 410 */
export async function readHistory(
  { database, org, now, retentionDays }: LogReading,
  resource: string,
  before: string | undefined,
  limit: number,
): Promise<HistoryPage> {
  const subject = subjectNamed(org.id, resource);
  const start = before === undefined ? undefined : placeIn(org, before).place;
  const back = await readBack(database, org.id, subject, { start, downTo: 0, most: limit, now, retentionDays });
  if (back === "otherSubject") throw OperatorError.invalidValue("eventCursor");
  if (back === "otherLog") {
    if (start !== undefined) throw OperatorError.gone("otherLog");
    return { generation: "", events: [], next: undefined };
  }
  // A damaged event, which must not end the history unseen.
  if (back.rest > 0 && back.events[0] === undefined) throw OperatorError.gone("expired", retentionDays);
  const { generation } = back.head;
  return { generation, events: back.events, next: back.rest > 0 ? { generation, seq: back.rest } : undefined };
}
