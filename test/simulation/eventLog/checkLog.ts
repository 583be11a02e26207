import { IMPORT_ACTOR } from "../../../functions/provisioning/events/describe.ts";
import { loggedEvent } from "../../../functions/provisioning/events/loggedEvent.ts";
import { cursorOf, feedHeadOf, headOf } from "../../../functions/store/eventItems.ts";
import { eventKeys, feedShardOf } from "../../../functions/store/eventKeys.ts";
import { type OrgId, OrgKeys } from "../../../functions/store/keys.ts";
import { stampIn } from "../../../functions/store/resourceItems.ts";
import type { LogStep } from "../../../functions/store/steps.ts";
import type { GradualTable } from "./gradualTable.ts";
import { type CommittedStep, type History, type KnownEvent, versionsOf } from "./history.ts";

/** By `subjectName`: the stream lost or delayed a record of these subjects, so an event may stand for several versions. */
type Disturbed = ReadonlySet<string>;

export function subjectName(orgId: string, subject: string): string {
  return `${orgId} ${subject}`;
}

/** Checks the invariants I1 to I3 of eventlog.md 1.4, and that each committed version is accounted for once. */
export function checkLog(
  table: GradualTable,
  orgId: OrgId,
  history: History,
  disturbed: Disturbed,
  now: number,
): string[] {
  const problems: string[] = [];
  const headItem = table.at(eventKeys.head(orgId));
  const head = headItem && headOf(headItem);
  const events = head === undefined ? [] : history.eventsOf(orgId, head.generation);
  const numbers = events.map(({ event }) => event.seq);
  if (numbers.some((number, index) => number !== index + 1)) problems.push(`numbers ${numbers}`);
  if ((head?.seq ?? 0) !== events.length) problems.push(`the head is at ${head?.seq} of ${events.length}`);
  let time = 0;
  for (const { event, item } of events) {
    if (event.time < time) problems.push("the log's time falls");
    time = event.time;
    const isThere = table.at({ pk: String(item.pk), sk: String(item.sk) }) !== undefined;
    if (!isThere && Number(item.ttl) * 1000 > now) problems.push(`event ${event.seq} went before its time`);
  }
  const bySubject = Map.groupBy(events, ({ event }) => event.subject);
  for (const [subject, list] of bySubject) problems.push(...chainProblems(table, orgId, subject, list));
  problems.push(...accountProblems(table, orgId, history, bySubject, disturbed));
  problems.push(...feedProblems(table, orgId, history, events.length));
  return problems.map((problem) => `${orgId}: ${problem}`);
}

/** Each event names the one before, versions rise, and the cursor is at the last event. */
function chainProblems(table: GradualTable, orgId: OrgId, subject: string, list: readonly KnownEvent[]): string[] {
  const problems: string[] = [];
  const reached = { own: 0, link: 0 };
  let previousSeq = 0;
  for (const known of list) {
    const { from, version, isLink } = versionsOf(known);
    const before = isLink ? reached.link : reached.own;
    if (from <= before) problems.push(`${subject}: version ${from} is told twice`);
    if (isLink) reached.link = version;
    else reached.own = version;
    if (known.event.previousSeq !== previousSeq)
      problems.push(`${subject}: ${known.event.seq} follows ${known.event.previousSeq}, not ${previousSeq}`);
    previousSeq = known.event.seq;
  }
  const item = table.at(eventKeys.cursor(orgId, subject));
  // A deleted subject's cursor goes with its last event.
  if (item === undefined) return problems;
  const cursor = cursorOf(item);
  if (cursor.version < reached.own || cursor.linkVersion < reached.link || cursor.seq !== previousSeq)
    problems.push(`${subject}: its cursor`);
  return problems;
}

function accountProblems(
  table: GradualTable,
  orgId: OrgId,
  history: History,
  bySubject: ReadonlyMap<string, readonly KnownEvent[]>,
  disturbed: Disturbed,
): string[] {
  const problems: string[] = [];
  for (const committed of history.committed) {
    const { step } = committed;
    if (step.of === "end" || step.orgId !== orgId) continue;
    const own = (bySubject.get(step.subject) ?? []).filter(
      (known) => versionsOf(known).isLink === (step.of === "link"),
    );
    const covering = own.filter((known) => {
      const { from, version } = versionsOf(known);
      return from <= step.version && step.version <= version;
    });
    const isDisturbed = disturbed.has(subjectName(orgId, step.subject));
    const first = own[0] === undefined ? 0 : versionsOf(own[0]).version;
    // Lost before the log knew the subject: its log begins later.
    if (isDisturbed && (first > step.version || covering.length === 1)) continue;
    // A deleted user's link has no later record.
    if (isDisturbed && step.of === "link" && isGone(table, orgId, step.subject)) continue;
    for (const problem of stepProblems(committed, step, covering, first))
      problems.push(`${step.subject} ${step.version}: ${problem}`);
  }
  return problems;
}

