import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { isGroupId, isUserId } from "../../functions/scim/schema.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { type DeadLetterOffice, openOffice, type QueueView } from "./deadLetters.ts";
import { everyOrg, type ListedOrg, SIDES } from "./everyOrg.ts";
import { letterLine } from "./letters.ts";
import { textOptions } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing, UsageError } from "./refused.ts";
import { type Retried, reasonOf, retryJobs } from "./retryJobs.ts";
import { printable, table } from "./table.ts";

export const jobsCommand: Command = jobsOver(openOffice);

/** @param open the way to the queues of a stack */
export function jobsOver(open: (place: Extract<Place, { kind: "stack" }>) => Promise<DeadLetterOffice>): Command {
  const office = async ({ place }: Invocation) => (place.kind === "stack" ? await open(place) : undefined);
  return {
    name: "jobs",
    arguments: ["[ORG]"],
    summary:
      "list what was begun and is not at its end, of one organization or all: deletions to be swept, large changes; with --stack dead letters too",
    options: {
      retry: {
        type: "boolean",
        help: "sweep behind open deletions of all organizations now; with --stack work off the dead letters, and remove those that are done",
      },
      dismiss: {
        type: "string",
        multiple: true,
        value: "LETTER",
        help: "remove a dead letter that you dealt with yourself; repeat it for more",
      },
    },
    run: async (invocation) => {
      const [org = ""] = invocation.arguments;
      const dismissed = textOptions(invocation.options, "dismiss");
      const retry = invocation.options.retry === true;
      if (retry && dismissed.length > 0) throw new UsageError("--retry and --dismiss exclude each other.");
      if ((retry || dismissed.length > 0) && org !== "") {
        throw new UsageError(`A dead letter may be about any organization: leave out ${printable(org)}.`);
      }
      if (dismissed.length > 0 && invocation.options.actor !== undefined) {
        throw new UsageError("--actor does not go with --dismiss: no API is asked, which would keep it.");
      }
      const letters = await office(invocation);
      if (dismissed.length > 0) return dismiss(invocation, letters, dismissed);
      if (retry) return work(invocation, letters);
      const views = (await letters?.look()) ?? [];
      return org === "" ? listAll(invocation, views) : listOne(invocation, org, views);
    },
  };
}

async function listOne(
  { connect, json, place, terminal }: Invocation,
  org: string,
  views: QueueView[],
): Promise<undefined> {
  const open = await openJobs(await connect(), org, place);
  if (json) {
    terminal.out(JSON.stringify({ org, open, deadLetters: views.map(viewJson) }, undefined, 2));
    return;
  }
  const oldestFirst = open.toSorted((a, b) => String(a.since).localeCompare(String(b.since)));
  const columns = ["what", "side", "id", "since", "state"];
  const rows = oldestFirst.map((job) => columns.map((column) => String(job[column])));
  terminal.out(rows.length === 0 ? "Nothing is open." : table(["WHAT", "SIDE", "ID", "SINCE", "STATE"], rows));
  const begun = open.some(({ what }) => what !== "deletion");
  if (rows.length > 0 && !begun && areYoung(open.map(({ since }) => since))) terminal.out(AS_IS_NORMAL);
  printViews(terminal.out, views, new Map());
}

async function listAll({ connect, json, place, terminal }: Invocation, views: QueueView[]): Promise<undefined> {
  const client = await connect();
  const names = new Map<string, string>();
  const open: JsonObject[] = [];
  for await (const { id, org } of everyOrg(client)) {
    names.set(id, org);
    const summary = await summaryOf(client, { id, org }, place);
    if (summary !== undefined) open.push(summary);
    if (names.size % 100 === 0) terminal.err(`${names.size} organizations looked at so far.`);
  }
  if (json) {
    const deadLetters = views.map(viewJson);
    terminal.out(JSON.stringify({ orgs: open, lookedAt: names.size, deadLetters }, undefined, 2));
    return;
  }
  const columns = ["org", "deletions", "unswept", "begun", "oldest"];
  const rows = open.map((summary) => columns.map((column) => String(summary[column])));
  if (rows.length > 0) terminal.out(table(["ORG", "DELETIONS", "UNSWEPT", "BEGUN", "OLDEST"], rows));
  const looked = many(names.size, "organization");
  terminal.out(
    rows.length === 0
      ? `Nothing is open in ${looked}.`
      : `Something is open in ${rows.length} of ${looked}. What it is: ${printedCommand(place, "jobs ORG")}`,
  );
  const begun = open.some((summary) => summary.begun !== 0);
  if (rows.length > 0 && !begun && areYoung(open.map(({ oldest }) => oldest))) terminal.out(AS_IS_NORMAL);
  printViews(terminal.out, views, names);
}

