import type { Json } from "../../functions/scim/json.ts";
import type { Command, Invocation } from "./command.ts";
import { type DeadLetterQueues, deadLetterLine, type QueueView } from "./deadLetters.ts";
import { dismissed, openJobs, openWork, orgWorkIn, touchedIn, workedOffIn, workIn } from "./openWork.ts";
import { flag, repeated, textOptions } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { UsageError } from "./refused.ts";
import { leftBecause, type Retried, retryJobs } from "./retryJobs.ts";
import { plural, printable, table } from "./table.ts";

export const jobsCommand: Command = jobsOver(async (place) => {
  const { openDeadLetterQueues } = await import("./aws/deadLetterQueues.ts");
  return openDeadLetterQueues(place);
});

/** @param open opens a stack's queues */
export function jobsOver(open: (place: Place) => Promise<DeadLetterQueues>): Command {
  return {
    name: "jobs",
    arguments: ["[ORG]"],
    summary:
      "list unfinished work of one organization or all: deletions to sweep, large changes; with --stack, also dead letters",
    options: {
      retry: flag(
        "sweep the open deletions of all organizations now. With --stack, also do the work of the dead letters, and remove each dead letter whose work is done",
      ),
      dismiss: repeated("ID", "remove a dead letter that you dealt with yourself; repeat it for more"),
    },
    run: async (invocation) => {
      const { arguments: words, options, place } = invocation;
      const [org = ""] = words;
      const toDismiss = textOptions(options, "dismiss");
      const retry = options.retry === true;
      if (retry && toDismiss.length > 0) throw new UsageError("--retry and --dismiss exclude each other.");
      if ((retry || toDismiss.length > 0) && org !== "") {
        throw new UsageError(`A dead letter may be about any organization: leave out ${printable(org)}.`);
      }
      if (toDismiss.length > 0 && options.actor !== undefined) {
        throw new UsageError("--actor does nothing with --dismiss, which calls no API: leave it out.");
      }
      const queues = place.kind === "stack" ? await open(place) : undefined;
      if (toDismiss.length > 0) return dismiss(invocation, queues, toDismiss);
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
  print(orgWorkIn(org, open, views), () => {
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
  const { names, open } = await openWork(await connect(), place, terminal.err);
  print(workIn(names.size, open, views), () => {
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

/** ADR 23: a deletion is swept after five minutes, and finally up to fifteen minutes later. */
const SWEPT_WITHIN_MS = 20 * 60_000;
const AS_IS_NORMAL =
  "This is normal: a deletion stays open for five to twenty minutes, until what it left behind is swept.";

function areYoung(times: readonly (Json | undefined)[]): boolean {
  return times.every((time) => Date.now() - Date.parse(String(time)) <= SWEPT_WITHIN_MS);
}

function printViews(out: (text: string) => void, views: readonly QueueView[], names: ReadonlyMap<string, string>) {
  for (const { queue, waiting, shown } of views) {
    out(`Dead letters of ${queue}: about ${waiting}.`);
    for (const { id, content } of shown) {
      out(`  ${id}  ${printable(deadLetterLine(content, (org) => names.get(org)))}`);
    }
  }
}

/** @returns 1 while work is left */
async function workOff({ connect, place, print, terminal }: Invocation, queues: DeadLetterQueues | undefined) {
  if (place.kind === "local") {
    terminal.err(
      "There are no dead letters here: the local server tries again by itself. Sweeping open deletions now.",
    );
  } else if (queues === undefined) {
    terminal.err("For dead letters, use --stack. Sweeping open deletions now.");
  }
  const retried = await retryJobs({ client: await connect(), queues, say: terminal.err, place });
  const touched = touchedIn(retried);
  print(workedOffIn(retried), () => inWords(retried, touched, place));
  const stuck = touched.some(({ left, problem }) => left.length > 0 || problem !== undefined);
  return stuck || retried.more || retried.deadLetters.some(({ outcome }) => outcome === "stays") ? 1 : 0;
}

function inWords({ deadLetters, more, orgs }: Retried, touched: Retried["orgs"], place: Place): string {
  const names = new Map(orgs.map(({ id, org }) => [id, org]));
  return [
    ...(touched.length === 0 ? [`There is nothing to sweep in ${plural(orgs.length, "organization")}.`] : []),
    ...touched.flatMap(({ org, done, again, left, problem }) => [
      `${org}: ${plural(done, "deletion")} swept for good${again > 0 ? `, ${again} will be swept again` : ""}.`,
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
  const { missing, removed } = await dismissed(queues, ids);
  print({ removed: removed.map(({ id }) => id), missing }, () => {
    for (const { content, id } of removed) terminal.out(`removed  ${id}  ${printable(deadLetterLine(content))}`);
  });
  for (const id of missing) {
    terminal.err(`There is no dead letter ${printable(id)}, or another run works on it now.`);
  }
  return missing.length > 0 ? 1 : 0;
}
