import { SIDES } from "../../functions/provisioning/exportFile.ts";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { isGroupId, isUserId } from "../../functions/scim/schema.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { type DeadLetterQueues, deadLetterLine, type QueueView } from "./deadLetters.ts";
import { flag, repeated, textOptions } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing, UsageError } from "./refused.ts";
import { everyOrg, type ListedOrg, leftBecause, type Retried, retryJobs } from "./retryJobs.ts";
import { plural, printable, table } from "./table.ts";

export const jobsCommand: Command = jobsOver(async (place) => {
  const { openDeadLetterQueues } = await import("./aws/deadLetterQueues.ts");
  return openDeadLetterQueues(place);
});

/** @param open the way to the queues of a stack */
export function jobsOver(open: (place: Place) => Promise<DeadLetterQueues>): Command {
  return {
    name: "jobs",
    arguments: ["[ORG]"],
    summary:
      "list unfinished work of one organization or all: deletions to sweep, large changes; with --stack dead letters too",
    options: {
      retry: flag(
        "sweep the open deletions of all organizations now; with --stack also do the work of dead letters, and remove those that are done",
      ),
      dismiss: repeated("ID", "remove a dead letter that you dealt with yourself; repeat it for more"),
    },
    run: async (invocation) => {
      const { arguments: words, options, place } = invocation;
      const [org = ""] = words;
      const dismissed = textOptions(options, "dismiss");
      const retry = options.retry === true;
      if (retry && dismissed.length > 0) throw new UsageError("--retry and --dismiss exclude each other.");
      if ((retry || dismissed.length > 0) && org !== "") {
        throw new UsageError(`A dead letter may be about any organization: leave out ${printable(org)}.`);
      }
      if (dismissed.length > 0 && options.actor !== undefined) {
        throw new UsageError("--actor does nothing with --dismiss, which calls no API: leave it out.");
      }
      const queues = place.kind === "stack" ? await open(place) : undefined;
      if (dismissed.length > 0) return dismiss(invocation, queues, dismissed);
      if (retry) return workOff(invocation, queues);
      const views = (await queues?.look()) ?? [];
      return org === "" ? listAll(invocation, views) : listOne(invocation, org, views);
    },
  };
}

async function listOne(
  { connect, place, print, terminal }: Invocation,
  org: string,
  views: QueueView[],
): Promise<undefined> {
  const open = await openJobs(await connect(), org, place);
  print({ org, open, deadLetters: views.map(viewJson) }, () => {
    const rows = open
      .toSorted((a, b) => String(a.since).localeCompare(String(b.since)))
      .map(({ what, side, id, since, state }) => [what, side, id, since, state]);
    terminal.out(rows.length === 0 ? "Nothing is open." : table(["WHAT", "SIDE", "ID", "SINCE", "STATE"], rows));
    const begun = open.some(({ what }) => what !== "deletion");
    if (rows.length > 0 && !begun && areYoung(open.map(({ since }) => since))) terminal.out(AS_IS_NORMAL);
    printViews(terminal.out, views, new Map());
  });
}

async function listAll({ connect, place, print, terminal }: Invocation, views: QueueView[]): Promise<undefined> {
  const client = await connect();
  const names = new Map<string, string>();
  const open: JsonObject[] = [];
  for await (const { id, org } of everyOrg(client)) {
    names.set(id, org);
    const summary = await summaryOf(client, { id, org }, place);
    if (summary !== undefined) open.push(summary);
    if (names.size % 100 === 0) terminal.err(`${names.size} organizations looked at so far.`);
  }
  print({ orgs: open, lookedAt: names.size, deadLetters: views.map(viewJson) }, () => {
    const rows = open.map(({ org, deletions, unswept, begun, oldest }) => [org, deletions, unswept, begun, oldest]);
    if (rows.length > 0) terminal.out(table(["ORG", "DELETIONS", "UNSWEPT", "BEGUN", "OLDEST"], rows));
    const looked = plural(names.size, "organization");
    terminal.out(
      rows.length === 0
        ? `Nothing is open in ${looked}.`
        : `There is open work in ${rows.length} of ${looked}. To see it: ${printedCommand(place, "jobs ORG")}`,
    );
    const begun = open.some((summary) => summary.begun !== 0);
    if (rows.length > 0 && !begun && areYoung(open.map(({ oldest }) => oldest))) terminal.out(AS_IS_NORMAL);
    printViews(terminal.out, views, names);
  });
}

/** ADR 23: a deletion is swept five minutes after it, and for good up to fifteen later. */
const SWEPT_WITHIN_MS = 20 * 60_000;
const AS_IS_NORMAL =
  "This is normal: a deletion stays open for five to twenty minutes, until what it left behind is swept.";

function areYoung(times: readonly (Json | undefined)[]): boolean {
  return times.every((time) => Date.now() - Date.parse(String(time)) <= SWEPT_WITHIN_MS);
}

