import { type JsonObject, own } from "../../functions/scim/json.ts";
import { SIDES } from "../../functions/store/keys.ts";
import { type AdminClient, adminPath, neededListIn } from "./adminClient.ts";
import {
  type DeadLetterContent,
  type DeadLetterQueues,
  MOST_TAKEN,
  QUEUES,
  type TakenDeadLetter,
} from "./deadLetters.ts";
import type { Place } from "./place.ts";
import { printedCommand, withCommands } from "./printedCommand.ts";
import { Missing, Refused, Unreachable } from "./refused.ts";

export interface ListedOrg {
  readonly id: string;
  /** Its login name. */
  readonly org: string;
}

/** All organizations by login name, read page by page: the work on each may take long. @throws Refused */
export async function* everyOrg(client: AdminClient): AsyncGenerator<ListedOrg> {
  for await (const page of client.pages("orgs", "insist")) {
    for (const { id, org } of neededListIn(page, "orgs")) yield { id: String(id), org: String(org) };
  }
}

/** The results of `--retry` in one org. */
export interface OrgSwept extends ListedOrg {
  done: number;
  again: number;
  /** Deletions that could not be swept. */
  readonly left: JsonObject[];
  /** Why the org is unfinished. */
  problem?: string;
}

export interface Retried {
  readonly orgs: readonly OrgSwept[];
  readonly deadLetters: readonly (TakenDeadLetter & Judgement)[];
  /** A queue held more than one run takes. */
  readonly more: boolean;
}

interface Judgement {
  readonly outcome: "removed" | "stays";
  /** A sentence. */
  readonly because: string;
}

/** Steps of ten seconds, in all orgs together: a run takes at most about a quarter of an hour; the next one continues. */
const MOST_STEPS = 90;
/** Possible difference between the clocks of DynamoDB and of the functions. */
const CLOCKS_MS = 60_000;

/** What a run needs. */
interface Run {
  readonly client: AdminClient;
  /** Undefined where the place has none. */
  readonly queues: DeadLetterQueues | undefined;
  readonly say: (text: string) => void;
  readonly place: Place;
}

/**
 * Sweeps every org, then processes the dead letters. It takes the letters first: their subjects were in the table before, so a
 * later walk finds them. A letter is removed only after its work is done: interrupted and failed runs leave it for the next.
 */
export async function retryJobs(run: Run): Promise<Retried> {
  const { queues } = run;
  const taken = (await queues?.take()) ?? [];
  const kept = new Set(taken);
  try {
    const orgs = await sweepOrgs(run);
    const deadLetters: (TakenDeadLetter & Judgement)[] = [];
    for (const deadLetter of taken) {
      const judgement = await judge(deadLetter, orgs, run);
      if (judgement.outcome === "removed") {
        await queues?.remove(deadLetter);
        kept.delete(deadLetter);
      }
      deadLetters.push({ ...deadLetter, ...judgement });
    }
    const more = QUEUES.some((queue) => taken.filter((one) => one.queue === queue).length >= MOST_TAKEN);
    return { orgs: [...orgs.values()], deadLetters, more };
  } finally {
    await queues?.putBack([...kept]);
  }
}

/** By the orgs' ids. */
async function sweepOrgs(run: Run): Promise<ReadonlyMap<string, OrgSwept>> {
  const orgs = new Map<string, OrgSwept>();
  let steps = MOST_STEPS;
  for await (const org of everyOrg(run.client)) {
    const swept: OrgSwept = { ...org, done: 0, again: 0, left: [] };
    orgs.set(org.id, swept);
    try {
      for (const side of SIDES) steps = await sweepSide(run, swept, side, steps);
    } catch (error) {
      if (error instanceof Missing) orgs.delete(org.id);
      else if (error instanceof Refused && !(error instanceof Unreachable)) swept.problem = error.message;
      else throw error;
    }
    if (orgs.size % 100 === 0) run.say(`${orgs.size} organizations looked at so far.`);
  }
  return orgs;
}

/** @returns how many steps are left */
async function sweepSide({ client, say }: Run, swept: OrgSwept, side: string, steps: number): Promise<number> {
  const path = adminPath("orgs", swept.org, "data", "jobs", side, "deletions");
  let after: string | undefined;
  for (let begun = 1; ; begun++) {
    const step = await client.insist("POST", path, after === undefined ? {} : { after });
    swept.done += Number(step.done);
    swept.again += Number(step.again);
    // A step may name unreadable deletions again.
    const known = new Set(swept.left.map(({ id }) => id));
    swept.left.push(...neededListIn(step, "left").filter(({ id }) => !known.has(id)));
    if (typeof step.next !== "string") return steps - (begun - 1);
    after = step.next;
    say(`${swept.org}: ${swept.done + swept.again} deletions swept so far.`);
    if (begun >= steps) throw new Refused("It is not finished: run it again.");
  }
}

