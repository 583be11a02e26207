import { JobStore } from "../store/jobs.ts";
import { readOpenDeletions } from "../store/openDeletions.ts";
import {
  type Deletion,
  type JobPage,
  type OpenDeletion,
  type Stamp,
  StoreBusy,
  type SweepOutcome,
  type Swept,
} from "../store/records.ts";
import type { StoreSession } from "../store/session.ts";
import { type Session, stampOf } from "./session.ts";
import { LIMITS, RESERVED } from "./timeBudget.ts";

/** What is older has been swept once, or should have been. */
const OPEN_AFTER_MS = 5 * 60_000;

/** What the request deleted is gone for everybody already: its memberships are left to the sweep, or swept before the answer. */
export async function sweepAfterDeletion(session: Session, id: string): Promise<void> {
  if (session.sweepLater !== undefined) {
    session.sweepLater(id);
    return;
  }
  const until = Math.min(session.now() + LIMITS.sweep, session.deadline - RESERVED.sweep);
  await session.directory.memberships.sweep(until, stampOf(session));
}

/** So many deletions are swept together: what more of a group's members one transaction could remove is little. */
const DELETIONS_AT_ONCE = 100;

/** @throws StoreBusy, and whatever else keeps it from being swept */
export async function sweepDeletion(
  store: StoreSession,
  deletion: Deletion,
  until: number,
  stamp: Stamp,
): Promise<Swept> {
  const [outcome = "done"] = await sweepTogether(store, [deletion], until, stamp);
  if (typeof outcome === "object") throw outcome.error;
  return outcome;
}

/** Those of each side of each org together. @returns what became of each, in their order */
export async function sweepTogether(
  store: StoreSession,
  deletions: readonly Deletion[],
  until: number,
  stamp: Stamp,
): Promise<SweepOutcome[]> {
  const outcomes = new Map<Deletion, SweepOutcome>();
  const bySide = Map.groupBy(deletions, ({ orgId, managed }) => `${orgId} ${managed}`);
  const sweepAlike = async (alike: readonly Deletion[]): Promise<void> => {
    const [first] = alike;
    if (first === undefined) return;
    const { memberships } = first.managed ? store.directory(first.orgId) : store.unmanaged(first.orgId);
    const ids = alike.map(({ id }) => id);
    const swept = await memberships.sweepDeletions(ids, until, stamp).catch((error: unknown) => ({ error }));
    for (const [index, deletion] of alike.entries()) {
      outcomes.set(deletion, "error" in swept ? swept : (swept[index] ?? "done"));
    }
  };
  await Promise.all([...bySide.values()].map(sweepAlike));
  return deletions.map((deletion) => outcomes.get(deletion) ?? "done");
}

interface SweepMeans {
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reference: string;
}

export interface OpenSweep {
  /** Deletions of which nothing is left now. */
  readonly done: number;
  /** Those that wait for a sweep although they are more than five minutes old: 0 unless something is wrong, or very large. */
  readonly open: number;
  /** How many of these name neither a user nor a group. */
  readonly unreadable: number;
  /** The first one that failed for another reason than time or load. */
  readonly fault?: SweepFault;
}

export interface SweepFault {
  readonly deletion: Deletion;
  readonly error: unknown;
}

/**
 * The second look at every deletion of all orgs, once it is old enough: then nothing of it can appear any more. It also
 * finds what the first sweep did not finish, or never began. One that fails is met again, and keeps no other from being
 * swept.
 * @param until milliseconds since the epoch
 */
export async function sweepOpenDeletions(store: StoreSession, means: SweepMeans): Promise<OpenSweep> {
  const { deletions, unreadable } = await readOpenDeletions(
    store.database,
    new Date(means.now() - OPEN_AFTER_MS).toISOString(),
  );
  let done = 0;
  let fault: SweepFault | undefined;
  for (let start = 0; start < deletions.length && means.now() < means.until; start += DELETIONS_AT_ONCE) {
    const some = deletions.slice(start, start + DELETIONS_AT_ONCE);
    const outcomes = await sweepTogether(store, some, means.until, sweepStamp(means));
    for (const [index, deletion] of some.entries()) {
      const outcome = outcomes[index];
      if (outcome === "done") done++;
      if (typeof outcome !== "object" || outcome.error instanceof StoreBusy) continue;
      fault ??= { deletion, error: outcome.error };
    }
  }
  return { done, open: deletions.length - done + unreadable, unreadable, fault };
}

