import { membersAre, objectIn } from "../scim/json.ts";
import { allOf, chunks, type Database, inParallel } from "./database.ts";
import {
  CONTACT_KINDS,
  type ContactKind,
  entryPlace,
  type JournalPart,
  journalKeys,
  type NoticeKind,
  readEntryPlace,
} from "./journalKeys.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "./keys.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action, type Item, type Key } from "./table.ts";

/** How long requests stay in the journal. */
export const JOURNAL_DAYS = 14;

/** How long a counted batch stays marked: a dead letter may be processed up to 14 days later. */
const MARK_DAYS = 15;
const SPANS_AT_ONCE = ACTIONS_PER_TRANSACTION - 1;
/** Digits of an ISO 8601 time up to the tens of its minutes. */
export const SPAN_DIGITS = "2026-01-02T03:0".length;

/** One request in the journal: names of ours and of the schemas, ids, numbers. No value from the request. */
export interface JournalEntry {
  /** When the request began: ISO 8601 with milliseconds. */
  readonly at: string;
  /** The reference on its log line. */
  readonly ref: string;
  readonly idp: string;
  /** As on the log line: `users.create`. */
  readonly op: string;
  readonly status: number;
  readonly code?: string | undefined;
  readonly attributes?: readonly string[] | undefined;
  readonly resource?: "user" | "group" | undefined;
  readonly resourceId?: string | undefined;
  /** Id of the resource that has the value already. */
  readonly holderId?: string | undefined;
  readonly subject?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly changed?: boolean | undefined;
  readonly skipped?: number | undefined;
  readonly quirks?: readonly string[] | undefined;
  /** On a bulk request. */
  readonly operations?: JournalOperations | undefined;
}

interface JournalOperations {
  readonly done: number;
  readonly refused: number;
  readonly codes: Readonly<Record<string, number>>;
}

export type ContactMark = Pick<JournalEntry, "at" | "ref" | "idp" | "op" | "status">;

export interface MassChangeNotice {
  readonly at: string;
  readonly ref: string;
  readonly kind: "users" | "members";
  readonly lost: number;
  readonly roster: number;
}

/** Counts of one span of ten minutes. */
export interface JournalCounts {
  readonly reads: number;
  readonly writes: number;
  readonly refused: number;
  readonly failed: number;
  /** Members left out. */
  readonly skipped: number;
}

export interface SpanTotals extends JournalCounts {
  /** Beginning of the span: `2026-01-02T03:0` is 03:00 to 03:09. */
  readonly start: string;
}

/** The counts of one batch of lines for one span. */
export interface SpanCounts extends SpanTotals {
  /** Reads by the last digit of the minute. */
  readonly minutes: ReadonlyMap<string, number>;
}

/** The content of one batch of log lines for one org. */
export interface JournalBatch {
  readonly entries: readonly JournalEntry[];
  readonly spans: readonly SpanCounts[];
  /** Hex digits, the same for the same requests: a batch that is added several times counts once. */
  readonly mark: string;
  readonly contact: ReadonlyMap<ContactKind, ContactMark>;
  readonly massChanges: readonly MassChangeNotice[];
}

/** Entries are read newest first. */
interface JournalRange {
  /** Begins after this place. */
  readonly after?: string | undefined;
  /** Begins at this place. */
  readonly from?: string | undefined;
  readonly limit: number;
}

/** Whether the request succeeded, but only in part. */
export function isPartly({ status, skipped = 0, operations }: JournalEntry): boolean {
  return status < 400 && (skipped > 0 || (operations?.refused ?? 0) > 0);
}

export function partOf(entry: JournalEntry): JournalPart {
  return entry.status >= 400 || isPartly(entry) ? "troubled" : "done";
}

/**
 * The request journal of one org, written from log lines. The lines arrive at least once, in any order and in any batches:
 * the same lines make the same items, and repeating them changes nothing (ADR 0056).
 */
export class JournalStore {
  readonly #database: Database;
  readonly #orgId: OrgId;

  constructor(database: Database, orgId: OrgId) {
    this.#database = database;
    this.#orgId = orgId;
  }