/** ADR 23: a deletion is swept five minutes after it, and for good up to fifteen later. */
const SWEPT_WITHIN_MS = 20 * 60_000;
const AS_IS_NORMAL =
  "None is older than is normal: a deletion is open for five to twenty minutes, until what it left behind is swept.";

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
    for (const job of await all(client, org, side, "deletions")) {
      const id = String(job.id);
      const readable = isUserId(id) || isGroupId(id);
      const state = readable
        ? job.swept === true
          ? SWEPT_ONCE
          : "not swept yet"
        : `cannot be read: see ${printedCommand(place, "fsck", org)}`;
      open.push({ what: "deletion", side, id, since: job.at ?? "", state });
    }
    for (const job of await all(client, org, side, "begun")) {
      const what = job.kind === "birth" ? "creation" : "change";
      open.push({ what, side, id: job.id ?? "", since: job.since ?? "", state: "repeat the request to finish it" });
    }
  }
  return open;
}

async function all(client: AdminClient, org: string, side: string, kind: string): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let after = "";
  do {
    const path = `${adminPath("orgs", org, "data", "jobs", side, kind)}${after}`;
    const page = await client.insist("GET", path);
    if (Array.isArray(page.jobs)) found.push(...page.jobs.filter(isObject));
    after = typeof page.next === "string" ? `?after=${encodeURIComponent(page.next)}` : "";
  } while (after !== "");
  return found;
}

function printViews(out: (text: string) => void, views: readonly QueueView[], names: ReadonlyMap<string, string>) {
  for (const { queue, waiting, shown } of views) {
    out(`Dead letters of ${queue}: about ${waiting}.`);
    for (const { id, letter } of shown) out(`  ${id}  ${printable(letterLine(letter, (org) => names.get(org)))}`);
  }
}

function viewJson({ queue, waiting, shown }: QueueView): JsonObject {
  return { queue, waiting, shown: shown.map(({ id, letter }) => ({ id, says: letterLine(letter) })) };
}

/** @returns 1 while something is left to be done */
async function work({ connect, json, place, terminal }: Invocation, office: DeadLetterOffice | undefined) {
  if (place.kind === "local") {
    terminal.err(
      "There are no dead letters here: the local server tries again by itself. Open deletions are swept now.",
    );
  } else if (office === undefined) {
    terminal.err("Dead letters are looked for with --stack only. Open deletions are swept now.");
  }
  const retried = await retryJobs(await connect(), office, terminal.err, place);
  const { letters, more, orgs } = retried;
  const touched = orgs.filter(({ done, again, left, problem }) => done + again + left.length > 0 || problem);
  if (json) {
    const worked = letters.map(({ letter: { id, queue, letter }, outcome, because }) => {
      return { id, queue, says: letterLine(letter), outcome, because };
    });
    const sweeps = touched.map(({ problem = null, ...org }) => ({ ...org, problem }));
    terminal.out(JSON.stringify({ orgs: sweeps, lookedAt: orgs.length, letters: worked, more }, undefined, 2));
  } else {
    print(retried, touched, terminal.out, place);
  }
  const stuck = touched.some(({ left, problem }) => left.length > 0 || problem !== undefined);
  return stuck || more || letters.some(({ outcome }) => outcome === "stays") ? 1 : 0;
}

function print(
  { letters, more, orgs }: Retried,
  touched: Retried["orgs"],
  out: (text: string) => void,
  place: Place,
): void {
  if (touched.length === 0) out(`Nothing is to be swept in ${many(orgs.length, "organization")}.`);
  for (const { org, done, again, left, problem } of touched) {
    const once = again > 0 ? `, ${again} once` : "";
    out(`${org}: ${many(done, "deletion")} swept for good${once}.`);
    for (const deletion of left) out(`${org}: ${printable(String(deletion.id))} ${reasonOf(deletion, org, place)}.`);
    if (problem !== undefined) out(`${org}: ${printable(problem)}`);
  }
  const names = new Map(orgs.map(({ id, org }) => [id, org]));
  for (const { letter, outcome, because } of letters) {
    out(
      `${outcome.padEnd(7)}  ${letter.queue} ${letter.id}  ${printable(letterLine(letter.letter, (id) => names.get(id)))}`,
    );
    out(`         ${printable(because)}`);
  }
  if (more) out("There are more letters than one run takes: run it again.");
}

async function dismiss(
  { json, terminal }: Invocation,
  office: DeadLetterOffice | undefined,
  ids: readonly string[],
): Promise<number> {
  if (office === undefined) throw new UsageError("--dismiss needs --stack: only a stack has dead letters.");
  const taken = await office.take();
  const removed = taken.filter(({ id }) => ids.includes(id));
  try {
    for (const letter of removed) await office.remove(letter);
  } finally {
    await office.putBack(taken.filter((letter) => !removed.includes(letter)));
  }
  const missing = ids.filter((id) => !removed.some((letter) => letter.id === id));
  if (json) terminal.out(JSON.stringify({ removed: removed.map(({ id }) => id), missing }, undefined, 2));
  else for (const { id, letter } of removed) terminal.out(`removed  ${id}  ${printable(letterLine(letter))}`);
  for (const id of missing) terminal.err(`There is no letter ${printable(id)}, or somebody else has it for a while.`);
  return missing.length > 0 ? 1 : 0;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
