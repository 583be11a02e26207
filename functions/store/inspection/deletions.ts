import { checkItem, deleteItem, PRESENT } from "../actions.ts";
import { MARKER_MILLISECONDS, sweepMarker } from "../sweep.ts";
import type { Item } from "../table.ts";
import { TOMBSTONE_DAYS } from "../tombstone.ts";
import { type Contradiction, CUT_OFF_MS, type Inspector } from "./inspector.ts";
import { isOwnSchema } from "./resources.ts";

/** What deletions leave: markers that hide memberships until they are swept, and tombstones that tell the application. */

const DAY_MS = 86_400_000;
/** A marker that nobody swept for so long after its time waits for a deletion that may never come. */
const LATE_MS = MARKER_MILLISECONDS + CUT_OFF_MS;

export async function checkMarkers(inspector: Inspector, markers: readonly Item[]): Promise<void> {
  const readable = readableOf(inspector, markers);
  const ids = readable.map(({ sk }) => String(sk));
  const tombstones = await inspector.existing(ids, (id) => inspector.keys.tombstone(id));
  const living = await inspector.existing(ids);
  for (const marker of readable) {
    const id = String(marker.sk);
    // `birth`: an earlier release marked the creation of a large group in this way.
    const untraced = marker.birth === undefined && !tombstones.has(id);
    if (living.has(id) || untraced) await inspector.settle(() => lookAtMarker(inspector, id));
    else if (inspector.ageOf(marker.at) >= LATE_MS) await sweepLate(inspector, marker);
  }
}

export async function checkTombstones(inspector: Inspector, tombstones: readonly Item[]): Promise<void> {
  const readable = readableOf(inspector, tombstones);
  const living = await inspector.existing(readable.map(({ sk }) => String(sk)));
  for (const tombstone of readable) {
    const id = String(tombstone.sk);
    if (living.has(id)) await inspector.settle(() => lookAtTombstone(inspector, id));
    else if (!isComplete(inspector, tombstone)) inspector.found("tombstone.incomplete", [id]);
  }
}

function readableOf(inspector: Inspector, items: readonly Item[]): readonly Item[] {
  inspector.looked(items.length);
  return items.filter((item) => {
    const id = String(item.sk);
    const known = inspector.keys.typeOf(id) !== undefined;
    const readable = isOwnSchema(item) && known && !Number.isNaN(Date.parse(String(item.at)));
    if (!readable) inspector.found(isOwnSchema(item) ? "item.unreadable" : "item.schema", known ? [id] : []);
    return readable;
  });
}

/** Existence decides: the marker goes with the transaction that makes a group, and comes with the one that deletes. */
async function lookAtMarker(inspector: Inspector, id: string): Promise<Contradiction | undefined> {
  const { keys } = inspector;
  const wanted = { marker: keys.marker(id), resource: keys.resource(id), tombstone: keys.tombstone(id) };
  const { marker, resource, tombstone } = await inspector.together(wanted);
  if (marker === undefined) return undefined;
  if (resource !== undefined) {
    return {
      code: "marker.living",
      ids: [id],
      repair: [deleteItem(wanted.marker), checkItem(wanted.resource, PRESENT)],
    };
  }
  if (marker.birth !== undefined || tombstone !== undefined) return undefined;
  // DynamoDB has forgotten the tombstone.
  if (inspector.ageOf(marker.at) >= TOMBSTONE_DAYS * DAY_MS) return undefined;
  return { code: "marker.tombstone", ids: [id] };
}

/** Finished here, if that is wished; otherwise by the next deletion in the org. */
async function sweepLate(inspector: Inspector, marker: Item): Promise<void> {
  const { repair, until, stamp } = inspector.report.wishes;
  const swept = repair && (await sweepMarker(inspector.view, marker, until, stamp));
  inspector.found("marker.waiting", [String(marker.sk)], swept ? "done" : repair ? "refused" : "possible");
}

async function lookAtTombstone(inspector: Inspector, id: string): Promise<Contradiction | undefined> {
  const wanted = { tombstone: inspector.keys.tombstone(id), resource: inspector.keys.resource(id) };
  const { tombstone, resource } = await inspector.together(wanted);
  if (tombstone === undefined || resource === undefined) return undefined;
  const repair = [deleteItem(wanted.tombstone), checkItem(wanted.resource, PRESENT)];
  return { code: "tombstone.living", ids: [id], repair };
}

function isComplete({ keys }: Inspector, { sk, kind, ttl, v, tokenId, reference }: Item): boolean {
  // An earlier release wrote no version.
  const versioned = v === undefined || typeof v === "number";
  const says = [tokenId, reference].every((text) => typeof text === "string");
  return kind === keys.typeOf(String(sk))?.kind && typeof ttl === "number" && versioned && says;
}
