import type { CodeOfScim } from "../../scim/error.ts";
import { JOURNAL_DAYS, type JournalEntry } from "../../store/journal.ts";
import type { JournalPart } from "../../store/journalKeys.ts";
import type { Rules } from "../../store/rules.ts";
import { type JournalReading, journalOf, laterOf, SKIPPED_CODE } from "./readActivity.ts";
import { type Contact, contactOf } from "./readContact.ts";
import { Recoveries, type RefusalCause } from "./recoveries.ts";

const DAY_MS = 86_400_000;
/** Entries examined per part of the journal, newest first, and entries per query. */
const MOST_LOOKED_AT = 10_000;
const LOOKED_AT_ONCE = 2_500;
const MOST_REFS = 5;
const MOST_ATTRIBUTES = 20;

/**
 * Refused, failed and skipped requests by cause; the causes that affect the most come first.
 * @param from ISO 8601 @returns `complete`: all entries of the time were examined
 */
export async function readProblems(reading: JournalReading, from: string | undefined) {
  const kept = new Date(reading.now - JOURNAL_DAYS * DAY_MS).toISOString();
  const asked = from === undefined ? kept : new Date(Date.parse(from)).toISOString();
  const since = laterOf(asked, kept);
  const troubled = await newest(reading, "troubled", since);
  const problems = byCause(troubled.entries);
  const oldest = oldestOf(problems);
  const [done, contact] = await Promise.all([
    oldest === undefined ? { entries: [], complete: true } : newest(reading, "done", oldest),
    journalOf(reading).contact(),
  ]);
  const recoveries = await Recoveries.find(reading, [...done.entries, ...troubled.entries], problems);
  const judged = problems.map((problem) => ({ ...problem, solved: isSolved(problem, recoveries, contactOf(contact)) }));
  judged.sort((left, right) => right.affected.size - left.affected.size || right.requests - left.requests);
  return { problems: judged, complete: troubled.complete && done.complete && recoveries.complete };
}

async function newest(reading: JournalReading, part: JournalPart, since: string) {
  const journal = journalOf(reading);
  const found: JournalEntry[] = [];
  let after: string | undefined;
  do {
    const page = await journal.entries(part, { limit: LOOKED_AT_ONCE, after }, reading.now);
    for (const entry of page.entries) {
      if (entry.at < since) return { entries: found, complete: true };
      found.push(entry);
    }
    after = page.last;
    if (found.length >= MOST_LOOKED_AT) return { entries: found, complete: false };
  } while (after !== undefined);
  return { entries: found, complete: true };
}

/** @param entries newest first */
function byCause(entries: readonly JournalEntry[]): readonly RefusalCause[] {
  const problems = new Map<string, RefusalCause>();
  for (const entry of entries) {
    for (const code of causesOf(entry)) {
      const problem = problems.get(code) ?? begun(code, entry);
      problems.set(code, problem);
      problem.requests += 1;
      problem.first = entry.at;
      if (problem.refs.length < MOST_REFS) problem.refs.push(entry.ref);
      for (const name of entry.attributes ?? [])
        if (problem.attributes.size < MOST_ATTRIBUTES) problem.attributes.add(name);
      addAffected(problem, entry);
    }
  }
  return [...problems.values()];
}

function begun(code: string, { status, idp, at }: JournalEntry): RefusalCause {
  const rule = ruleOfCode(code);
  const counted = { requests: 0, first: at, last: at, attributes: new Set<string>(), refs: [], affected: new Map() };
  return { code, rule, status, idp, ...counted };
}

/** A failed request without an error code is a fault of ours. */
function causesOf({ status, code = "internal", operations, skipped = 0 }: JournalEntry): readonly string[] {
  if (status >= 400) return [code];
  return [...Object.keys(operations?.codes ?? {}), ...(skipped > 0 ? [SKIPPED_CODE] : [])];
}

/** Only the newest entry about a person or group counts. A request that names nobody affects nobody. */
function addAffected({ affected }: RefusalCause, entry: JournalEntry): void {
  const { resource, resourceId, holderId, subject, tokenId, at } = entry;
  const name = resourceId ?? subject;
  if (name === undefined || resource === undefined || affected.has(name)) return;
  const ids = [resourceId ?? (subject === undefined ? undefined : holderId)].flatMap((id) => id ?? []);
  affected.set(name, { resource, ids, subject: resourceId === undefined ? subject : undefined, tokenId, at });
}

/** The time from which later successes can solve a problem. */
function oldestOf(problems: readonly RefusalCause[]): string | undefined {
  return problems.flatMap(({ affected }) => Array.from(affected.values(), ({ at }) => at)).sort()[0];
}

/** Statuses that come from a state of the org, of a token or of the service: the next successful answer shows that it is over. */
const PASSING: readonly number[] = [401, 403, 429, 500, 503];

function isSolved(
  { affected, last, status }: RefusalCause,
  recoveries: Recoveries,
  { read, written }: Contact,
): boolean {
  if (affected.size > 0) return [...affected.values()].every((one) => recoveries.has(one));
  const answered = [read?.at ?? "", written?.at ?? ""].sort().at(-1) ?? "";
  return PASSING.includes(status) && answered > last;
}

/** For each code, the org's rule that refuses with it, as in the code's help. A copy, so that functions need not load the help. */
const RULE_OF: ReadonlyMap<string, keyof Rules> = new Map<CodeOfScim, keyof Rules>([
  ["org.bearerTokens", "bearerTokens"],
  ["org.clientSecrets", "clientSecrets"],
  ["org.removalsRefused", "massChange"],
  ["busy.removalsHeld", "massChange"],
  ["conflict.adoption", "adoption"],
  ["syntax.schemas", "schemasRequired"],
  ["syntax.unknownSchema", "unknownAttributes"],
  ["syntax.unknownAttribute", "unknownAttributes"],
  ["path.unknown", "unknownPaths"],
  ["noTarget.replace", "replaceWithoutTarget"],
  ["value.workEmail", "workEmailRequired"],
  ["value.activeUnassigned", "activeUnassign"],
  ["value.unknownMembers", "unknownMembers"],
  ["value.unknownRole", "unknownRoles"],
  ["value.teamNameLength", "teamNameMaxLength"],
  ["mutability.userName", "userNameMutability"],
  ["mutability.readOnly", "readOnlyPaths"],
  ["uniqueness.displayName", "groupNameUnique"],
]);

export function ruleOfCode(code: string): keyof Rules | undefined {
  return RULE_OF.get(code);
}
