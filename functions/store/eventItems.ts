import { type JsonObject, objectIn } from "../scim/json.ts";
import { dueErasures, eventKeys, seqOf } from "./eventKeys.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "./keys.ts";
import type { Item, Scalar } from "./table.ts";

/** The end of an org's log, with the org settings that the log needs. */
export interface Head {
  /** Number of the last event; 0 before the first. */
  readonly seq: number;
  /** Time of the last entry, milliseconds since the epoch; never lower than the time of an earlier event. */
  readonly time: number;
  readonly generation: string;
  /** The org's login name. */
  readonly slug: string;
  /** Retention days that the org itself wants, where fewer than the deployment's. */
  readonly retentionDays?: number | undefined;
  /** The org has roles: role workers must handle changes of its users and groups (ADR 64). */
  readonly roles?: true | undefined;
  /** A purge has begun: nothing is added any more. */
  readonly closed: boolean;
  /** The org is gone: its closed head refuses late stream records. */
  readonly over: boolean;
  /** The feed has an entry for the org's end. */
  readonly ended: boolean;
  /** The log was restarted: it does not continue the log before. */
  readonly renewed?: true;
}

/** How far the log accounts for one subject. */
export interface Cursor {
  readonly generation: string;
  /** The last version accounted for; 0: none. */
  readonly version: number;
  /** The same for a user's link, which has its own versions. */
  readonly linkVersion: number;
  /** The same for a user's roles. */
  readonly rolesVersion: number;
  /** Number of its last event; 0: it has none. */
  readonly seq: number;
  /** The log contains the end of the subject. */
  readonly gone?: true;
  /** Set where the subject is gone: ISO 8601 time at which the values in its events must be erased. */
  readonly eraseAt?: string;
}

/** The end of one shard of the feed. */
export interface FeedHead {
  readonly number: number;
  readonly generation: string;
  /** As on `Head`. */
  readonly renewed?: true;
}

/** One event as stored. */
export interface StoredEvent {
  readonly seq: number;
  readonly subject: string;
  /** Number of the subject's event before this one; 0: none in this generation. */
  readonly previousSeq: number;
  /** When it was written to the log, milliseconds since the epoch. */
  readonly time: number;
  /** JSON text without attribute values. */
  readonly text: string;
  /** JSON text of the values, where the log stores them. */
  readonly values: string | undefined;
}

/** An event that is as its writer stored it. */
export interface ReadableEvent extends StoredEvent {
  /** What `text` says. */
  readonly content: JsonObject;
}

/** One entry of a shard of the feed: an org's log has new events, or the org ended. */
export interface FeedEntry {
  readonly number: number;
  readonly orgId: string;
  readonly slug: string;
  /** First and last seq; absent: the org ended. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

/** A feed entry as stored. */
export interface StoredFeedEntry extends FeedEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
}

const DAY_SECONDS = 86_400;
/** Readers are refused by time, so TTL may remove an item later than that, but never earlier. */
const GRACE_DAYS = 2;
/** A consumer that is further behind must take a snapshot. */
export const FEED_DAYS = 7;
/** The stream, including republished records, brings no record later: until then a closed head must refuse them. */
export const CLOSED_DAYS = 7;

/** When TTL may remove an item that is kept for so many days, seconds since the epoch. */
export function ttlOf(time: number, days: number): number {
  return Math.ceil(time / 1000) + (days + GRACE_DAYS) * DAY_SECONDS;
}

export function headItem(orgId: OrgId, { seq, time, generation, slug, retentionDays, roles }: Head): Item {
  const ro = roles && 1;
  return { ...keyItem(eventKeys.head(orgId)), h: seq, t: time, g: generation, sl: slug, rd: retentionDays, ro };
}

export function headOf(item: Item): Head {
  const { h, t, g, sl, rd, ro, closed, ended, ttl, rn } = item;
  return {
    seq: Number(h),
    time: Number(t),
    // The closed head of a log that was never begun has no generation.
    generation: String(g ?? ""),
    slug: String(sl),
    retentionDays: rd === undefined ? undefined : Number(rd),
    roles: ro === undefined ? undefined : true,
    closed: closed !== undefined,
    over: ttl !== undefined,
    ended: ended !== undefined,
    ...(rn !== undefined && { renewed: true }),
  };
}

export function cursorOf({ g, v, lv = 0, rv = 0, s, g1p, ttl }: Item): Cursor {
  const versions = { version: Number(v), linkVersion: Number(lv), rolesVersion: Number(rv) };
  const isGone = g1p !== undefined || ttl !== undefined;
  return { generation: String(g), ...versions, seq: Number(s), ...(isGone && { gone: true }) };
}

export function cursorValues(
  subject: string,
  { generation, version, linkVersion, rolesVersion, seq, eraseAt }: Cursor,
): Record<string, Scalar> {
  const values: Record<string, Scalar> = { sv: SCHEMA_VERSION, g: generation, v: version, s: seq };
  if (linkVersion > 0) values.lv = linkVersion;
  if (rolesVersion > 0) values.rv = rolesVersion;
  if (eraseAt !== undefined) Object.assign(values, { g1p: dueErasures(subject), g1s: eraseAt });
  return values;
}

export function feedHeadOf({ h, g, rn }: Item): FeedHead {
  return { number: Number(h), generation: String(g), ...(rn !== undefined && { renewed: true }) };
}

export function eventItem(orgId: OrgId, generation: string, event: StoredEvent, retentionDays: number): Item {
  const { seq, subject, previousSeq, time, text, values } = event;
  return {
    ...keyItem(eventKeys.event(orgId, generation, seq)),
    d: text,
    b: values,
    t: time,
    r: subject,
    ps: previousSeq,
    ttl: ttlOf(time, retentionDays),
  };
}

export function storedEvent({ sk, d, b, t, r, ps }: Item): StoredEvent {
  return {
    seq: seqOf(String(sk)),
    subject: String(r),
    previousSeq: Number(ps),
    time: Number(t),
    text: String(d),
    values: b === undefined ? undefined : String(b),
  };
}

/** Undefined where somebody damaged the event by hand: readers cannot go past it, as if TTL had removed it. */
export function readableEvent(item: Item): ReadableEvent | undefined {
  const event = storedEvent(item);
  const content = objectIn(event.text) ?? {};
  const { type, version, changed = [], added = [], removed = [] } = content;
  const isTyped = typeof type === "string" && type !== "" && typeof version === "number";
  const isChained = typeof item.r === "string" && event.previousSeq < event.seq;
  return isTyped && isChained && [changed, added, removed].every(Array.isArray) ? { ...event, content } : undefined;
}

export function feedItem(shard: number, generation: string, entry: FeedEntry, time: number): Item {
  const { number, orgId, slug, range } = entry;
  return {
    ...keyItem(eventKeys.feedEntry(shard, generation, number)),
    o: orgId,
    sl: slug,
    ...(range === undefined ? { ended: 1 } : { from: range.from, to: range.to }),
    t: time,
    ttl: ttlOf(time, FEED_DAYS),
  };
}

/** Undefined where somebody damaged the entry by hand: readers take it for a missing one. */
export function feedEntry({ sk, o, sl, from, to, ended, t }: Item): StoredFeedEntry | undefined {
  const range = ended === undefined ? { from: Number(from), to: Number(to) } : undefined;
  if (typeof o !== "string" || typeof t !== "number" || (range !== undefined && !(range.from <= range.to)))
    return undefined;
  return { number: seqOf(String(sk)), orgId: o, slug: String(sl), range, time: t };
}
