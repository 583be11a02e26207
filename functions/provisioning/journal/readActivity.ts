import { own } from "../../scim/json.ts";
import { foldCase, mapUserName } from "../../scim/paths.ts";
import { groupType, userType } from "../../scim/resourceTypes.ts";
import { isPartly, type JournalEntry, JournalStore } from "../../store/journal.ts";
import { entryPlace, entryPlacesFrom, type JournalPart, readEntryPlace } from "../../store/journalKeys.ts";
import type { OrgRecord } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import type { Directory } from "../../store/session.ts";
import type { SettingsStore } from "../../store/settings.ts";
import { rulesOf } from "../session.ts";
import { subjectOf } from "./subject.ts";

/** What reading an org's journal needs. */
export interface JournalReading {
  readonly org: OrgRecord;
  /** Users and groups from the identity provider. */
  readonly managed: Directory;
  readonly settings: SettingsStore;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type EntryOutcome = "done" | "partly" | "refused" | "failed";

interface ActivityAsked {
  /** Places of entries. */
  readonly after: string | undefined;
  readonly since: string | undefined;
  readonly outcome: string | undefined;
  readonly code: string | undefined;
  readonly resource: string | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** ISO 8601. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly count: number;
}

/** Lines come from several functions, and at the end of a request, so a new line may be older than lines already seen. */
const LATE_MS = 60_000;
/** Entries that one page examines, and entries that one query reads. */
const MOST_LOOKED_AT = 4_000;
const LOOKED_AT_ONCE = 500;

export function journalOf({ org, managed }: JournalReading): JournalStore {
  return new JournalStore(managed.view.database, org.id);
}

export function outcomeOfEntry(entry: JournalEntry): EntryOutcome {
  if (entry.status >= 500) return "failed";
  if (entry.status >= 400) return "refused";
  return isPartly(entry) ? "partly" : "done";
}

/** The code with the entry's text and remedy. For skipped members it is the code with which a stricter org refuses them. */
export function codeOfEntry({ code, operations, skipped = 0 }: JournalEntry): string | undefined {
  if (code !== undefined) return code;
  const [most] = Object.entries(operations?.codes ?? {}).sort(([, left], [, right]) => right - left);
  return most?.[0] ?? (skipped > 0 ? SKIPPED_CODE : undefined);
}

export const SKIPPED_CODE = "value.unknownMembers";

/** Entries that match the request, newest first. */
export async function readActivity(reading: JournalReading, asked: ActivityAsked) {
  const journal = journalOf(reading);
  const isAsked = await askedOf(reading, asked);
  const oldest = oldestOf(asked);
  const limit = isAsked === undefined ? asked.count : LOOKED_AT_ONCE;
  const found: JournalEntry[] = [];
  let reached = asked.after;
  let newest: string | undefined;
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += limit) {
    const range = { limit, after: reached, ...(reached === undefined && { from: beginOf(asked) }) };
    const { entries, horizon } = await readBoth(journal, partsAsked(asked), range, reading.now);
    for (const entry of entries) {
      if (entry.at < oldest) return { entries: found, next: undefined, newest };
      reached = entryPlace(entry.at, entry.ref);
      newest ??= reached;
      if (isAsked?.(entry) === false) continue;
      found.push(entry);
      if (found.length === asked.count) return { entries: found, next: reached, newest };
    }
    if (horizon === undefined) return { entries: found, next: undefined, newest };
    // The last item may be unreadable.
    reached = horizon;
  }
  return { entries: found, next: reached, newest };
}

function partsAsked({ outcome, code }: ActivityAsked): readonly JournalPart[] {
  if (outcome === undefined) return code === undefined ? ["done", "troubled"] : ["troubled"];
  return outcome === "done" ? ["done"] : ["troubled"];
}

function beginOf({ to }: ActivityAsked): string | undefined {
  return to === undefined ? undefined : entryPlacesFrom(new Date(Date.parse(to) - 1).toISOString());
}

/** The earliest requested time. */
function oldestOf({ from, since }: ActivityAsked): string {
  const at = from === undefined ? "" : new Date(Date.parse(from)).toISOString();
  if (since === undefined) return at;
  const { at: seen } = readEntryPlace(since);
  const late = new Date(Date.parse(seen) - LATE_MS).toISOString();
  return laterOf(late, at);
}

/** The later of two times in the same ISO 8601 form. */
export function laterOf(left: string, right: string): string {
  return [left, right].sort().at(-1) ?? left;
}

/** The journal's parts merged in order, up to `horizon`, to which each part was read; undefined: to its end. */
async function readBoth(
  journal: JournalStore,
  parts: readonly JournalPart[],
  range: Parameters<JournalStore["entries"]>[1],
  now: number,
) {
  const pages = await Promise.all(parts.map((part) => journal.entries(part, range, now)));
  const [horizon] = pages.flatMap(({ last }) => last ?? []).sort();
  const placed = pages.flatMap(({ entries }) =>
    entries.map((entry) => ({ entry, place: entryPlace(entry.at, entry.ref) })),
  );
  const within = placed.filter(({ place }) => horizon === undefined || place <= horizon);
  within.sort((left, right) => (left.place < right.place ? -1 : 1));
  return { entries: within.map(({ entry }) => entry), horizon };
}

/** @returns undefined where every entry matches */
async function askedOf(reading: JournalReading, asked: ActivityAsked) {
  const { outcome, code, resource, id, name } = asked;
  const tests: ((entry: JournalEntry) => boolean)[] = [];
  if (outcome !== undefined) tests.push((entry) => outcomeOfEntry(entry) === outcome);
  if (code !== undefined) {
    tests.push((entry) => codeOfEntry(entry) === code || own(entry.operations?.codes ?? {}, code) !== undefined);
  }
  if (resource !== undefined) tests.push((entry) => entry.resource === resource);
  if (id !== undefined) tests.push((entry) => entry.resourceId === id || entry.holderId === id);
  if (name !== undefined) tests.push(await named(reading, name));
  return tests.length === 0 ? undefined : (entry: JournalEntry) => tests.every((holds) => holds(entry));
}

/** Matches entries about the present holder of the name, and about creates with the name, by any token of the org. */
async function named(reading: JournalReading, name: string): Promise<(entry: JournalEntry) => boolean> {
  const { org, managed, settings } = reading;
  const [users, groups, tokens] = await Promise.all([
    managed.users.idsByName(mapUserName(name)),
    managed.groups.idsByName(foldCase(name)),
    settings.tokens(org.id),
  ]);
  const rules = rulesOf(org);
  const subjects = new Set(
    tokens.flatMap(({ hash }) => [
      subjectOf(hash, userType(rules), "userName", name),
      subjectOf(hash, groupType(rules), "displayName", name),
    ]),
  );
  const ids = new Set([...users, ...groups]);
  return ({ resourceId = "", subject }) => ids.has(resourceId) || (subject !== undefined && subjects.has(subject));
}

/** The present names of resources by id, without deleted resources. */
export async function currentNames(
  { managed }: JournalReading,
  ids: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(ids.flatMap((id) => id ?? []))];
  const [users, groups] = await Promise.all([managed.users.findMany(known), managed.groups.findMany(known)]);
  const named = [
    ...users.map((user) => [user.id, attributesOf(user).userName] as const),
    ...groups.map((group) => [group.id, attributesOf(group).displayName] as const),
  ];
  return new Map(named.map(([id, name]) => [id, String(name ?? "")]));
}
