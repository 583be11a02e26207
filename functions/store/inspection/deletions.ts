import { MARKER_MILLISECONDS, sweepMarker } from "../sweep.ts";
import { type Item, PRESENT } from "../table.ts";
import { TOMBSTONE_DAYS } from "../tombstone.ts";
import { type Contradiction, CUT_OFF_MS, type Inspector } from "./inspector.ts";
import { isOwnSchema } from "./resources.ts";

/** Checks the items of deletions: markers, which hide memberships until they are swept, and tombstones. */

const DAY_MS = 86_400_000;
/** A marker unswept for this long may wait for the org's next deletion, which may never come. */
const LATE_MS = MARKER_MILLISECONDS + CUT_OFF_MS;

export async function checkDeletions(
  what: "marker" | "tombstone",
  inspector: Inspector,
  items: readonly Item[],
): Promise<void> {
  const { keys } = inspector;
  inspector.looked(items.length);
  const ids = items.map(({ sk }) => String(sk)).filter((id) => keys.typeOf(id) !== undefined);
  const living = await inspector.existing(ids);
  const withTombstone = what === "tombstone" ? new Set(ids) : await inspector.existing(ids, (id) => keys.tombstone(id));
  for (const item of items) {
    const id = String(item.sk);
    const known = keys.typeOf(id) === undefined ? [] : [id];
    if (!isOwnSchema(item)) inspector.found("item.schema", known);
    else if (known.length === 0 || Number.isNaN(inspector.ageOf(item.at))) inspector.found("item.unreadable", known);
    else if (living.has(id) || !(withTombstone.has(id) || isCreationMark(item)))
      await inspector.settle(() => lookAt(inspector, what, id));
    else if (what === "tombstone" && !isComplete(inspector, item)) inspector.found("tombstone.incomplete", [id]);
    else if (what === "marker" && inspector.ageOf(item.at) >= LATE_MS) await sweepLate(inspector, item);
  }
}

/** An earlier release marked the creation of a large group in this way. */
function isCreationMark({ birth }: Item): boolean {
  return birth !== undefined;
}

/** The resource decides: one transaction removes the marker and creates the group; another deletes it and puts the marker. */
async function lookAt(
  inspector: Inspector,
  what: "marker" | "tombstone",
  id: string,
): Promise<Contradiction | undefined> {
  const { keys } = inspector;
  const wanted = { left: keys[what](id), resource: keys.resource(id), tombstone: keys.tombstone(id) };
  const { left, resource, tombstone } = await inspector.together(wanted);
  if (left === undefined) return undefined;
  const ids = [id];
  if (resource !== undefined) {
    return {
      code: `${what}.living`,
      ids,
      repair: [{ delete: wanted.left }, { check: wanted.resource, condition: PRESENT }],
    };
  }
  // TTL has removed the tombstone by now.
  const forgotten = inspector.ageOf(left.at) >= TOMBSTONE_DAYS * DAY_MS;
  return isCreationMark(left) || tombstone !== undefined || forgotten ? undefined : { code: "marker.tombstone", ids };
}

/** Sweeps the marker if repairs are wished; otherwise the next deletion in the org does. */
async function sweepLate(inspector: Inspector, marker: Item): Promise<void> {
  const { repair, until, stamp } = inspector.report.wishes;
  const swept = repair && (await sweepMarker(inspector.view, marker, until, stamp));
  inspector.found("marker.waiting", [String(marker.sk)], swept ? "done" : repair ? "refused" : "possible");
}

function isComplete({ keys }: Inspector, { sk, kind, ttl, v, tokenId, reference }: Item): boolean {
  // An earlier release wrote no version.
  const versioned = v === undefined || typeof v === "number";
  const complete = [tokenId, reference].every((text) => typeof text === "string");
  return kind === keys.typeOf(String(sk))?.kind && typeof ttl === "number" && versioned && complete;
}
