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
}

/**
 * The second look at every deletion of all orgs, once it is old enough: then nothing of it can appear any more. It also
 * finds what the first sweep did not finish, or never began.
 * @param until milliseconds since the epoch
 */
export async function sweepOpenDeletions(
  store: StoreSession,
  means: { readonly now: () => number; readonly until: number; readonly reference: string },
): Promise<OpenSweep> {
  const deletions = await store.openDeletions(new Date(means.now() - OPEN_AFTER_MS).toISOString());
  let done = 0;
  for (const deletion of deletions) {
    if (means.now() >= means.until) break;
    try {
      if ((await sweepDeletion(store, deletion, means.until, sweepStamp(means))) === "done") done++;
    } catch (error) {
      // Another one may be in nobody's way; this one is met again.
      if (!(error instanceof StoreBusy)) throw error;
    }
  }
  return { done, open: deletions.length - done };
}

/** No token swept. */
export function sweepStamp({ now, reference }: { readonly now: () => number; readonly reference: string }): Stamp {
  return { at: new Date(now()).toISOString(), tokenId: "sweep", reference };
}