function isGone(table: GradualTable, orgId: OrgId, id: string): boolean {
  const sides = [new OrgKeys(orgId, "managed"), new OrgKeys(orgId, "unmanaged")];
  return sides.every((keys) => table.at(keys.resource(id)) === undefined);
}

/** Checks the log's events of a version whose records all came in order. */
function stepProblems(
  committed: CommittedStep,
  step: LogStep,
  covering: readonly KnownEvent[],
  first: number,
): string[] {
  const problems: string[] = [];
  const [known] = covering;
  const said = known && loggedEvent(known.event);
  const version = known && versionsOf(known).version;
  // Its adoption overtook it: that is another item's record.
  if (covering.length === 1 && version !== step.version && said?.type.endsWith(".adopted")) return [];
  if (!saysSomething(committed, step)) {
    // If the log begins after a version that changed nothing, readers do not know the subject yet.
    return known === undefined || first === version || committed.isAdopted ? [] : ["nothing changed"];
  }
  if (said === undefined || covering.length > 1) return [`${covering.length} events`];
  if (version !== step.version) problems.push(`stands behind ${version}`);
  if (said.from !== undefined && first !== step.version && !said.type.endsWith(".adopted"))
    problems.push(`covers from ${said.from}`);
  if (said.changed?.[0] === "*" && first !== step.version) problems.push("nobody knows what changed");
  if (step.of !== "resource") return problems;
  const verb =
    step.after === undefined
      ? "deleted"
      : step.previous !== undefined
        ? ""
        : step.version === 1
          ? "created"
          : "adopted";
  if (verb !== "" && !said.type.endsWith(`.${verb}`)) problems.push(`is told as ${said.type}`);
  if (step.after === undefined) return problems;
  if (
    said.changed?.[0] !== "*" &&
    lists(said.added) + lists(said.removed) !== lists(committed.added) + lists(committed.removed)
  )
    problems.push(`its members are told as ${said.added} ${said.removed}`);
  return problems;
}

function lists(members: readonly string[] = []): string {
  return `(${[...members].sort().join()})`;
}

/** Decided by the items and their transaction alone, without the log's own means: neither `mc` nor write ids. */
function saysSomething({ added, removed, isAdopted, change }: CommittedStep, step: LogStep): boolean {
  if (step.of === "import") return true;
  const { before, after } = change;
  if (step.of === "link") return after === undefined || stampIn(after)?.tokenId !== IMPORT_ACTOR;
  // The resource continues on the other side, or an import brings it.
  if (after === undefined || (step.of === "resource" && step.after === undefined)) return !isAdopted;
  if (before === undefined) return step.of !== "resource" || stampIn(after)?.tokenId !== IMPORT_ACTOR;
  const [from, to] = [before, after].map(({ d }) =>
    step.of === "resource" ? String(d).slice(String(d).indexOf("\n")) : d,
  );
  // A sweep removes memberships of deleted resources: for readers they were gone already.
  const isSweep = from === to && added.length === 0 && before.mc === after.mc;
  return from !== to || (!isSweep && added.length + removed.length > 0);
}

/** The feed has no gap, and its ranges of an org are adjacent. */
function feedProblems(table: GradualTable, orgId: OrgId, history: History, last: number): string[] {
  const problems: string[] = [];
  const shard = feedShardOf(orgId);
  const headItem = table.at(eventKeys.feedHead(shard));
  if (headItem === undefined) return last === 0 ? [] : ["the feed has no head"];
  const entries = history.entriesOf(shard, feedHeadOf(headItem).generation);
  if (entries.some(({ number }, index) => number !== index + 1)) problems.push("the feed has a gap");
  if (entries.length !== feedHeadOf(headItem).number) problems.push("the feed's head stands elsewhere");
  let reached = 0;
  for (const { range } of entries.filter((entry) => entry.orgId === orgId)) {
    if (range?.from !== reached + 1) problems.push(`the feed goes on from ${range?.from} after ${reached}`);
    reached = range?.to ?? reached;
  }
  if (reached !== last) problems.push(`the feed ends at ${reached} of ${last}`);
  return problems;
}

/** Of a purged org's log only the closed head is left, even after late records; the feed reports its end once. */
export function checkPurged(table: GradualTable, orgId: OrgId, history: History): string[] {
  const left = table
    .contents()
    .filter(({ pk, closed, ttl }) => pk.startsWith(`E#${orgId}#`) && (closed !== 1 || ttl === undefined))
    .map(({ pk, sk }) => `${orgId}: ${pk} ${sk} is left`);
  const shard = feedShardOf(orgId);
  const headItem = table.at(eventKeys.feedHead(shard));
  const entries = headItem === undefined ? [] : history.entriesOf(shard, feedHeadOf(headItem).generation);
  const ended = entries.filter((entry) => entry.orgId === orgId && entry.range === undefined).length;
  return ended === 1 ? left : [...left, `${orgId}: the feed says ${ended} times that it ended`];
}
