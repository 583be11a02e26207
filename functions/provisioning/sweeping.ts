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
import { MARKER_MILLISECONDS } from "../store/sweep.ts";
import { type Session, stampOf } from "./session.ts";
import { LIMITS, RESERVED } from "./timeBudget.ts";

/** The deleted resource is already invisible. Its memberships are swept later, or before the answer. */
export async function sweepAfterDeletion(session: Session, id: string): Promise<void> {
  if (session.sweepLater !== undefined) {
    session.sweepLater(id);
    return;
  }
  const until = Math.min(session.now() + LIMITS.sweep, session.deadline - RESERVED.sweep);
  await session.directory.memberships.sweep(until, stampOf(session));
}

/** Deletions per sweep. A larger number would hardly let one transaction remove more members of a group. */
const DELETIONS_AT_ONCE = 100;

/** @throws StoreBusy, and any other cause that prevents the sweep */
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

/** Sweeps the deletions of each org's side together. @returns the outcomes in the order of `deletions` */
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

interface OpenSweep {
  /** Deletions that are swept completely. */
  readonly done: number;
  /** Unfinished deletions that are more than five minutes old: 0 unless something is wrong or a deletion is very large. */
  readonly open: number;
  /** How many of `open` name neither a user nor a group. */
  readonly unreadable: number;
  /** The first failure whose cause is neither time nor load. */
  readonly fault?: SweepFault;
}

export interface SweepFault {
  readonly deletion: Deletion;
  readonly error: unknown;
}

/**
 * The second sweep of every deletion of all orgs, at an age when no new memberships can appear. It also finishes sweeps that the
 * first run did not finish or never began. A failed sweep is repeated in the next run, and does not stop the others.
 * @param until milliseconds since the epoch
 */
export async function sweepOpenDeletions(store: StoreSession, means: SweepMeans): Promise<OpenSweep> {
  const timeAfter = (milliseconds: number) => new Date(means.now() + milliseconds).toISOString();
  // An older deletion was swept once, or should have been.
  const due = { before: timeAfter(-MARKER_MILLISECONDS), after: timeAfter(MARKER_MILLISECONDS) };
  const { deletions, unreadable } = await readOpenDeletions(store.database, due);
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

/** A deletion that a step skipped: the load was too high, the sweep failed, or it names neither a user nor a group. */
interface PassedOver {
  readonly id: string;
  /** When the resource was deleted. */
  readonly at: string;
  readonly why: "busy" | "fault" | "unreadable";
}

export interface SweepStep {
  /** Deletions that are swept completely. */
  readonly done: number;
  /** Deletions that were swept for the first time. The schedule sweeps them once more. */
  readonly again: number;
  readonly left: readonly PassedOver[];
  /** The first failure in `left` with `why` `fault`. */
  readonly fault?: SweepFault;
  /** The id after which the next step begins, "" for the beginning; absent at the end. */
  readonly next?: string;
}

/** A step ends after so many failures, since each may have used up its time. */
const MOST_FAILURES = 100;

/**
 * Sweeps all open deletions on one side of an org, for an operator who does not want to wait for the schedule. It may be
 * interrupted and repeated at any time.
 * @param after `next` of the earlier step, "" to begin
 * @param until milliseconds since the epoch; a large sweep stops then, and the next step begins with it
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

/** Outcomes by id, without ids that name no resource. */
async function sweepJobs(
  store: StoreSession,
  side: Pick<Deletion, "orgId" | "managed">,
  jobs: readonly OpenDeletion[],
  means: SweepMeans,
): Promise<ReadonlyMap<string, SweepOutcome>> {
  const { keys } = store.view(side.orgId, side.managed ? "managed" : "unmanaged");
  const known = jobs.filter(({ id }) => keys.typeOf(id) !== undefined);
  const waits = ({ swept, at }: OpenDeletion) => swept && Math.abs(means.now() - Date.parse(at)) < MARKER_MILLISECONDS;
  const outcomes = new Map<string, SweepOutcome>(known.map(({ id }) => [id, "again"]));
  const deletions = known.filter((job) => !waits(job)).map(({ id }) => ({ ...side, id }));
  const swept = await sweepTogether(store, deletions, means.until, sweepStamp(means));
  for (const [index, { id }] of deletions.entries()) outcomes.set(id, swept[index] ?? "done");
  return outcomes;
}

/** No token made this change: the sweep did. */
export function sweepStamp({ now, reference }: Pick<SweepMeans, "now" | "reference">): Stamp {
  return { at: new Date(now()).toISOString(), tokenId: "sweep", reference };
}
