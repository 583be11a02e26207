import { dueErasures, eventKeys, seqOf } from "./eventKeys.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "./keys.ts";
import type { Item, Scalar } from "./table.ts";

/** How far an org's log has come. */
export interface Head {
  /** Of the last event; 0 before the first one. */
  readonly seq: number;
  /** Milliseconds since the epoch of the last entry: never falls from one event to the next. */
  readonly time: number;
  readonly generation: string;
  /** The org's login name. */
  readonly slug: string;
  /** Days for which the org itself wants its events kept, where it wants fewer than the deployment. */
  readonly retentionDays?: number | undefined;
  /** The org's people have roles: what changes about them is to be worked on (ADR 64). */
  readonly roles?: true | undefined;
  /** A purge has begun: nothing is added any more. */
  readonly closed: boolean;
  /** The org is gone: its closed head refuses what the stream brings late. */
  readonly over: boolean;
  /** The feed says that the org ended. */
  readonly ended: boolean;
  /** It was begun anew: its beginning is not that of the log before. */
  readonly renewed?: true;
}

/** How far the log has come with one subject. */
export interface Cursor {
  readonly generation: string;
  /** The last version that is accounted for; 0: none. */
  readonly version: number;
  /** The same of a user's link, which counts its versions itself. */
  readonly linkVersion: number;
  /** And of a user's roles. */
  readonly rolesVersion: number;
  /** Of its last event; 0 where it has none. */
  readonly seq: number;
  /** The log has said that the subject is gone. */
  readonly gone?: true;
  /** The subject is gone: ISO 8601 time from which on the values in its events have to go. */
  readonly eraseAt?: string;
}

/** How far one shard of the feed has come. */
export interface FeedHead {
  readonly number: number;
  readonly generation: string;
  /** As of a log. */
  readonly renewed?: true;
}

/** One event as it is stored. */
export interface StoredEvent {
  readonly seq: number;
  readonly subject: string;
  /** Of the subject's event before this one; 0: there is none in this generation. */
  readonly previousSeq: number;
  /** Milliseconds since the epoch: when it was written to the log. */
  readonly time: number;
  /** JSON text without values of attributes. */
  readonly text: string;
  /** JSON text of the values, where the log holds them. */
  readonly values: string | undefined;
}

/** What one shard of the feed tells in order: an org's log went on, or ended with the org. */
export interface FeedEntry {
  readonly number: number;
  readonly orgId: string;
  readonly slug: string;
  /** First and last seq; absent where the org ended. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

/** One that is stored. */
export interface StoredFeedEntry extends FeedEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
}

const DAY_SECONDS = 86_400;
/** Readers are refused by time, so an item may go later than that, but never earlier. */
const GRACE_DAYS = 2;
/** A consumer that comes later than this takes a snapshot. */
export const FEED_DAYS = 7;
/** The stream and what is published again from it bring no record later: until then a closed head refuses it. */
export const CLOSED_DAYS = 7;

/** Seconds since the epoch from which on TTL may take an item that is kept for so many days. */
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
    // A purge closes a log that was never begun.
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

/** What an update of a cursor sets. */
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

export function feedEntry({ sk, o, sl, from, to, ended, t }: Item): StoredFeedEntry {
  const range = ended === undefined ? { from: Number(from), to: Number(to) } : undefined;
  return { number: seqOf(String(sk)), orgId: String(o), slug: String(sl), range, time: Number(t) };
}
