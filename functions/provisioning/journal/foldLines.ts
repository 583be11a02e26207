import { createHash } from "node:crypto";
import type { Database } from "../../store/database.ts";
import {
  type ContactMark,
  type JournalBatch,
  type JournalEntry,
  JournalStore,
  type MassChangeNotice,
  SPAN_DIGITS,
  type SpanCounts,
} from "../../store/journal.ts";
import type { ContactKind } from "../../store/journalKeys.ts";
import type { OrgId } from "../../store/keys.ts";
import { type JournalLine, readLine } from "./readLine.ts";

interface FoldedLines {
  readonly batches: ReadonlyMap<OrgId, JournalBatch>;
  /** Lines that the journal cannot use. */
  readonly passedOver: number;
  /** Requests that are listed, and requests that are only counted. */
  readonly listed: number;
  readonly reads: number;
}

/** Groups log lines by org. The result does not depend on their order or on repeated lines. */
export function foldLines(lines: Iterable<unknown>): FoldedLines {
  let passedOver = 0;
  const known: JournalLine[] = [];
  for (const line of lines) {
    const read = readLine(line);
    if (read === undefined) passedOver += 1;
    else known.push(read);
  }
  return { ...foldKnown(known), passedOver };
}

/** For lines that were already read, all of which the journal uses. */
export function foldKnown(lines: readonly JournalLine[]): FoldedLines {
  const orgs = new Map<OrgId, Map<string, JournalLine>>();
  for (const line of lines) {
    const ofOrg = orgs.get(line.orgId) ?? new Map<string, JournalLine>();
    ofOrg.set(nameOf(line), line);
    orgs.set(line.orgId, ofOrg);
  }
  const all = [...orgs.values()].flatMap((ofOrg) => [...ofOrg.values()]);
  return {
    batches: new Map(Array.from(orgs, ([orgId, ofOrg]) => [orgId, batchOf([...ofOrg.values()])])),
    passedOver: 0,
    listed: all.filter(({ kind }) => kind === "request").length,
    reads: all.filter(({ kind }) => kind === "read").length,
  };
}

/** Unique among the lines of an org. */
function nameOf(line: JournalLine): string {
  if (line.kind !== "massChange") return `${line.entry.at}#${line.entry.ref}`;
  const { at, kind, ref } = line.notice;
  return `${at}#${ref}#${kind}`;
}

function batchOf(lines: readonly JournalLine[]): JournalBatch {
  const entries: JournalEntry[] = [];
  const massChanges: MassChangeNotice[] = [];
  const contact = new Map<ContactKind, ContactMark>();
  const spans = new Map<string, JournalEntry[]>();
  for (const line of lines) {
    if (line.kind === "massChange") {
      massChanges.push(line.notice);
      continue;
    }
    const { entry } = line;
    if (line.kind === "request") entries.push(entry);
    const kind = contactKindOf(line.kind, entry);
    const mark = contact.get(kind);
    if (mark === undefined || isLater(entry, mark)) contact.set(kind, markOf(entry));
    const start = entry.at.slice(0, SPAN_DIGITS);
    const ofSpan = spans.get(start) ?? [];
    ofSpan.push(entry);
    spans.set(start, ofSpan);
  }
  const reads = new Set(lines.flatMap((line) => (line.kind === "read" ? [line.entry] : [])));
  const inOrder = [...spans].sort(([left], [right]) => (left < right ? -1 : 1));
  const counts = Array.from(inOrder, ([start, of]) => countsOf(start, of, reads));
  return { entries, massChanges, contact, spans: counts, mark: markOfBatch(spans) };
}

function countsOf(start: string, entries: readonly JournalEntry[], reads: ReadonlySet<JournalEntry>): SpanCounts {
  const minutes = new Map<string, number>();
  const counts = { reads: 0, writes: 0, refused: 0, failed: 0, skipped: 0 };
  for (const entry of entries) {
    counts.skipped += entry.skipped ?? 0;
    if (entry.status >= 500) counts.failed += 1;
    else if (entry.status >= 400) counts.refused += 1;
    else if (!reads.has(entry)) counts.writes += 1;
    else {
      const minute = entry.at.charAt(SPAN_DIGITS);
      counts.reads += 1;
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
  }
  return { start, minutes, ...counts };
}

function markOfBatch(spans: ReadonlyMap<string, readonly JournalEntry[]>): string {
  const names = [...spans.values()].flat().map(({ at, ref }) => `${at}#${ref}`);
  return createHash("sha256").update(names.sort().join("\n")).digest("hex").slice(0, MARK_DIGITS);
}

const MARK_DIGITS = 24;

function contactKindOf(kind: "request" | "read", { op, status }: JournalEntry): ContactKind {
  if (status === 401) return "denied";
  if (status >= 500) return "failed";
  if (status >= 400) return "refused";
  if (op === "oauth.token") return "granted";
  return kind === "read" ? "read" : "written";
}

/** Times in this form sort as texts. In the same millisecond the reference decides, so that the order of lines does not matter. */
function isLater(left: ContactMark, right: ContactMark): boolean {
  return `${left.at}#${left.ref}` > `${right.at}#${right.ref}`;
}

function markOf({ at, ref, idp, op, status }: JournalEntry): ContactMark {
  return { at, ref, idp, op, status };
}

/**
 * Writes log lines to the journals of their orgs. Orgs are written one after the other, so that one org's many requests cannot take
 * all the time. A failure does not stop the other orgs.
 * @param add `addTogether` where transactions cost no more than single writes
 * @throws the first failure, after all orgs were tried; the same lines may come again
 */
export async function keepLines(
  database: Database,
  { batches }: FoldedLines,
  add: "add" | "addTogether" = "add",
): Promise<void> {
  const failures: unknown[] = [];
  for (const [orgId, batch] of batches) {
    try {
      await new JournalStore(database, orgId)[add](batch);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
