import { isObject, type JsonObject, own } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import { type DeadLetterOffice, MOST_TAKEN, type TakenLetter } from "./deadLetters.ts";
import { everyOrg, type ListedOrg, SIDES } from "./everyOrg.ts";
import type { Place } from "./place.ts";
import { printedCommand, withCommands } from "./printedCommand.ts";
import { Missing, Refused, Unreachable } from "./refused.ts";

/** What a run with `--retry` did in one org. */
export interface OrgSwept extends ListedOrg {
  done: number;
  again: number;
  /** Deletions that could not be swept. */
  readonly left: JsonObject[];
  /** Why it is not through. */
  problem?: string;
}

export interface LetterWorked {
  readonly letter: TakenLetter;
  readonly outcome: "removed" | "stays";
  /** A sentence. */
  readonly because: string;
}

export interface Retried {
  readonly orgs: readonly OrgSwept[];
  readonly letters: readonly LetterWorked[];
  /** A queue held more than one run takes. */
  readonly more: boolean;
}

/** Of ten seconds each, in all orgs together: a run ends after about a quarter of an hour, and the next one goes on. */
const MOST_STEPS = 90;
/** By so much the clocks of DynamoDB and of the functions may differ. */
const CLOCKS_MS = 60_000;

/**
 * Sweeps what is open of every org, then works off the dead letters. They are taken first: what a letter is about was in the
 * table before it, so that a walk which begins later meets it. A letter is removed after what it is about is done, and not
 * before: who is interrupted, or meets a failure, finds it there again.
 * @param office undefined where there are no queues
 */
export async function retryJobs(
  client: AdminClient,
  office: DeadLetterOffice | undefined,
  say: (text: string) => void,
  place: Place,
): Promise<Retried> {
  const taken = (await office?.take()) ?? [];
  const kept = new Set(taken);
  try {
    const orgs = await sweepOrgs(client, say);
    const letters: LetterWorked[] = [];
    for (const letter of taken) {
      const [outcome, because] = await judge(letter, orgs, client, office, place);
      if (outcome === "removed") {
        await office?.remove(letter);
        kept.delete(letter);
      }
      letters.push({ letter, outcome, because });
    }
    const full = (queue: string) => taken.filter((letter) => letter.queue === queue).length >= MOST_TAKEN;
    return { orgs: [...orgs.values()], letters, more: full("events") || full("sweep") };
  } finally {
    await office?.putBack([...kept]);
  }
}

/** By the orgs' ids. */
async function sweepOrgs(client: AdminClient, say: (text: string) => void): Promise<ReadonlyMap<string, OrgSwept>> {
  const orgs = new Map<string, OrgSwept>();
  let steps = MOST_STEPS;
  for await (const org of everyOrg(client)) {
    const swept: OrgSwept = { ...org, done: 0, again: 0, left: [] };
    orgs.set(org.id, swept);
    try {
      for (const side of SIDES) steps = await sweepSide(client, swept, side, steps, say);
    } catch (error) {
      if (error instanceof Missing) orgs.delete(org.id);
      else if (error instanceof Refused && !(error instanceof Unreachable)) swept.problem = error.message;
      else throw error;
    }
    if (orgs.size % 100 === 0) say(`${orgs.size} organizations looked at so far.`);
  }
  return orgs;
}

/** @returns how many steps may still be begun */
async function sweepSide(
  client: AdminClient,
  swept: OrgSwept,
  side: string,
  steps: number,
  say: (text: string) => void,
): Promise<number> {
  let after: string | undefined;
  let begun = 0;
  do {
    if (begun > 0) {
      say(`${swept.org}: ${swept.done + swept.again} deletions swept behind so far.`);
      if (begun >= steps) throw new Refused("It is not through: run it again.");
    }
    begun++;
    const path = adminPath("orgs", swept.org, "data", "jobs", side, "deletions");
    const step = await client.insist("POST", path, after === undefined ? {} : { after });
    swept.done += Number(step.done);
    swept.again += Number(step.again);
    // A step may name those once more that cannot be read.
    const known = new Set(swept.left.map(({ id }) => id));
    if (Array.isArray(step.left)) swept.left.push(...step.left.filter(isObject).filter(({ id }) => !known.has(id)));
    after = typeof step.next === "string" ? step.next : undefined;
  } while (after !== undefined);
  return steps - (begun - 1);
}

