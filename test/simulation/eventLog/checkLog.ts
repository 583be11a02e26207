import { cursorOf, feedEntry, headOf, storedEvent } from "../../../functions/store/eventItems.ts";
import { eventKeys, feedShardOf } from "../../../functions/store/eventKeys.ts";
import type { OrgId } from "../../../functions/store/keys.ts";
import type { SqliteTable } from "../../../functions/store/sqliteTable.ts";
import { type ResourceStep, readStep } from "../../../functions/store/steps.ts";
import type { ItemChange } from "../../../functions/store/table.ts";
import { contents } from "../../support/tables.ts";

interface Told {
  readonly type: string;
  readonly version: number;
  readonly from?: number;
}

/** Holds the invariants I1 to I3 of eventlog.md 1.4, and each committed version to be accounted for once. */
export function checkLog(
  table: SqliteTable,
  orgId: OrgId,
  committed: readonly ItemChange[],
  lost: ReadonlySet<ItemChange>,
) {
  const problems: string[] = [];
  const items = contents(table);
  const own = (pk: string) =>
    items.filter((item) => item.pk === pk).sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1));
  const [headItem] = own(eventKeys.head(orgId).pk);
  const head = headItem && headOf(headItem);
  const events = own(eventKeys.events(orgId)).map(storedEvent);
  const numbers = events.map(({ seq }) => seq);
  if (JSON.stringify(numbers) !== JSON.stringify(numbers.map((_, index) => index + 1)))
    problems.push(`numbers ${numbers}`);
  if ((head?.seq ?? 0) !== events.length) problems.push(`the head is at ${head?.seq} of ${events.length}`);
  const times = events.map(({ time }) => time);
  if (times.some((time, index) => time < (times[index - 1] ?? 0))) problems.push("the log's time falls");

  const cursors = new Map(own(eventKeys.cursors(orgId)).map((item) => [String(item.sk), cursorOf(item)]));
  const bySubject = Map.groupBy(events, ({ subject }) => subject);
  for (const [subject, list] of bySubject) {
    let reached = 0;
    let previousSeq = 0;
    for (const event of list) {
      const { version, from = version } = JSON.parse(event.text) as Told;
      if (from <= reached) problems.push(`${subject}: version ${from} is told twice`);
      if (event.previousSeq !== previousSeq)
        problems.push(`${subject}: ${event.seq} follows ${event.previousSeq}, not ${previousSeq}`);
      reached = version;
      previousSeq = event.seq;
    }
    const cursor = cursors.get(subject);
    if (cursor === undefined || cursor.version < reached || cursor.seq !== previousSeq)
      problems.push(`${subject}: its cursor`);
  }
  problems.push(...unaccounted(orgId, committed, bySubject, lost));

  const shard = feedShardOf(orgId);
  const entries = own(eventKeys.feed(shard))
    .filter(({ sk }) => sk !== "H")
    .map(feedEntry);
  if (entries.some(({ number }, index) => number !== index + 1)) problems.push("the feed has a gap");
  let to = 0;
  for (const { range } of entries.filter((entry) => entry.orgId === orgId)) {
    if (range?.from !== to + 1) problems.push(`the feed goes on from ${range?.from} after ${to}`);
    to = range?.to ?? to;
  }
  if (to !== events.length) problems.push(`the feed ends at ${to} of ${events.length}`);
  return { problems: problems.map((problem) => `${orgId}: ${problem}`), events: events.length };
}

/** Only its closed head is left of a purged org's log, whatever came late; the feed says once that the org ended. */
export function checkPurged(table: SqliteTable, orgId: OrgId) {
  const items = contents(table);
  const left = items
    .filter(({ pk, closed, ttl }) => pk.startsWith(`E#${orgId}#`) && (closed !== 1 || ttl === undefined))
    .map(({ pk, sk }) => `${orgId}: ${pk} ${sk} is left`);
  const entries = items.filter(({ pk, o }) => pk === eventKeys.feed(feedShardOf(orgId)) && o === orgId);
  const ended = entries.filter(({ ended }) => ended === 1).length;
  return {
    problems: ended === 1 ? left : [...left, `${orgId}: the feed says ${ended} times that it ended`],
    events: 0,
  };
}

/** Versions of the log's time without an event, of those in which something changed. */
function unaccounted(
  orgId: OrgId,
  committed: readonly ItemChange[],
  events: ReadonlyMap<string, readonly { readonly text: string }[]>,
  lost: ReadonlySet<ItemChange>,
) {
  const problems: string[] = [];
  for (const change of committed) {
    const step = readStep(change);
    if (step === undefined || step.of !== "resource" || step.orgId !== orgId) continue;
    const told = (events.get(step.subject) ?? []).map(({ text }) => JSON.parse(text) as Told);
    const covering = told.filter(({ version, from = version }) => from <= step.version && step.version <= version);
    const name = `${step.subject} ${step.version}`;
    // What was lost before the log knew of the resource: there the log begins later.
    if (lost.has(change) && (told[0]?.version ?? 0) > step.version) continue;
    if (lost.has(change) && covering.length === 1) continue;
    if (changesNothing(step)) {
      if (
        covering.some(
          ({ version, from }) => version === step.version && from === undefined && told[0]?.version !== version,
        )
      )
        problems.push(`${name}: nothing changed`);
    } else if (covering.length !== 1) {
      problems.push(`${name}: ${covering.length} events`);
    }
    const [event] = covering;
    if (event !== undefined && step.after === undefined && !event.type.endsWith(".deleted"))
      problems.push(`${name}: ${event.type}`);
  }
  return problems;
}

/** By the items alone, in another way than the log's own: neither the text nor the members. */
function changesNothing({ before, after }: ResourceStep): boolean {
  if (before === undefined || after === undefined) return false;
  const [from, to] = [before, after].map(({ d }) => String(d).slice(String(d).indexOf("\n") + 1));
  return from === to && before.mc === after.mc;
}
