import { isGroupId, isUserId } from "../scim/identifiers.ts";
import type { Stamp, Swept } from "./directoryPorts.ts";
import type { Deletion, StoreSession } from "./ports.ts";
import { StoreBusy } from "./ports.ts";
import { type Session, stampOf } from "./session.ts";

/** A request without a sweeper beside it gives the sweep this long at most. */
const SWEEP_MS = 3_000;
/** What is older has been swept once, or should have been. */
const OPEN_AFTER_MS = 5 * 60_000;

/** What the request deleted is gone for everybody already: its edges are left to whoever sweeps, or swept before the answer. */
export async function sweepAfterDeletion(session: Session, id: string): Promise<void> {
  if (session.sweepLater !== undefined) {
    session.sweepLater(id);
    return;
  }
  const until = Math.min(session.now() + SWEEP_MS, session.deadline - 1_000);
  await session.directory.memberships.sweep(until, stampOf(session));
}

/** @throws StoreBusy */
export function sweepDeletion(
  store: StoreSession,
  { orgId, managed, id }: Deletion,
  until: number,
  stamp: Stamp,
): Promise<Swept> {
  const directory = managed ? store.directory(orgId) : store.unmanaged(orgId);
  return directory.memberships.sweepDeletion(id, until, stamp);
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
  const { deletions, unreadable } = await store.openDeletions(new Date(means.now() - OPEN_AFTER_MS).toISOString());
  let done = 0;
  let fault: SweepFault | undefined;
  for (const deletion of deletions) {
    if (means.now() >= means.until) break;
    try {
      if ((await sweepDeletion(store, deletion, means.until, sweepStamp(means))) === "done") done++;
    } catch (error) {
      if (!(error instanceof StoreBusy)) fault ??= { deletion, error };
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
  const { jobs } = side.managed ? store.directory(side.orgId) : store.unmanaged(side.orgId);
  const left: PassedOver[] = [];
  let [done, again, failures, next] = [0, 0, 0, after];
  let fault: SweepFault | undefined;
  let page = await jobs.deletions(after === "" ? undefined : after);
  for (;;) {
    for (const { id, at, swept } of page.jobs) {
      if (!isUserId(id) && !isGroupId(id)) {
        left.push({ id, at, why: "unreadable" });
        continue;
      }
      if (means.now() >= means.until || failures >= MOST_FAILURES) return { done, again, left, fault, next };
      const deletion = { ...side, id };
      try {
        const waits = swept && means.now() - Date.parse(at) < OPEN_AFTER_MS;
        const outcome = waits ? "again" : await sweepDeletion(store, deletion, means.until, sweepStamp(means));
        if (outcome === "unfinished") return { done, again, left, fault, next };
        if (outcome === "done") done++;
        else again++;
      } catch (error) {
        failures++;
        const busy = error instanceof StoreBusy;
        left.push({ id, at, why: busy ? "busy" : "fault" });
        if (!busy) fault ??= { deletion, error };
      }
      next = id;
    }
    if (page.next === undefined) return { done, again, left, fault };
    page = await jobs.deletions(page.next);
  }
}

/** No token swept. */
export function sweepStamp({ now, reference }: { readonly now: () => number; readonly reference: string }): Stamp {
  return { at: new Date(now()).toISOString(), tokenId: "sweep", reference };
}
