import { isGroupId, isUserId } from "../../functions/scim/schema.ts";
import { SIDES } from "../../functions/store/keys.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import { type DeadLetterQueues, deadLetterLine, type QueueView, type TakenDeadLetter } from "./deadLetters.ts";
import type { Place } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing } from "./refused.ts";
import { everyOrg, type ListedOrg, type OrgSwept, type Retried } from "./retryJobs.ts";

/** Unfinished work as data: for `jobs --json` and the console. */

interface OpenJob {
  readonly what: "deletion" | "creation" | "change";
  readonly side: string;
  readonly id: string;
  readonly since: string;
  /** In words. */
  readonly state: string;
}

/** The open work of one org. */
interface WorkOfOrg {
  readonly org: string;
  readonly orgId: string;
  readonly deletions: number;
  readonly unswept: number;
  /** Unfinished large changes. */
  readonly begun: number;
  readonly oldest: string;
}

/** The open work of every org. @param say receives the progress @throws Refused */
export async function openWork(client: AdminClient, place: Place, say: (text: string) => void) {
  const names = new Map<string, string>();
  const open: WorkOfOrg[] = [];
  for await (const { id, org } of everyOrg(client)) {
    names.set(id, org);
    const summary = await summaryOf(client, { id, org }, place);
    if (summary !== undefined) open.push(summary);
    if (names.size % 100 === 0) say(`${names.size} organizations looked at so far.`);
  }
  return { names, open };
}

export function workIn(lookedAt: number, open: readonly WorkOfOrg[], views: readonly QueueView[]) {
  return { orgs: open, lookedAt, deadLetters: views.map(viewJson) };
}

export function orgWorkIn(org: string, open: readonly OpenJob[], views: readonly QueueView[]) {
  return { org, open, deadLetters: views.map(viewJson) };
}

/** Undefined when nothing is open, or the org was purged meanwhile. */
async function summaryOf(client: AdminClient, { id, org }: ListedOrg, place: Place): Promise<WorkOfOrg | undefined> {
  try {
    const open = await openJobs(client, org, place);
    const [oldest] = open.map(({ since }) => since).sort();
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

/** The open work of one org. @throws Refused */
export async function openJobs(client: AdminClient, org: string, place: Place): Promise<OpenJob[]> {
  const open: OpenJob[] = [];
  for (const side of SIDES) {
    const jobs = (kind: string) => client.list(adminPath("orgs", org, "data", "jobs", side, kind), "jobs", "insist");
    for (const { at, id, swept } of await jobs("deletions")) {
      const readable = isUserId(String(id)) || isGroupId(String(id));
      const readableState = swept === true ? SWEPT_ONCE : "not swept yet";
      const state = readable ? readableState : `cannot be read: see ${printedCommand(place, "fsck", org)}`;
      open.push({ what: "deletion", side, id: String(id ?? ""), since: String(at ?? ""), state });
    }
    for (const { id, kind, since } of await jobs("begun")) {
      const what = kind === "birth" ? "creation" : "change";
      open.push({
        what,
        side,
        id: String(id ?? ""),
        since: String(since ?? ""),
        state: "repeat the request to finish it",
      });
    }
  }
  return open;
}

function viewJson({ queue, waiting, shown }: QueueView) {
  return { queue, waiting, shown: shown.map(({ id, content }) => ({ id, says: deadLetterLine(content) })) };
}

/** The orgs in which a run did something, or failed. */
export function touchedIn({ orgs }: Retried): OrgSwept[] {
  return orgs.filter(({ done, again, left, problem }) => done + again + left.length > 0 || problem);
}

export function workedOffIn(retried: Retried) {
  const { deadLetters, more, orgs } = retried;
  const sweeps = touchedIn(retried).map(({ problem = null, ...org }) => ({ ...org, problem }));
  const letters = deadLetters.map(({ because, content, id, outcome, queue }) => {
    return { id, queue, says: deadLetterLine(content), outcome, because };
  });
  return { orgs: sweeps, lookedAt: orgs.length, letters, more };
}

/** Removes dead letters; `missing` are unknown ids, and ids that another run works on. @throws Refused */
export async function dismissed(
  queues: DeadLetterQueues,
  ids: readonly string[],
): Promise<{ readonly removed: readonly TakenDeadLetter[]; readonly missing: readonly string[] }> {
  const taken = await queues.take();
  const removed = taken.filter(({ id }) => ids.includes(id));
  try {
    for (const deadLetter of removed) await queues.remove(deadLetter);
  } finally {
    await queues.putBack(taken.filter((deadLetter) => !removed.includes(deadLetter)));
  }
  return { removed, missing: ids.filter((id) => !removed.some((deadLetter) => deadLetter.id === id)) };
}
