import { BASE62 } from "../scim/schema.ts";
import { inParallel } from "./database.ts";
import { leaveList } from "./groupLists.ts";
import { endLink } from "./links.ts";
import { type Stamp, StoreBusy, type SweepOutcome, type Swept } from "./records.ts";
import { newWriteId, sumOfIds } from "./resourceItems.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Item, PRESENT, type Refusal } from "./table.ts";
import type { OrgView } from "./view.ts";

/**
 * A marker stays this long after the deletion: the index may lag, and a request that began before the deletion may still
 * add a membership. No request lives a tenth as long.
 */
export const MARKER_MILLISECONDS = 5 * 60_000;
const MARKERS_AT_ONCE = 100;
/** Memberships of one member that are read before they are removed. */
const MEMBERSHIPS_AT_ONCE = 1_000;
/** One action of the transaction updates the group. */
const MEMBERSHIPS_PER_TRANSACTION = ACTIONS_PER_TRANSACTION - 1;

/**
 * Sweeps what this request deleted, then other waiting deletions. It begins at a random place in the dead set and stops at
 * a page without work: after a mass deletion each request looks at a hundred markers, not at all of them.
 */
async function sweepDeletions(view: OrgView, until: number, stamp: Stamp): Promise<void> {
  const sweep = new Sweep(view, until, stamp);
  try {
    const own = [...view.deleted];
    assertNoFault(await sweep.deletions(own.map((id) => ({ sk: id, at: stamp.at }))));
    for (const id of own) view.deleted.delete(id);
    const letters = view.keys.types.map(({ letter }) => letter).sort();
    const pick = Math.floor(view.database.random() * letters.length * BASE62.length);
    const start = `${letters[Math.floor(pick / BASE62.length)]}${BASE62.charAt(pick % BASE62.length)}`;
    const beyond = await sweep.markers(start, undefined);
    if (beyond === "worked") await sweep.markers(undefined, start);
  } catch (error) {
    // The deletion itself is done and visible; a later sweep finds the rest through its marker.
    if (!(error instanceof StoreBusy)) throw error;
  }
}

/** Sweeps the deletion of one marker. @returns whether the marker is gone */
export async function sweepMarker(view: OrgView, marker: Item, until: number, stamp: Stamp): Promise<boolean> {
  assertNoFault(await new Sweep(view, until, stamp).deletions([marker]));
  return (await view.database.get(view.keys.marker(String(marker.sk)))) === undefined;
}

/**
 * Sweeps these deletions by their markers; results in the order of the ids.
 * @throws StoreBusy where not even the markers could be read
 */
async function sweepMarked(
  view: OrgView,
  ids: readonly string[],
  until: number,
  stamp: Stamp,
): Promise<SweepOutcome[]> {
  const sweep = new Sweep(view, until, stamp);
  const known = [...new Set(ids)].filter((id) => view.keys.typeOf(id) !== undefined);
  const markers = await inParallel(known, (id) => view.get(view.keys.marker(id)));
  const present = markers.filter((marker) => marker !== undefined);
  const waiting = present.filter((marker) => sweep.waits(marker));
  const outcomes = new Map<string, SweepOutcome>(present.map(({ sk }) => [String(sk), "again"]));
  for (const [index, outcome] of (await sweep.deletions(waiting)).entries()) {
    outcomes.set(String(waiting[index]?.sk), outcome);
  }
  return ids.map((id) => outcomes.get(id) ?? "done");
}

/** The sweeps that an entry composes where resources are deleted. */
export interface Sweeps {
  readonly deletions: typeof sweepDeletions;
  readonly marked: typeof sweepMarked;
}

export const SWEEPS: Sweeps = { deletions: sweepDeletions, marked: sweepMarked };

/** @throws the fault that stopped the sweep of one of them; running out of time is no fault */
function assertNoFault(outcomes: readonly SweepOutcome[]): void {
  for (const outcome of outcomes) if (typeof outcome === "object") throw outcome.error;
}

/** A fault in one deletion does not stop the sweep of the others. */
async function attempt<T>(work: () => Promise<T>): Promise<T | { readonly error: unknown }> {
  try {
    return await work();
  } catch (error) {
    return { error };
  }
}

/** One run of the sweep. */
class Sweep {
  readonly #view: OrgView;
  readonly #until: number;
  readonly #stamp: Stamp;

  constructor(view: OrgView, until: number, stamp: Stamp) {
    this.#view = view;
    this.#until = until;
    this.#stamp = stamp;
  }

