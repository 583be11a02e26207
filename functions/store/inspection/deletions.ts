import { checkItem, deleteItem, PRESENT } from "../actions.ts";
import { MARKER_MILLISECONDS, sweepMarker } from "../sweep.ts";
import type { Item } from "../table.ts";
import { TOMBSTONE_DAYS } from "../tombstone.ts";
import { type Contradiction, CUT_OFF_MS, type InspectedSide, type Inspector } from "./inspector.ts";
import { isOwnSchema } from "./resources.ts";

/** What deletions leave: markers that hide memberships until they are swept, and tombstones that tell the application. */

const DAY_MS = 86_400_000;
/** A marker that nobody swept for so long after its time waits for a deletion that may never come. */
const LATE_MS = MARKER_MILLISECONDS + CUT_OFF_MS;

export async function checkMarkers(inspector: Inspector, side: InspectedSide, markers: readonly Item[]): Promise<void> {
  inspector.looked(markers.length);
  const readable = markers.filter((marker) => isReadable(inspector, side, marker));
  const tombstones = await thoseThere(inspector, readable, (id) => side.keys.tombstone(id));
  const living = await thoseThere(inspector, readable, (id) => side.keys.resource(id));
  for (const marker of readable) {
    const id = String(marker.sk);
    // `birth`: an earlier release marked the creation of a large group in this way.
    const untraced = marker.birth === undefined && !tombstones.has(id);
    if (living.has(id) || untraced) await inspector.settle(side.side, () => lookAtMarker(inspector, side, id));
    else if (inspector.ageOf(marker.at) >= LATE_MS) await sweepLate(inspector, side, marker);
  }
}

export async function checkTombstones(
  inspector: Inspector,
  side: InspectedSide,
  tombstones: readonly Item[],
): Promise<void> {
  inspector.looked(tombstones.length);
  const readable = tombstones.filter((tombstone) => isReadable(inspector, side, tombstone));
  const living = await thoseThere(inspector, readable, (id) => side.keys.resource(id));
  for (const tombstone of readable) {
    const id = String(tombstone.sk);
    if (living.has(id)) await inspector.settle(side.side, () => lookAtTombstone(inspector, side, id));
    else if (!isComplete(side, tombstone))
      inspector.report(side.side, { code: "tombstone.incomplete", ids: [id] }, "none");
  }
}

function isReadable(inspector: Inspector, { side, keys }: InspectedSide, item: Item): boolean {
  const id = String(item.sk);
  const known = keys.typeOf(id) !== undefined;
  if (isOwnSchema(item) && known && !Number.isNaN(Date.parse(String(item.at)))) return true;
  const code = isOwnSchema(item) ? "item.unreadable" : "item.schema";
  inspector.report(side, { code, ids: known ? [id] : [] }, "none");
  return false;
}

async function thoseThere(
  inspector: Inspector,
  items: readonly Item[],
  keyOf: (id: string) => { readonly pk: string; readonly sk: string },
): Promise<ReadonlySet<string>> {
  const found = await inspector.database.getMany(
    items.map(({ sk }) => keyOf(String(sk))),
    ["pk", "sk"],
  );
  return new Set(found.map(({ sk }) => String(sk)));
}

/** Existence decides: the marker goes with the transaction that makes a group, and comes with the one that deletes. */
async function lookAtMarker(inspector: Inspector, side: InspectedSide, id: string): Promise<Contradiction | undefined> {
  const keys = [side.keys.marker(id), side.keys.resource(id), side.keys.tombstone(id)];
  const [marker, resource, tombstone] = await inspector.database.getTogether(keys);
  if (marker === undefined) return undefined;
  if (resource !== undefined) {
    const repair = [deleteItem(side.keys.marker(id)), checkItem(side.keys.resource(id), PRESENT)];
    return { code: "marker.living", ids: [id], repair };
  }
  if (marker.birth !== undefined || tombstone !== undefined) return undefined;
  // DynamoDB has forgotten the tombstone.
  if (inspector.ageOf(marker.at) >= TOMBSTONE_DAYS * DAY_MS) return undefined;
  return { code: "marker.tombstone", ids: [id] };
}

/** Finished here, if that is wished; otherwise by the next deletion in the org. */
async function sweepLate(inspector: Inspector, side: InspectedSide, marker: Item): Promise<void> {
  const waiting: Contradiction = { code: "marker.waiting", ids: [String(marker.sk)] };
  if (!inspector.repairs) return inspector.report(side.side, waiting, "possible");
  const swept = await sweepMarker(side.view, marker, inspector.until, inspector.stamp);
  inspector.report(side.side, waiting, swept ? "done" : "refused");
}

async function lookAtTombstone(
  inspector: Inspector,
  side: InspectedSide,
  id: string,
): Promise<Contradiction | undefined> {
  const keys = [side.keys.tombstone(id), side.keys.resource(id)];
  const [tombstone, resource] = await inspector.database.getTogether(keys);
  if (tombstone === undefined || resource === undefined) return undefined;
  const repair = [deleteItem(side.keys.tombstone(id)), checkItem(side.keys.resource(id), PRESENT)];
  return { code: "tombstone.living", ids: [id], repair };
}

function isComplete({ keys }: InspectedSide, tombstone: Item): boolean {
  return (
    tombstone.kind === keys.typeOf(String(tombstone.sk))?.kind &&
    typeof tombstone.ttl === "number" &&
    // An earlier release did not write it.
    (tombstone.v === undefined || typeof tombstone.v === "number") &&
    typeof tombstone.tokenId === "string" &&
    typeof tombstone.reference === "string"
  );
}