  /** Writes each item alone, the counts last as a transaction: an interrupted run is repeated, and nothing counts twice. */
  async add(batch: JournalBatch): Promise<void> {
    const actions = [...this.#items(batch), ...this.#contacts(batch)];
    await inParallel(actions, (action) => this.#database.write([action]));
    for (const counts of this.#counts(batch)) await this.#database.transact(counts);
  }

  /** The same for a table where a transaction costs no more than its writes: few calls, which share one wait for the disk. */
  async addTogether(batch: JournalBatch): Promise<void> {
    const parts = chunks(this.#items(batch), ACTIONS_PER_TRANSACTION);
    // A contact that is not the latest would refuse the actions in the same transaction.
    const contacts = this.#contacts(batch).map((contact) => [contact]);
    await inParallel([...parts, ...this.#counts(batch), ...contacts], (actions) => this.#database.write(actions));
  }

  #items({ entries, massChanges }: JournalBatch): Action[] {
    return [...entries.flatMap((entry) => this.#entry(entry)), ...massChanges.map(this.#massChange)];
  }

  #contacts({ contact }: JournalBatch): Action[] {
    return Array.from(contact, ([kind, mark]) => this.#contact(kind, mark));
  }

  #entry(entry: JournalEntry): Action[] {
    const { at, ref, ...rest } = entry;
    const place = entryPlace(at, ref);
    const ttl = ttlFrom(at);
    const key = journalKeys.entry(this.#orgId, partOf(entry), place);
    const put: Action = { put: { ...keyItem(key), d: JSON.stringify(rest), ttl } };
    if ((entry.skipped ?? 0) === 0) return [put];
    return [put, { put: { ...keyItem(journalKeys.notice(this.#orgId, "skipped", place)), ttl } }];
  }

  readonly #massChange = ({ at, ref, ...rest }: MassChangeNotice): Action => {
    const key = journalKeys.notice(this.#orgId, "massChange", `${entryPlace(at, ref)}#${rest.kind}`);
    return { put: { ...keyItem(key), d: JSON.stringify(rest), ttl: ttlFrom(at) } };
  };

  /** Has no `ttl`: people ask how long ago the contact was. */
  #contact(kind: ContactKind, { at, ref, ...rest }: ContactMark): Action {
    const t = `${at}#${ref}`;
    return {
      put: { ...keyItem(journalKeys.contact(this.#orgId, kind)), t, d: JSON.stringify(rest) },
      condition: { orAbsent: true, all: [{ atMost: ["t", t] }] },
    };
  }

  /** One entry per transaction. */
  #counts({ spans, mark }: JournalBatch): Action[][] {
    const transactions: Action[][] = [];
    for (let first = 0; first < spans.length; first += SPANS_AT_ONCE) {
      const part = spans.slice(first, first + SPANS_AT_ONCE);
      // A batch with many spans comes from reading old lines again: then each part has its own mark.
      const counted = keyItem(journalKeys.counted(this.#orgId, first === 0 ? mark : `${mark}.${first}`));
      const ttl = ttlFrom(`${part[0]?.start}0:00.000Z`, MARK_DAYS);
      const spansOfPart = part.map((span) => this.#span(span, mark));
      transactions.push([{ put: { ...counted, ttl }, condition: ABSENT }, ...spansOfPart]);
    }
    return transactions;
  }

  #span({ start, minutes, reads, writes, refused, failed, skipped }: SpanCounts, mark: string): Action {
    const counts = { r: reads, w: writes, rf: refused, f: failed, k: skipped };
    const byMinute = Array.from(minutes, ([minute, count]): [string, number] => [`m${minute}`, count]);
    return {
      update: journalKeys.span(this.#orgId, start, mark),
      set: { sv: SCHEMA_VERSION, ttl: ttlFrom(`${start}0:00.000Z`) },
      add: Object.fromEntries([...Object.entries(counts), ...byMinute].filter(([, count]) => count > 0)),
    };
  }

  /** Newest first. @param now milliseconds since the epoch: the first expired entry is the end, even if it is still stored */
  async entries(part: JournalPart, range: JournalRange, now: number) {
    const pk = journalKeys.entries(this.#orgId, part);
    const { items, last } = await this.#database.query(pk, range);
    const kept = items.filter((item) => isKept(item, now));
    return { entries: kept.flatMap(entryOf), last: kept.length < items.length ? undefined : last };
  }

  /** Keys of the contact marks, for a read together with others. */
  contactKeys(): Key[] {
    return CONTACT_KINDS.map((kind) => journalKeys.contact(this.#orgId, kind));
  }

  /** @param items with these keys, possibly among others */
  contactIn(items: readonly Item[]): ReadonlyMap<ContactKind, ContactMark> {
    const { pk } = journalKeys.contact(this.#orgId, "read");
    const ours = items.filter((item) => item.pk === pk);
    return new Map(ours.flatMap((item) => markOf(item).map((mark) => [String(item.sk) as ContactKind, mark] as const)));
  }

  async contact(): Promise<ReadonlyMap<ContactKind, ContactMark>> {
    return this.contactIn((await this.#database.query(journalKeys.contact(this.#orgId, "read").pk)).items);
  }

  /** The spans that were written, ascending. @param from ISO 8601 @param now milliseconds since the epoch */
  async spans(from: string, now: number): Promise<readonly SpanTotals[]> {
    const begin = { from: from.slice(0, SPAN_DIGITS) };
    const items = await allOf(this.#database, journalKeys.spans(this.#orgId), begin);
    return items.filter((item) => isKept(item, now)).map(totalsOf);
  }

  /** The latest requests that left members out. */
  async skippedIn(limit: number, now: number): Promise<readonly { readonly at: string; readonly ref: string }[]> {
    const items = await this.#notices("skipped", limit, now);
    return items.map((item) => readEntryPlace(placeIn(item, "skipped")));
  }

  async massChanges(limit: number, now: number): Promise<readonly MassChangeNotice[]> {
    const items = await this.#notices("massChange", limit, now);
    return items.flatMap((item) => {
      const notice = objectIn(String(item.d));
      return isMassChange(notice) ? { ...notice, ...readEntryPlace(placeIn(item, "massChange")) } : [];
    });
  }

  async #notices(kind: NoticeKind, limit: number, now: number): Promise<readonly Item[]> {
    const { items } = await this.#database.query(journalKeys.notices(this.#orgId), { prefix: `${kind}#`, limit });
    return items.filter((item) => isKept(item, now));
  }
}

function placeIn({ sk }: Item, kind: NoticeKind): string {
  return String(sk).slice(kind.length + 1);
}

/** Nothing of an entry that somebody damaged: it takes no other one with it. */
function entryOf({ sk, d }: Item): JournalEntry | [] {
  const entry = objectIn(String(d));
  return isRequest(entry) ? { ...entry, ...readEntryPlace(String(sk)) } : [];
}

function markOf({ t, d }: Item): ContactMark[] {
  const [at = "", ref = ""] = String(t).split("#");
  const mark = objectIn(String(d));
  return isRequest(mark) ? [{ ...mark, at, ref }] : [];
}

/** Whether `#entry` or `#contact` wrote it so. */
function isRequest(value: unknown): value is Omit<JournalEntry, "at" | "ref"> {
  return membersAre("string", value, ["idp", "op"]) && membersAre("number", value, ["status"]);
}

function isMassChange(value: unknown): value is Omit<MassChangeNotice, "at" | "ref"> {
  return membersAre("string", value, ["kind"]) && membersAre("number", value, ["lost", "roster"]);
}

/** The totals of one item; several items may share a span. */
function totalsOf({ sk, r = 0, w = 0, rf = 0, f = 0, k = 0 }: Item): SpanTotals {
  return {
    start: String(sk).slice(0, SPAN_DIGITS),
    reads: Number(r),
    writes: Number(w),
    refused: Number(rf),
    failed: Number(f),
    skipped: Number(k),
  };
}

/** Seconds since the epoch. */
function ttlFrom(at: string, days = JOURNAL_DAYS): number {
  return Math.floor(Date.parse(at) / 1_000) + days * 86_400;
}

function isKept({ ttl }: Item, now: number): boolean {
  return Number(ttl) * 1_000 > now;
}
