import type { Database } from "../../store/database.ts";
import type { Head, ReadableEvent } from "../../store/eventItems.ts";
import type { OrgRecord } from "../../store/records.ts";
import { OperatorError } from "../operatorError.ts";
import { readTypeList } from "./eventTypes.ts";
import { loggedEvent } from "./loggedEvent.ts";
import { readPlace } from "./place.ts";
import { placeSince } from "./placeSince.ts";
import { readBack } from "./readBack.ts";
import { isBeginning, type LogPlace, readBehind, readHead } from "./readLog.ts";
import { subjectNamed } from "./showEvent.ts";

/** What readers of one org's log need. */
export interface LogReading {
  readonly database: Database;
  readonly org: OrgRecord;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The present setting, not the one at the time of the event. */
  readonly retentionDays: number;
}

/** The client's request. */
interface EventsAsked {
  readonly after?: string | undefined;
  readonly since?: string | undefined;
  readonly limit: number;
  readonly types?: string | undefined;
  readonly resource?: string | undefined;
}

/** Where a page begins: after a place, or with the first readable event since a time. */
type Start =
  /** In any log of the org, or only in the log that gave the place out. */
  { readonly place: LogPlace; readonly log: "any" | "its" } | { readonly since: number };

/** A valid request. */
export interface EventQuestion {
  readonly start: Start;
  readonly limit: number;
  /** Absent: all events. */
  readonly wanted: ((event: ReadableEvent) => boolean) | undefined;
  /** Absent: all subjects. */
  readonly subject: string | undefined;
}

export interface EventPage {
  readonly events: readonly ReadableEvent[];
  /** Everything up to this place was examined. */
  readonly next: LogPlace;
  readonly head: LogPlace;
}

const DAY_MS = 86_400_000;
/** Events that one page examines to find the wanted ones. */
const MOST_LOOKED_AT = 1_000;
/** Reads one by one, each waiting for the one before. Beyond this number, examining all events is faster. */
const MOST_WALKED = 200;
/** Bytes of one answer's texts: below Lambda's 6 MB with every quote escaped. */
const MOST_BYTES = 3_000_000;

/** @throws ScimError 400 for an invalid request, 410 for a place in another org's log */
export function readQuestion({ org, now, retentionDays }: LogReading, asked: EventsAsked): EventQuestion {
  const { after, since, limit, types, resource } = asked;
  if (after !== undefined && since !== undefined) throw OperatorError.invalidValue("afterAndSince");
  const isWanted = types === undefined ? undefined : readTypeList(types);
  const subject = resource === undefined ? undefined : subjectNamed(org.id, resource);
  const oldest = now - retentionDays * DAY_MS + 1;
  return {
    start: after === undefined ? { since: Math.max(oldest, timeIn(since)) } : placeIn(org, after),
    limit,
    wanted: isWanted && ((event) => isWanted(loggedEvent(event).type)),
    subject,
  };
}

/**
 * A page of the log in its order, with bounded work: a page may be empty without being the last one.
 * @throws ScimError 400 for a place that the log has not reached, 410 for a place that requires a snapshot
 */
export async function readEvents(reading: LogReading, question: EventQuestion): Promise<EventPage> {
  const { database, org } = reading;
  const head = await readHead(database, org.id);
  const place = await placeOf(reading, head, question.start);
  // The log was begun again: its beginning is not the one that the client got from the empty log.
  if (isBeginning(place) && head?.renewed === true && isOfItsLog(question.start)) throw OperatorError.gone("otherLog");
  const ofSubject = question.subject === undefined ? undefined : await walk(reading, head, place, question);
  return ofSubject ?? look(reading, head, place, question);
}

