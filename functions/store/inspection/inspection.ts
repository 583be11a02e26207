import { isObject, type Json } from "../../scim/json.ts";
import { type Database, inParallel } from "../database.ts";
import type { OrgKeys, Side } from "../keys.ts";
import { type StoredType, typeOf } from "../storedType.ts";
import { STORED_TYPES } from "../storedTypes.ts";
import type { Item } from "../table.ts";
import { checkMarkers, checkTombstones } from "./deletions.ts";
import { checkEntries, entryAreas } from "./entries.ts";
import type { InspectionStep, InspectionWishes } from "./findings.ts";
import { InspectionReport, Inspector } from "./inspector.ts";
import { checkMemberships, type MembershipWalk } from "./memberships.ts";
import { checkResources } from "./resources.ts";

/** Where a part goes on. */
interface Place {
  /** A sort key: the piece begins there (resources) or behind it. */
  readonly at?: string | undefined;
  /** A group whose memberships are not all walked. */
  readonly walk?: MembershipWalk | undefined;
}

/** A part of an inspection: a walk in pieces, of which a step does as many as its time allows. */
interface Part {
  readonly name: string;
  /** One piece of work. @returns where the next one begins; undefined when the part is done */
  piece(inspector: Inspector, place: Place): Promise<Place | undefined>;
}

interface Position extends Place {
  readonly side: Side;
  readonly part: string;
}

const SIDES: readonly Side[] = ["managed", "unmanaged"];
const ITEMS_AT_ONCE = 200;
/** Groups that are listed at once for the walk over their memberships. */
const GROUPS_AT_ONCE = 25;
/** A sort key of 1,024 bytes, written as JSON in base64, and what stands beside it. */
const LONGEST_POSITION = 10_000;

/** In order. Resources come first: what is said of the others follows from them. */
function partsOf(types: readonly StoredType[]): readonly Part[] {
  return [
    ...types.map((type): Part => {
      const piece = async (inspector: Inspector, { at }: Place) => placeAt(await checkResources(inspector, type, at));
      return { name: `${type.kind}s`, piece };
    }),
    ...types.flatMap((type): Part[] => {
      const piece = (inspector: Inspector, place: Place) => membershipsPiece(inspector, type, place);
      return type.hasMembers ? [{ name: `${type.kind}Memberships`, piece }] : [];
    }),
    pagePart("markers", (keys) => keys.dead(), checkMarkers),
    { name: "tombstones", piece: tombstonesPiece },
    ...types
      .flatMap(entryAreas)
      .map((area) => pagePart(area.part, area.partition, (inspector, items) => checkEntries(inspector, area, items))),
  ];
}

function pagePart(
  name: string,
  partition: (keys: OrgKeys) => string,
  check: (inspector: Inspector, items: readonly Item[]) => Promise<void>,
): Part {
  return {
    name,
    piece: async (inspector, { at }) => {
      const page = await inspector.view.query(partition(inspector.keys), { limit: ITEMS_AT_ONCE, after: at });
      await check(inspector, page.items);
      return placeAt(page.last);
    },
  };
}

function placeAt(at: string | undefined): Place | undefined {
  return at === undefined ? undefined : { at };
}

/** The memberships of a few groups; one with many is walked alone, over several pieces. */
async function membershipsPiece(
  inspector: Inspector,
  type: StoredType,
  { at, walk }: Place,
): Promise<Place | undefined> {
  if (walk !== undefined) return { at, walk: await checkMemberships(inspector, walk) };
  const { view, keys } = inspector;
  const page = await view.query(keys.collection(type), { limit: GROUPS_AT_ONCE, after: at, only: ["sk", "n"] });
  for (const { sk, n } of page.items) {
    const groupId = String(sk);
    const rest = await checkMemberships(inspector, { groupId, counted: 0, stated: Number(n) });
    if (rest !== undefined) return { at: groupId, walk: rest };
  }
  return placeAt(page.last);
}