/** A deletion that a step passed over, and why: the load was too high, it failed, or it names neither a user nor a group. */
export interface PassedOver {
  readonly id: string;
  /** When it was deleted. */
  readonly at: string;
  readonly why: "busy" | "fault" | "unreadable";
}

export interface SweepStep {
  /** Deletions of which nothing is left now. */
  readonly done: number;
  /** Those swept for the first time, which the schedule looks at once more. */
  readonly again: number;
  readonly left: readonly PassedOver[];
  /** Of the first one in `left` with `why` `fault`. */
  readonly fault?: SweepFault;
  /** Id behind which to go on, "" for the beginning; absent at the end. */
  readonly next?: string;
}

/** A step that so many deletions failed in ends: each of them may have cost its time. */
const MOST_FAILURES = 100;

/**
 * Sweeps what is open on one side of an org, whenever that was deleted: what an operator asks for who does not want to wait
 * for the schedule. May be broken off and begun again at any time.
 * @param after the `next` of the step before, "" to begin
 * @param until milliseconds since the epoch; a large deletion is broken off then, and comes first in the next step
 */
export async function sweepSide(
  store: StoreSession,
  side: Pick<Deletion, "orgId" | "managed">,
  after: string,
  means: SweepMeans,
): Promise<SweepStep> {
  const jobs = new JobStore(store.view(side.orgId, side.managed ? "managed" : "unmanaged"));
  const left: PassedOver[] = [];
  let [done, again, failures, next] = [0, 0, 0, after];
  let fault: SweepFault | undefined;
  for await (const some of jobsFrom(jobs, after)) {
    if (means.now() >= means.until || failures >= MOST_FAILURES) return { done, again, left, fault, next };
    const outcomes = await sweepJobs(store, side, some, means);
    for (const { id, at } of some) {
      const outcome = outcomes.get(id);
      if (outcome === "unfinished") return { done, again, left, fault, next };
      if (outcome === "done") done++;
      else if (outcome === "again") again++;
      else if (outcome === undefined) left.push({ id, at, why: "unreadable" });
      else {
        failures++;
        const { error } = outcome;
        const busy = error instanceof StoreBusy;
        left.push({ id, at, why: busy ? "busy" : "fault" });
        if (!busy) fault ??= { deletion: { ...side, id }, error };
      }
      next = id;
    }
  }
  return { done, again, left, fault };
}

async function* jobsFrom(jobs: JobStore, after: string): AsyncIterable<readonly OpenDeletion[]> {
  let place: string | undefined = after;
  while (place !== undefined) {
    const page: JobPage<OpenDeletion> = await jobs.deletions(place === "" ? undefined : place);
    for (let start = 0; start < page.jobs.length; start += DELETIONS_AT_ONCE) {
      yield page.jobs.slice(start, start + DELETIONS_AT_ONCE);
    }
    place = page.next;
  }
}

/** By id; those that name no resource are missing. */
async function sweepJobs(
  store: StoreSession,
  side: Pick<Deletion, "orgId" | "managed">,
  jobs: readonly OpenDeletion[],
  means: SweepMeans,
): Promise<ReadonlyMap<string, SweepOutcome>> {
  const { keys } = store.view(side.orgId, side.managed ? "managed" : "unmanaged");
  const known = jobs.filter(({ id }) => keys.typeOf(id) !== undefined);
  const waits = ({ swept, at }: OpenDeletion) => swept && means.now() - Date.parse(at) < OPEN_AFTER_MS;
  const outcomes = new Map<string, SweepOutcome>(known.map(({ id }) => [id, "again"]));
  const deletions = known.filter((job) => !waits(job)).map(({ id }) => ({ ...side, id }));
  const swept = await sweepTogether(store, deletions, means.until, sweepStamp(means));
  for (const [index, { id }] of deletions.entries()) outcomes.set(id, swept[index] ?? "done");
  return outcomes;
}

/** No token swept. */
export function sweepStamp({ now, reference }: Pick<SweepMeans, "now" | "reference">): Stamp {
  return { at: new Date(now()).toISOString(), tokenId: "sweep", reference };
}
