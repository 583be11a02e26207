import type { HeldRequest, HoldState, RemovalSpan, StoredHold } from "../store/holds.ts";
import type { HoldDecision, Stamp } from "../store/records.ts";
import { type RemovalKind, SPAN_MS, windowBeginning } from "../store/removalCounts.ts";
import { storedNumber } from "../store/table.ts";
import { type MassChangeLimits, mostRemovals } from "./massChange.ts";
import { CLOCK_SKEW } from "./timeBudget.ts";

/** What a request wants to remove. */
interface AskedRemoval {
  readonly request: HeldRequest;
  /** Users or memberships; 0 for a group without members. */
  readonly count: number;
  /** Id of the user or the group. */
  readonly id: string;
}

/** The facts that decide, besides the stored state. */
export interface HoldFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limits: MassChangeLimits;
  /** The number of the latest released hold, and when counting began again; both 0 without a release. */
  readonly released: { readonly number: number; readonly until: number };
  /** Users deactivated within the window. */
  readonly deactivated: number;
  /** Users of the org; undefined: not read yet. */
  readonly users: number | undefined;
}

export type RemovalAnswer =
  /** Nothing to count. */
  | { readonly outcome: "pass" }
  /** The users of the org must be read first. */
  | { readonly outcome: "unknownRoster" }
  /** The removal passes if at most `most` removals were counted before in the span. */
  | { readonly outcome: "count"; readonly state: StoredHold; readonly most: number }
  /** The removal passes once `next` is stored, or `next` begins a hold. `covered`: removals that an earlier request counted. */
  | { readonly outcome: "write"; readonly next: HoldState; readonly isHeld: boolean; readonly covered: number }
  | { readonly outcome: "held"; readonly state: StoredHold };

/** The share against which removals count. The deletion of a group removes its memberships. */
export function shareOf(request: HeldRequest): RemovalKind {
  return request === "users" ? "users" : "members";
}

/** The time from which removals and deactivations count, in milliseconds since the epoch. */
export function countedFrom(now: number, { until }: HoldFacts["released"]): number {
  return Math.max(windowBeginning(now), until);
}

/** Hours of the longest release. */
export const LONGEST_RELEASE = 168;

/** What the latest release says. Its time does not count where a wrong clock dated it further ahead than any release lasts. */
export function releasedBy(
  release: Exclude<HoldDecision, { readonly decision: "refused" }> | undefined,
  now: number,
): HoldFacts["released"] {
  const until = release ? Date.parse(release.until) : 0;
  const isWrong = until > now + LONGEST_RELEASE * 3_600_000 + CLOCK_SKEW;
  return { number: release?.number ?? 0, until: isWrong ? 0 : until };
}

/** Whether a release has ended this hold. Its number counts too, because a wrong clock may have dated it years ahead. */
export function isReleased({ current, number }: StoredHold, released: HoldFacts["released"]): boolean {
  return current.start < released.until || number <= released.number;
}

/** Decides whether the removals of a request pass: all of them, or none. */
export function removalAnswer(
  stored: StoredHold | undefined,
  removal: AskedRemoval,
  facts: HoldFacts,
  stamp: Stamp,
): RemovalAnswer {
  const { now, limits, released, users } = facts;
  // A release ends every hold whose ten minutes began before its end, so also one of a request that had not read of it.
  const isOver = stored?.hold !== undefined && isReleased(stored, released);
  const hold = isOver ? undefined : stored?.hold;
  const begun = begunIn(stored, now);
  const { left = 0, until = 0 } = begun[removal.id] ?? {};
  const covered = Math.min(left, removal.count);
  const asked = removal.count - covered;
  const begunAfter = covered === 0 ? begun : { ...begun, [removal.id]: { left: left - covered, until } };
  if (stored !== undefined && hold !== undefined) {
    // A change that began before the hold may finish.
    if (asked > 0 || covered === 0) return { outcome: "held", state: stored };
    return { outcome: "write", next: { ...stored, begun: begunAfter }, isHeld: false, covered };
  }
  const share = shareOf(removal.request);
  const from = countedFrom(now, released);
  const counted = spansIn(stored).filter((span) => span?.start >= from && span.start <= now + SPAN_MS);
  const start = Math.max(Math.floor(now / SPAN_MS) * SPAN_MS, released.until);
  const last = counted.at(-1);
  // A count goes into the stored `current`, and a wrong clock may have dated that one ahead.
  const isNew = last === undefined || last !== stored?.current || last.start < start;
  if (isNew && users === undefined) return { outcome: "unknownRoster" };
  let current = isNew ? { start, roster: users ?? 0, users: 0, members: 0 } : last;
  const past = isNew ? counted : counted.slice(0, -1);
  let isChanged = isNew || isOver || covered > 0;
  const lost = sumOf(counted, share) + (share === "users" ? facts.deactivated : 0);
  const rosterBefore = Math.max(...[...past, current].map(({ roster }) => storedNumber(roster)));
  if (lost + asked > mostRemovals(limits, rosterBefore)) {
    if (users === undefined) return { outcome: "unknownRoster" };
    // An org that has grown within the hour may lose more.
    if (users > rosterBefore) [current, isChanged] = [{ ...current, roster: users }, true];
  }
  const roster = Math.max(rosterBefore, current.roster);
  const limit = mostRemovals(limits, roster);
  const number = stored?.number ?? 0;
  if (lost + asked > limit) {
    const { reference, tokenId, at: since } = stamp;
    const begins = { kind: share, since, lost, asked, roster, limit, reference, tokenId };
    // Greater than the decided hold's number, even if the guard's item with that number is gone.
    const next = { number: Math.max(number, released.number) + 1, current, past, begun, hold: begins };
    return { outcome: "write", next, isHeld: true, covered: 0 };
  }
  if (isChanged || stored === undefined) {
    const raised = { ...current, [share]: current[share] + asked };
    return { outcome: "write", next: { number, current: raised, past, begun: begunAfter }, isHeld: false, covered };
  }
  if (asked === 0) return { outcome: "pass" };
  return { outcome: "count", state: stored, most: limit - (lost - current[share]) - asked };
}

/** Changes that may still finish. */
export function begunIn(stored: StoredHold | undefined, now: number): HoldState["begun"] {
  const entries = Object.entries(stored?.begun ?? {});
  // What somebody damaged is none.
  return Object.fromEntries(entries.filter(([, one]) => one?.left > 0 && one.until > now));
}

function spansIn(stored: StoredHold | undefined): readonly RemovalSpan[] {
  return stored === undefined ? [] : [stored.past, stored.current].flat();
}

function sumOf(spans: readonly RemovalSpan[], share: RemovalKind): number {
  return spans.reduce((sum, span) => sum + storedNumber(span[share]), 0);
}