async function look(
  reading: LogReading,
  head: Head | undefined,
  place: LogPlace,
  question: EventQuestion,
): Promise<EventPage> {
  const { wanted, subject, limit } = question;
  const isPart = wanted !== undefined || subject !== undefined;
  const events = await behind(reading, head, place, isPart ? MOST_LOOKED_AT : limit);
  const found = events.filter((event) => isOfSubject(event, subject) && (wanted?.(event) ?? true));
  const shown = fitting(found, limit);
  const generation = head?.generation ?? "";
  const last = shown.length < found.length ? shown.at(-1) : events.at(-1);
  const next = { generation, seq: last?.seq ?? place.seq };
  return { events: shown, next, head: { generation, seq: Math.max(head?.seq ?? 0, events.at(-1)?.seq ?? 0) } };
}

/** Reads back from the subject's last event. @returns undefined where that would take too many reads, or an event is gone or damaged */
async function walk(
  reading: LogReading,
  head: Head | undefined,
  place: LogPlace,
  { subject = "", wanted, limit }: EventQuestion,
): Promise<EventPage | undefined> {
  const { database, org, now, retentionDays } = reading;
  // Also checks whether the log can be read from there.
  if ((await behind(reading, head, place, 1)).length === 0) return undefined;
  const back = await readBack(database, org.id, subject, {
    downTo: place.seq,
    most: MOST_WALKED,
    now,
    retentionDays,
  });
  // The log began again meanwhile.
  if (back === "otherLog" || back === "otherSubject" || back.head.generation !== head?.generation)
    throw OperatorError.gone("otherLog");
  if (back.rest < 0 || back.rest > place.seq) return undefined;
  const found = back.events.toReversed().filter((event) => wanted?.(event) ?? true);
  const shown = fitting(found, limit);
  const reached = { generation: back.head.generation, seq: back.head.seq };
  const next = { ...reached, seq: (shown.length < found.length ? shown.at(-1)?.seq : undefined) ?? reached.seq };
  return { events: shown, next, head: reached };
}

/** @throws ScimError 400, 410 */
async function behind(
  { database, org, now, retentionDays }: LogReading,
  head: Head | undefined,
  place: LogPlace,
  limit: number,
): Promise<readonly ReadableEvent[]> {
  const page = await readBehind(database, org.id, head, place, { limit, now, retentionDays });
  switch (page.outcome) {
    case "page":
      return page.events;
    case "ahead":
      throw OperatorError.invalidValue("eventCursorAhead");
    case "gone":
      if (page.why === "otherLog") throw OperatorError.gone("otherLog");
      throw OperatorError.gone("expired", retentionDays);
  }
}

async function placeOf({ database, org }: LogReading, head: Head | undefined, start: Start): Promise<LogPlace> {
  if ("place" in start) return start.place;
  return head === undefined ? { generation: "", seq: 0 } : placeSince(database, org.id, head, start.since);
}

function isOfItsLog(start: Start): boolean {
  return "place" in start && start.log === "its";
}

/** @throws ScimError 400, 410 */
export function placeIn(org: OrgRecord, after: string): { readonly place: LogPlace; readonly log: "any" | "its" } {
  const read = readPlace(after);
  if (read === undefined) throw OperatorError.invalidValue("eventCursor");
  const { orgId = org.id, place } = read;
  // The place may be of an earlier org with this login name, or of another org. Callers do not learn which.
  if (orgId !== org.id) throw OperatorError.gone("otherLog");
  return { place, log: read.orgId === undefined ? "any" : "its" };
}

/** @returns milliseconds since the epoch @throws ScimError 400 */
export function timeIn(since: string | undefined): number {
  if (since === undefined) return 0;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(since) ? Date.parse(since) : Number.NaN;
  if (Number.isNaN(time)) throw OperatorError.invalidValue("since");
  return time;
}

function isOfSubject(event: ReadableEvent, subject: string | undefined): boolean {
  return subject === undefined || event.subject === subject;
}

/** The first events that fit into an answer: at least one. */
function fitting(events: readonly ReadableEvent[], limit: number): readonly ReadableEvent[] {
  let bytes = 0;
  const most = events.slice(0, limit);
  const end = most.findIndex(({ text, values = "" }, index) => {
    bytes += Buffer.byteLength(text) + Buffer.byteLength(values) + 400;
    return index > 0 && bytes > MOST_BYTES;
  });
  return end < 0 ? most : most.slice(0, end);
}