function removed(because: string): Judgement {
  return { outcome: "removed", because };
}

function stays(because: string): Judgement {
  return { outcome: "stays", because };
}

async function judge(
  { content, id, queue }: TakenDeadLetter,
  orgs: ReadonlyMap<string, OrgSwept>,
  { client, place, queues }: Run,
): Promise<Judgement> {
  const dismiss = `then: ${printedCommand(place, "jobs --dismiss", id)}`;
  switch (content.kind) {
    case "foreign":
      return stays(`Rollcall did not write it: look at it in SQS, ${dismiss}`);
    case "place":
      if (queue === "sweep") return placeSwept(content.newest, orgs, place);
      return republished(await republish(queues, content), place, dismiss);
    case "lines":
      return journaled(queues, content.handed);
    case "record": {
      const { org: orgId, resourceId, sequence } = content;
      if (orgId === undefined) {
        return stays(`It names no organization: see record ${sequence} in the query worker-errors, ${dismiss}`);
      }
      const org = orgs.get(orgId);
      if (org === undefined) return goneOrg(client, orgId);
      if (queue === "sweep") return recordSwept(org, resourceId, place);
      const what = resourceId === undefined ? "users and teams" : resourceId;
      return stays(`It cannot be published. Let the application read ${what} of ${org.org} again, ${dismiss}`);
    }
  }
}

/** A purged org leaves nothing to do. */
async function goneOrg(client: AdminClient, orgId: string): Promise<Judgement> {
  try {
    const { left } = await client.call("GET", adminPath("remains", orgId));
    if (left === 0) return removed("The organization was purged.");
    return stays(`${left} items are left of an organization that is gone.`);
  } catch (error) {
    if (error instanceof Refused) return stays(error.message);
    throw error;
  }
}

function recordSwept({ org, left, problem }: OrgSwept, resourceId: string | undefined, place: Place): Judgement {
  if (problem !== undefined) return stays(`${org}: ${problem}`);
  const open = left.find(({ id, why }) => (resourceId === undefined ? why === "unreadable" : id === resourceId));
  if (open === undefined) return removed("Nothing of it is left to sweep.");
  return stays(`${org}: ${String(open.id)} ${leftBecause(open, org, place)}.`);
}

/** The stream's records were about markers, which stay in the table until they are swept. */
function placeSwept(newest: string, orgs: ReadonlyMap<string, OrgSwept>, place: Place): Judgement {
  const before = Date.parse(newest) + CLOCKS_MS;
  for (const { org, left, problem } of orgs.values()) {
    if (problem !== undefined) return stays(`${org}: ${problem}`);
    // Deletions without a readable time count as older.
    const open = left.find(({ at }) => !(Date.parse(String(at)) > before));
    if (open !== undefined) return stays(`${org}: ${String(open.id)} ${leftBecause(open, org, place)}.`);
  }
  return removed("Every deletion of that time is swept.");
}

const REASONS = {
  busy: "could not be swept, because the table is busy: run it again",
  fault: "could not be swept: the query faults says why",
  unreadable: "names neither a user nor a group: see `fsck ORG`",
};

/** Why a deletion is left: the end of a sentence that begins with its id. */
export function leftBecause({ why }: JsonObject, org: string, place: Place): string {
  return withCommands(own(REASONS, String(why)) ?? "is left", place, org);
}

async function republish(
  queues: DeadLetterQueues | undefined,
  { place }: Extract<DeadLetterContent, { kind: "place" }>,
): Promise<JsonObject> {
  try {
    return (await queues?.republish(place)) ?? {};
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message };
    throw error;
  }
}

async function journaled(queues: DeadLetterQueues | undefined, handed: JsonObject): Promise<Judgement> {
  try {
    await queues?.journal(handed);
    return removed("The portal's journal has these lines now.");
  } catch (error) {
    if (error instanceof Refused) return stays(error.message);
    throw error;
  }
}

function republished({ outcome, records, unreadable, problem }: JsonObject, place: Place, dismiss: string): Judgement {
  switch (outcome) {
    case "published":
      return removed(`${records} records of the stream were read and published again.`);
    case "gone":
      return stays(
        `The stream keeps records for 24 hours and no longer has these. Append the missing events to each organization's log: ${printedCommand(place, "fsck ORG --events --repair")}, ${dismiss}`,
      );
    case "otherTable":
      return stays(
        `It is about changes of a table that is no longer in use, as after a restore. Begin the event logs anew: ${printedCommand(place, "events renew --all")}, ${dismiss}`,
      );
    case "unreadable":
      return stays(
        `${unreadable} of ${records} records cannot be read, the others were published: see the query worker-errors, ${dismiss}`,
      );
    case "refused":
      return stays(
        "Some of them could not be written to the event log: the query worker-errors says why. Fix that, and run it again.",
      );
    default:
      return stays(String(problem ?? "The events function did not understand the request: is it of an older release?"));
  }
}
