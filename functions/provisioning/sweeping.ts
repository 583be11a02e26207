import { isMemberId } from "../scim/schema.ts";
import { JobStore } from "../store/jobs.ts";
import { readOpenDeletions } from "../store/openDeletions.ts";
import {
  type Deletion,
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
    const swept = await sweepOneSide(store, alike, until, stamp);
    for (const [index, deletion] of alike.entries()) outcomes.set(deletion, swept[index] ?? "done");
  };
  await Promise.all([...bySide.values()].map(sweepAlike));
  return deletions.map((deletion) => outcomes.get(deletion) ?? "done");
}

async function sweepOneSide(
  store: StoreSession,
  deletions: readonly Deletion[],
  until: number,
  stamp: Stamp,
): Promise<readonly SweepOutcome[]> {
  const [first] = deletions;
  if (first === undefined) return [];
  const { memberships } = first.managed ? store.directory(first.orgId) : store.unmanaged(first.orgId);
  try {
    return await memberships.sweepDeletions(
      deletions.map(({ id }) => id),
      until,
      stamp,
    );
  } catch (error) {
    return deletions.map(() => ({ error }));
  }
}

export interface OpenSweep {
  /** Deletions of which nothing is left now. */
  readonly done: number;
  /** Those that are still to be swept although they are more than five minutes old: nought unless something is wrong, or very large. */
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
export async function sweepOpenDeletions(
  store: StoreSession,
  means: { readonly now: () => number; readonly until: number; readonly reference: string },
): Promise<OpenSweep> {
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
  means: { readonly now: () => number; readonly until: number; readonly reference: string },
): Promise<SweepStep> {
  const jobs = new JobStore(store.view(side.orgId, side.managed ? "managed" : "unmanaged"));
  const left: PassedOver[] = [];
  let [done, again, failures, next] = [0, 0, 0, after];
  let fault: SweepFault | undefined;
  let page = await jobs.deletions(after === "" ? undefined : after);
  for (;;) {
    for (let start = 0; start < page.jobs.length; start += DELETIONS_AT_ONCE) {
      const jobs = page.jobs.slice(start, start + DELETIONS_AT_ONCE);
      if (means.now() >= means.until || failures >= MOST_FAILURES) return { done, again, left, fault, next };
      const outcomes = await sweepJobs(store, side, jobs, means);
      for (const { id, at } of jobs) {
        const outcome = outcomes.get(id);
        if (outcome === undefined) {
          left.push({ id, at, why: "unreadable" });
          continue;
        }
        if (outcome === "unfinished") return { done, again, left, fault, next };
        if (outcome === "done") done++;
        else if (outcome === "again") again++;
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
    if (page.next === undefined) return { done, again, left, fault };
    page = await jobs.deletions(page.next);
  }
}

/** By id; those that name neither a user nor a group are missing. */
async function sweepJobs(
  store: StoreSession,
  side: Pick<Deletion, "orgId" | "managed">,
  jobs: readonly OpenDeletion[],
  means: { readonly now: () => number; readonly until: number; readonly reference: string },
): Promise<ReadonlyMap<string, SweepOutcome>> {
  const known = jobs.filter(({ id }) => isMemberId(id));
  const waits = ({ swept, at }: OpenDeletion) => swept && means.now() - Date.parse(at) < OPEN_AFTER_MS;
  const outcomes = new Map<string, SweepOutcome>(known.map(({ id }) => [id, "again"]));
  const deletions = known.filter((job) => !waits(job)).map(({ id }) => ({ ...side, id }));
  const swept = await sweepTogether(store, deletions, means.until, sweepStamp(means));
  for (const [index, { id }] of deletions.entries()) outcomes.set(id, swept[index] ?? "done");
  return outcomes;
}

/** No token swept. */
export function sweepStamp({ now, reference }: { readonly now: () => number; readonly reference: string }): Stamp {
  return { at: new Date(now()).toISOString(), tokenId: "sweep", reference };
}