/** How much is open of one org; undefined when nothing is, or it was purged meanwhile. */
async function summaryOf(client: AdminClient, { id, org }: ListedOrg, place: Place): Promise<JsonObject | undefined> {
  try {
    const open = await openJobs(client, org, place);
    const [oldest] = open.map(({ since }) => String(since)).sort();
    if (oldest === undefined) return undefined;
    const deletions = open.filter(({ what }) => what === "deletion");
    const unswept = deletions.filter(({ state }) => state !== SWEPT_ONCE).length;
    const begun = open.length - deletions.length;
    return { org, orgId: id, deletions: deletions.length, unswept, begun, oldest };
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

const SWEPT_ONCE = "waits for its second sweep";

async function openJobs(client: AdminClient, org: string, place: Place): Promise<JsonObject[]> {
  const open: JsonObject[] = [];
  for (const side of SIDES) {
    const jobs = (kind: string) => client.list(adminPath("orgs", org, "data", "jobs", side, kind), "jobs", "insist");
    for (const { at, id, swept } of await jobs("deletions")) {
      const readable = isUserId(String(id)) || isGroupId(String(id));
      const readableState = swept === true ? SWEPT_ONCE : "not swept yet";
      const state = readable ? readableState : `cannot be read: see ${printedCommand(place, "fsck", org)}`;
      open.push({ what: "deletion", side, id: id ?? "", since: at ?? "", state });
    }
    for (const { id, kind, since } of await jobs("begun")) {
      const what = kind === "birth" ? "creation" : "change";
      open.push({ what, side, id: id ?? "", since: since ?? "", state: "repeat the request to finish it" });
    }
  }
  return open;
}

function printViews(out: (text: string) => void, views: readonly QueueView[], names: ReadonlyMap<string, string>) {
  for (const { queue, waiting, shown } of views) {
    out(`Dead letters of ${queue}: about ${waiting}.`);
    for (const { id, content } of shown) {
      out(`  ${id}  ${printable(deadLetterLine(content, (org) => names.get(org)))}`);
    }
  }
}

function viewJson({ queue, waiting, shown }: QueueView): JsonObject {
  return { queue, waiting, shown: shown.map(({ id, content }) => ({ id, says: deadLetterLine(content) })) };
}

/** @returns 1 while something is left to be done */
async function workOff({ connect, place, print, terminal }: Invocation, queues: DeadLetterQueues | undefined) {
  if (place.kind === "local") {
    terminal.err(
      "There are no dead letters here: the local server tries again by itself. Sweeping open deletions now.",
    );
  } else if (queues === undefined) {
    terminal.err("For dead letters, use --stack. Sweeping open deletions now.");
  }
  const retried = await retryJobs({ client: await connect(), queues, say: terminal.err, place });
  const { deadLetters, more, orgs } = retried;
  const touched = orgs.filter(({ done, again, left, problem }) => done + again + left.length > 0 || problem);
  const sweeps = touched.map(({ problem = null, ...org }) => ({ ...org, problem }));
  const letters = deadLetters.map(({ because, content, id, outcome, queue }) => {
    return { id, queue, says: deadLetterLine(content), outcome, because };
  });
  print({ orgs: sweeps, lookedAt: orgs.length, letters, more }, () => inWords(retried, touched, place));
  const stuck = touched.some(({ left, problem }) => left.length > 0 || problem !== undefined);
  return stuck || more || deadLetters.some(({ outcome }) => outcome === "stays") ? 1 : 0;
}

function inWords({ deadLetters, more, orgs }: Retried, touched: Retried["orgs"], place: Place): string {
  const names = new Map(orgs.map(({ id, org }) => [id, org]));
  return [
    ...(touched.length === 0 ? [`There is nothing to sweep in ${plural(orgs.length, "organization")}.`] : []),
    ...touched.flatMap(({ org, done, again, left, problem }) => [
      `${org}: ${plural(done, "deletion")} swept for good${again > 0 ? `, ${again} once` : ""}.`,
      ...left.map((deletion) => `${org}: ${printable(String(deletion.id))} ${leftBecause(deletion, org, place)}.`),
      ...(problem === undefined ? [] : [`${org}: ${printable(problem)}`]),
    ]),
    ...deadLetters.flatMap(({ because, content, id, outcome, queue }) => [
      `${outcome.padEnd(7)}  ${queue} ${id}  ${printable(deadLetterLine(content, (org) => names.get(org)))}`,
      `         ${printable(because)}`,
    ]),
    ...(more ? ["There are more dead letters than one run takes: run it again."] : []),
  ].join("\n");
}

async function dismiss(
  { print, terminal }: Invocation,
  queues: DeadLetterQueues | undefined,
  ids: readonly string[],
): Promise<number> {
  if (queues === undefined) throw new UsageError("--dismiss needs --stack: only a stack has dead letters.");
  const taken = await queues.take();
  const removed = taken.filter(({ id }) => ids.includes(id));
  try {
    for (const deadLetter of removed) await queues.remove(deadLetter);
  } finally {
    await queues.putBack(taken.filter((deadLetter) => !removed.includes(deadLetter)));
  }
  const missing = ids.filter((id) => !removed.some((deadLetter) => deadLetter.id === id));
  print({ removed: removed.map(({ id }) => id), missing }, () => {
    for (const { content, id } of removed) terminal.out(`removed  ${id}  ${printable(deadLetterLine(content))}`);
  });
  for (const id of missing) {
    terminal.err(`There is no dead letter ${printable(id)}, or another run works on it now.`);
  }
  return missing.length > 0 ? 1 : 0;
}