  get #late(): boolean {
    return this.#view.database.now() >= this.#until;
  }

  /** Sweeps the markers from the id `from` up to `before`. @returns `worked`: every page had work, or there was no full page */
  async markers(from: string | undefined, before: string | undefined): Promise<"worked" | "idle"> {
    let after: string | undefined;
    do {
      if (this.#late) return "idle";
      const page = await this.#view.query(this.#view.keys.dead(), { from, limit: MARKERS_AT_ONCE, after });
      const mine = page.items.filter(({ sk }) => before === undefined || String(sk) < before);
      const waiting = mine.filter((marker) => this.waits(marker));
      assertNoFault(await this.deletions(waiting));
      if (mine.length < page.items.length) return "worked";
      if (page.last !== undefined && waiting.length === 0) return "idle";
      after = page.last;
    } while (after !== undefined);
    return "worked";
  }

  /** Whether a marker has work now: after its first sweep it waits until it is old enough. */
  waits(marker: Item): boolean {
    return Math.abs(this.#ageOf(marker)) >= MARKER_MILLISECONDS || marker.swept === undefined;
  }

  /** Milliseconds; negative where a wrong clock dated the marker. */
  #ageOf(marker: Item): number {
    return Date.parse(this.#stamp.at) - Date.parse(String(marker.at));
  }

  /** Sweeps all of them together: one write per group then removes many of its deleted members. Results in the order of the markers. */
  async deletions(markers: readonly Item[]): Promise<SweepOutcome[]> {
    const members = markers.map(({ sk }) => String(sk));
    const kept = await this.#removeMembershipsOf(members);
    return inParallel(markers, async (marker) => {
      const id = String(marker.sk);
      return kept.get(id) ?? attempt(() => this.#settle(marker));
    });
  }

  /** Everything except its memberships in groups. */
  async #settle(marker: Item): Promise<Swept> {
    const id = String(marker.sk);
    const type = this.#view.keys.typeOf(id);
    if (type?.hasMembers && !(await this.#membershipsOfGroup(id))) return "unfinished";
    if (type?.isLinked) await endLink(this.#view, id);
    const key = this.#view.keys.marker(id);
    const age = this.#ageOf(marker);
    if (age >= MARKER_MILLISECONDS) {
      await this.#view.write([{ delete: key }]);
      return "done";
    }
    // A marker that a wrong clock dated waits from now on.
    const at = age > -MARKER_MILLISECONDS ? String(marker.at) : this.#stamp.at;
    const dated: Readonly<Record<string, string>> = at === marker.at ? {} : { at, g1s: at };
    await this.#view.write([{ update: key, set: { swept: 1, ...dated }, condition: PRESENT }]);
    return "again";
  }

  /** @returns the members of which some indexed memberships were not removed */
  async #removeMembershipsOf(members: readonly string[]): Promise<ReadonlyMap<string, SweepOutcome>> {
    const kept = new Map<string, SweepOutcome>();
    let reached = new Map<string, string | undefined>(members.map((id) => [id, undefined]));
    while (reached.size > 0) {
      const next = new Map<string, string>();
      const membersOf = new Map<string, string[]>();
      await inParallel([...reached], async ([memberId, after]) => {
        if (this.#late) return kept.set(memberId, "unfinished");
        const page = await attempt(() => this.#view.groupPage(memberId, { after, limit: MEMBERSHIPS_AT_ONCE }));
        if ("error" in page) return kept.set(memberId, page);
        for (const groupId of page.ids) {
          const leaving = membersOf.get(groupId);
          if (leaving === undefined) membersOf.set(groupId, [memberId]);
          else leaving.push(memberId);
        }
        return page.last && next.set(memberId, page.last);
      });
      await inParallel([...membersOf], async ([groupId, leaving]) => {
        const outcome = await attempt(() => this.#leaveGroup(groupId, leaving));
        if (outcome !== "done") for (const memberId of leaving) kept.set(memberId, outcome);
      });
      for (const memberId of kept.keys()) next.delete(memberId);
      reached = next;
    }
    return kept;
  }

  /** Removes memberships and raises their group's version in one transaction, so that the group's ETag is always right. */
  async #leaveGroup(groupId: string, members: readonly string[]): Promise<"done" | "unfinished"> {
    let left = members;
    while (left.length > 0) {
      if (this.#late) return "unfinished";
      const some = left.slice(0, MEMBERSHIPS_PER_TRANSACTION);
      const raised = {
        update: this.#view.keys.resource(groupId),
        set: { lr: newWriteId(this.#stamp) },
        add: { v: 1, n: -some.length, s: -sumOfIds(some) },
        condition: PRESENT,
      };
      const memberships = some.map((memberId) => this.#view.keys.membership(groupId, memberId));
      const refusals = await this.#writeWithTime([
        raised,
        ...memberships.map((key) => ({ delete: key, condition: PRESENT })),
      ]);
      if (refusals === "unfinished") return "unfinished";
      const groupGone = refusals.some(({ index }) => index === 0);
      // Nobody sees the memberships of a deleted group.
      if (groupGone) await this.#view.database.deleteMany(memberships);
      const missing = new Set(refusals.map(({ index }) => some[index - 1]));
      const done = groupGone || refusals.length === 0;
      left = done ? left.slice(some.length) : left.filter((memberId) => !missing.has(memberId));
    }
    return "done";
  }

  /** Tries while the run has time: all writers of a group conflict at its item, and each succeeds in the end (ADR 0026). */
  async #writeWithTime(actions: readonly Action[]): Promise<readonly Refusal[] | "unfinished"> {
    for (;;) {
      try {
        return await this.#view.write(actions);
      } catch (error) {
        if (!(error instanceof StoreBusy) || (error.code !== "conflict" && error.code !== "throttled")) throw error;
        if (this.#late) return "unfinished";
      }
    }
  }

  /** A refusal says that the item is gone, has no list, or its list lacks the group. @returns whether there was time for all */
  async #takeFromLists(groupId: string, members: readonly string[]): Promise<boolean> {
    const { keys } = this.#view;
    const listing = members.filter((id) => keys.typeOf(id)?.listsGroups);
    const outcomes = await inParallel(listing, (id) => this.#writeWithTime([leaveList(keys, groupId, id)]));
    return !outcomes.includes("unfinished");
  }

  async #membershipsOfGroup(groupId: string): Promise<boolean> {
    for await (const items of this.#view.pages(this.#view.keys.memberships(groupId), { only: ["sk"] })) {
      for (let start = 0; start < items.length; start += 400) {
        if (this.#late) return false;
        const ids = items.slice(start, start + 400).map(({ sk }) => String(sk));
        // First, because the memberships lead to the lists.
        if (!(await this.#takeFromLists(groupId, ids))) return false;
        await this.#view.database.deleteMany(ids.map((id) => this.#view.keys.membership(groupId, id)));
      }
    }
    return true;
  }
}
