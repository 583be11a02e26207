import type { Key } from "./table.ts";
import { END_OF_TIME, timeText } from "./webhookKeys.ts";

/** `done`: carried out in full. `troubled`: refused, failed, or carried out in part. */
export type JournalPart = "done" | "troubled";

/** Kinds of requests of which the last one is stored. `granted`: an access token. `denied`: 401. */
export type ContactKind = "read" | "written" | "refused" | "denied" | "failed" | "granted";

export const CONTACT_KINDS: readonly ContactKind[] = ["read", "written", "refused", "denied", "failed", "granted"];

export type NoticeKind = "massChange" | "skipped";

/** Items among which the counts of one span are divided. */
const SHARDS = 4;

/** Keys of the request journal (SCHEMA.md). */
export const journalKeys = {
  entries: (orgId: string, part: JournalPart): string => `Y#${orgId}#${part === "done" ? "D" : "R"}`,
  entry: (orgId: string, part: JournalPart, place: string): Key => ({
    pk: journalKeys.entries(orgId, part),
    sk: place,
  }),
  spans: (orgId: string): string => `Y#${orgId}#H`,
  /**
   * @param start of ten minutes, ISO 8601 without its last digits: `2026-01-02T03:0`
   * @param mark of the counted batch; it selects one of several items, so that batches do not wait for each other
   */
  span: (orgId: string, start: string, mark: string): Key => ({
    pk: `Y#${orgId}#H`,
    sk: `${start}#${Number.parseInt(mark.charAt(0), 16) % SHARDS}`,
  }),
  /** The mark of a counted batch. */
  counted: (orgId: string, mark: string): Key => ({ pk: `Y#${orgId}#M`, sk: mark }),
  contact: (orgId: string, kind: ContactKind): Key => ({ pk: `Y#${orgId}#C`, sk: kind }),
  notices: (orgId: string): string => `Y#${orgId}#N`,
  notice: (orgId: string, kind: NoticeKind, place: string): Key => ({ pk: `Y#${orgId}#N`, sk: `${kind}#${place}` }),
} as const;

/** Every partition that an org's journal can have. */
export function journalPartitions(orgId: string): readonly string[] {
  const { entries, spans, counted, contact, notices } = journalKeys;
  const single = [counted(orgId, "").pk, contact(orgId, "read").pk];
  return [entries(orgId, "done"), entries(orgId, "troubled"), spans(orgId), ...single, notices(orgId)];
}

/** The place of a request, newest first; the same line always gets the same place. @param at ISO 8601 with milliseconds */
export function entryPlace(at: string, ref: string): string {
  return `${entryPlacesFrom(at)}#${ref}`;
}

/** Sorts before every place of that millisecond, and after those of every later one. */
export function entryPlacesFrom(at: string): string {
  return timeText(END_OF_TIME - Date.parse(at));
}

/** The time and reference in a place. */
export function readEntryPlace(place: string): { readonly at: string; readonly ref: string } {
  const [inverted = "", ref = ""] = place.split("#");
  return { at: new Date(END_OF_TIME - Number(inverted)).toISOString(), ref };
}