type Verdict = readonly [outcome: "removed" | "stays", because: string];

async function judge(
  { id, letter, queue }: TakenLetter,
  orgs: ReadonlyMap<string, OrgSwept>,
  client: AdminClient,
  office: DeadLetterOffice | undefined,
  place: Place,
): Promise<Verdict> {
  const dismiss = `then: ${printedCommand(place, "jobs --dismiss", id)}`;
  switch (letter.kind) {
    case "foreign":
      return ["stays", `None of Rollcall's: look at it in SQS, ${dismiss}`];
    case "place":
      return queue === "sweep"
        ? placeSwept(letter.newest, orgs, place)
        : retold(await attempt(office, letter), dismiss);
    case "record": {
      const { org: orgId, resourceId, sequence } = letter;
      if (orgId === undefined) {
        return ["stays", `It names no organization: query worker-errors for record ${sequence}, ${dismiss}`];
      }
      const org = orgs.get(orgId);
      if (org === undefined) return goneOrg(client, orgId);
      if (queue === "sweep") return recordSwept(org, resourceId, place);
      const what = resourceId === undefined ? "users and teams" : resourceId;
      return ["stays", `It cannot be told. Let the application read ${what} of ${org.org} anew, ${dismiss}`];
    }
  }
}

/** Nothing to do is left for an org that was purged. */
async function goneOrg(client: AdminClient, orgId: string): Promise<Verdict> {
  try {
    const { left } = await client.call("GET", adminPath("remains", orgId));
    if (left === 0) return ["removed", "The organization was purged."];
    return ["stays", `${left} items are left of an organization that is gone.`];
  } catch (error) {
    if (error instanceof Refused) return ["stays", error.message];
    throw error;
  }
}

function recordSwept({ org, left, problem }: OrgSwept, resourceId: string | undefined, place: Place): Verdict {
  if (problem !== undefined) return ["stays", `${org}: ${problem}`];
  const open = left.find(({ id, why }) => (resourceId === undefined ? why === "unreadable" : id === resourceId));
  if (open === undefined) return ["removed", "Nothing of it is left to be swept."];
  return ["stays", `${org}: ${String(open.id)} ${reasonOf(open, org, place)}.`];
}

/** The stream told of markers, and these are in the table for as long as they are not swept. */
function placeSwept(newest: string, orgs: ReadonlyMap<string, OrgSwept>, place: Place): Verdict {
  const before = Date.parse(newest) + CLOCKS_MS;
  for (const { org, left, problem } of orgs.values()) {
    if (problem !== undefined) return ["stays", `${org}: ${problem}`];
    // What is not known to be younger counts.
    const open = left.filter(({ at }) => !(Date.parse(String(at)) > before));
    if (open[0] !== undefined) {
      return ["stays", `${org}: ${String(open[0].id)} ${reasonOf(open[0], org, place)}.`];
    }
  }
  return ["removed", "Every deletion of that time is swept behind."];
}

const REASONS = {
  busy: "could not be swept behind, because the table is busy: run it again",
  fault: "could not be swept behind: query faults says why",
  unreadable: "names neither a user nor a group: see `fsck ORG`",
};

/** Why a deletion is left, as the end of a sentence that begins with its id. */
export function reasonOf({ why }: JsonObject, org: string, place: Place): string {
  return withCommands(own(REASONS, String(why)) ?? "is left", place, org);
}

async function attempt(
  office: DeadLetterOffice | undefined,
  { place }: Extract<TakenLetter["letter"], { kind: "place" }>,
): Promise<JsonObject> {
  try {
    return (await office?.retell(place)) ?? {};
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message };
    throw error;
  }
}

function retold({ outcome, records, unreadable, problem }: JsonObject, dismiss: string): Verdict {
  switch (outcome) {
    case "told":
      return ["removed", `${records} records of the stream were read and told again.`];
    case "gone":
      return [
        "stays",
        `The stream keeps records for 24 hours and has forgotten these. Let the application read users and teams of all organizations anew, ${dismiss}`,
      ];
    case "unreadable":
      return [
        "stays",
        `${unreadable} of ${records} records cannot be read, the others were told: query worker-errors, ${dismiss}`,
      ];
    case "refused":
      return ["stays", "The bus did not take all of it: mend that, and run it again."];
    default:
      return ["stays", String(problem ?? "The function of events did not understand: is it an older release?")];
  }
}