/** Of a group that was deleted nothing may be left once its marker is gone. */
async function tombstonesPiece(inspector: Inspector, place: Place): Promise<Place | undefined> {
  const { view, keys, report } = inspector;
  const { items, last } = await view.query(keys.tombstones(), { limit: ITEMS_AT_ONCE, after: place.at });
  await checkTombstones(inspector, items);
  const ids = items.map(({ sk }) => String(sk)).filter((id) => keys.typeOf(id)?.hasMembers === true);
  const accounted = [await inspector.existing(ids, (id) => keys.marker(id)), await inspector.existing(ids)];
  const left = await inParallel(
    ids.filter((id) => !accounted.some((known) => known.has(id))),
    (groupId) => checkMemberships(inspector, { groupId, counted: 0 }),
  );
  // What was repaired makes room for what lies behind it.
  return report.wishes.repair && left.some((walk) => walk !== undefined) ? place : placeAt(last);
}

/**
 * Compares all that is stored of one org, on both sides, with what the store promises. Resources and memberships are the
 * truth; entries under names, counters, counts and marks follow from them. Nothing is called broken that one atomic read
 * did not show to be so: identity providers go on writing meanwhile.
 */
export class Inspection {
  readonly #database: Database;
  readonly #orgId: string;
  readonly #types: readonly StoredType[];
  /** Those of both sides, in order. */
  readonly #parts: readonly PartOfSide[];

  constructor(database: Database, orgId: string, types = STORED_TYPES) {
    this.#database = database;
    this.#orgId = orgId;
    this.#types = types;
    this.#parts = SIDES.flatMap((side) => partsOf(types).map((part) => ({ ...part, side })));
  }

  /** @returns undefined for a `from` that is none */
  async step(wishes: InspectionWishes): Promise<InspectionStep | undefined> {
    const report = new InspectionReport(wishes);
    let position =
      wishes.from === undefined ? beginningOf(this.#parts[0]) : readPosition(this.#parts, this.#types, wishes.from);
    if (position === undefined) return undefined;
    do position = await this.#piece(report, position);
    while (position !== undefined && !report.mustEnd(this.#database.now()));
    return report.step(position && Buffer.from(JSON.stringify(position)).toString("base64url"));
  }

  /** @returns where the next piece begins; undefined when nothing is left */
  async #piece(report: InspectionReport, { side, part, ...place }: Position): Promise<Position | undefined> {
    const index = this.#parts.findIndex((one) => one.side === side && one.name === part);
    const inspector = new Inspector(this.#database, this.#orgId, this.#types, side, report);
    const next = await this.#parts[index]?.piece(inspector, place);
    return next === undefined ? beginningOf(this.#parts[index + 1]) : { side, part, ...next };
  }
}

type PartOfSide = Part & Pick<Position, "side">;

function beginningOf(part: PartOfSide | undefined): Position | undefined {
  return part && { side: part.side, part: part.name };
}

/** @returns undefined for a text that is no position */
function readPosition(parts: readonly PartOfSide[], types: readonly StoredType[], text: string): Position | undefined {
  if (text.length > LONGEST_POSITION) return undefined;
  let json: Json;
  try {
    json = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { at, walk } = json;
  const start = beginningOf(parts.find(({ side, name }) => side === json.side && name === json.part));
  if (start === undefined || !(at === undefined || isSortKey(at))) return undefined;
  if (walk === undefined) return { ...start, at };
  if (!isObject(walk)) return undefined;
  const { groupId, after, counted, stated } = walk;
  if (typeof groupId !== "string" || typeOf(types, groupId)?.hasMembers !== true || !isSortKey(after)) return undefined;
  if (typeof counted !== "number" || typeof stated !== "number") return undefined;
  return { ...start, at, walk: { groupId, after, counted, stated } };
}

function isSortKey(json: Json | undefined): json is string {
  return typeof json === "string" && json !== "";
}
