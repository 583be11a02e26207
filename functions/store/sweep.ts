import type { Stamp, Swept } from "../provisioning/directoryPorts.ts";
import { StoreBusy } from "../provisioning/ports.ts";
import { isGroupId } from "../scim/identifiers.ts";
import { deleteItem, type Item, PRESENT } from "./actions.ts";
import { inParallel } from "./database.ts";
import type { Key } from "./keys.ts";
import { writeMark } from "./traces.ts";
import type { OrgView } from "./view.ts";

/**
 * A marker stays this long after the deletion: the index may lag, and a request that began before may still add an edge.
 * No request lives a tenth as long.
 */
export const MARKER_MILLISECONDS = 5 * 60_000;
const MARKERS_AT_ONCE = 100;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Sweeps what this request deleted, then whatever else waits, beginning anywhere in the dead set and stopping at a page
 * without work: after a mass deletion each request looks at a hundred markers, not at all of them.
 */
export async function sweepDeletions(view: OrgView, until: number, stamp: Stamp): Promise<void> {
  const sweep = new Sweep(view, until, stamp);
  try {
    for (const id of [...view.deleted]) {
      await sweep.deletion({ sk: id, at: stamp.at });
      view.deleted.delete(id);
    }
    const pick = Math.floor(view.database.random() * 2 * BASE62.length);
    const start = (pick < BASE62.length ? "g" : "u") + BASE62.charAt(pick % BASE62.length);
    const beyond = await sweep.markers(start, undefined);
    if (beyond === "worked") await sweep.markers(undefined, start);
  } catch (error) {
    // The deletion itself is done and visible; what is left is found again through its marker.
    if (!(error instanceof StoreBusy)) throw error;
  }
}

/**
 * Sweeps what one marker hides, whoever deleted it.
 * @returns whether the marker is gone
 */
export async function sweepMarker(view: OrgView, marker: Item, until: number, stamp: Stamp): Promise<boolean> {
  await new Sweep(view, until, stamp).deletion(marker);
  return (await view.database.get(view.keys.marker(String(marker.sk)))) === undefined;
}

/** One deletion, by its marker. */
export async function sweepDeletion(view: OrgView, id: string, until: number, stamp: Stamp): Promise<Swept> {
  const marker = await view.get(view.keys.marker(id));
  if (marker === undefined) return "done";
  const sweep = new Sweep(view, until, stamp);
  return sweep.waits(marker) ? sweep.deletion(marker) : "again";
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
    return Date.now() >= this.#until;
  }

  /** Markers from one id on, up to another. @returns whether every page had work, or there was no full page */
  async markers(from: string | undefined, before: string | undefined): Promise<"worked" | "idle"> {
    let after: Key | undefined;
    do {
      if (this.#late) return "idle";
      const page = await this.#view.query(this.#view.keys.dead(), { from, limit: MARKERS_AT_ONCE, after });
      const mine = page.items.filter(({ sk }) => before === undefined || String(sk) < before);
      const waiting = mine.filter((marker) => this.waits(marker));
      for (const marker of waiting) await this.deletion(marker);
      if (mine.length < page.items.length) return "worked";
      if (page.last !== undefined && waiting.length === 0) return "idle";
      after = page.last;
    } while (after !== undefined);
    return "worked";
  }

  /** A marker swept once waits for its age. */
  waits(marker: Item): boolean {
    return this.#isOld(marker) || marker.swept === undefined;
  }

  #isOld(marker: Item): boolean {
    return Date.parse(this.#stamp.at) - Date.parse(String(marker.at)) >= MARKER_MILLISECONDS;
  }

  async deletion(marker: Item): Promise<Swept> {
    const id = String(marker.sk);
    const key = this.#view.keys.marker(id);
    const swept = (await this.#edgesOfMember(id)) && (!isGroupId(id) || (await this.#edgesOfGroup(id)));
    if (!swept) return "unfinished";
    if (this.#isOld(marker)) {
      await this.#view.write([deleteItem(key)]);
      return "done";
    }
    const remember = { update: key, expression: "SET swept = :one", values: { ":one": 1 }, condition: PRESENT };
    await this.#view.write([remember]);
    return "again";
  }

  /** @returns whether all that the index shows was removed */
  async #edgesOfMember(memberId: string): Promise<boolean> {
    let after: Item | undefined;
    do {
      if (this.#late) return false;
      const page = await this.#view.queryReverse(memberId, { after });
      const done = await inParallel(page.items, async ({ g1s }) => {
        if (this.#late) return false;
        await this.#removeEdge(String(g1s), memberId);
        return true;
      });
      if (done.includes(false)) return false;
      after = page.last;
    } while (after !== undefined);
    return true;
  }

  /** The edge goes and the group's version rises together, so that the group's ETag never lies. */
  async #removeEdge(groupId: string, memberId: string): Promise<void> {
    const edge = deleteItem(this.#view.keys.edge(groupId, memberId), PRESENT);
    const refusals = await this.#view.write([
      edge,
      {
        update: this.#view.keys.group(groupId),
        expression: "SET lr = :lr ADD v :one, n :less",
        values: { ":lr": writeMark(this.#stamp), ":one": 1, ":less": -1 },
        condition: PRESENT,
      },
    ]);
    const edgeThere = !refusals.some(({ index }) => index === 0);
    const groupGone = refusals.some(({ index }) => index === 1);
    if (edgeThere && groupGone) await this.#view.write([deleteItem(this.#view.keys.edge(groupId, memberId))]);
  }

  async #edgesOfGroup(groupId: string): Promise<boolean> {
    for await (const items of this.#view.pages(this.#view.keys.edges(groupId), { only: "sk" })) {
      for (let start = 0; start < items.length; start += 400) {
        if (this.#late) return false;
        const some = items.slice(start, start + 400);
        await this.#view.database.writeLoose(
          [],
          some.map(({ sk }) => this.#view.keys.edge(groupId, String(sk))),
        );
      }
    }
    return true;
  }
}
