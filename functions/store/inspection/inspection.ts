import { isObject, type Json } from "../../scim/json.ts";
import { isGroupId } from "../../scim/schema.ts";
import { type Database, inParallel } from "../database.ts";
import type { Side } from "../keys.ts";
import type { Item } from "../table.ts";
import { checkMarkers, checkTombstones } from "./deletions.ts";
import { checkEdges, type EdgeWalk } from "./edges.ts";
import { checkEntries } from "./entries.ts";
import type { Inspection, InspectionStep, InspectionWishes } from "./findings.ts";
import { InspectedSide, Inspector } from "./inspector.ts";
import { checkResources } from "./resources.ts";

/**
 * The parts of an inspection, in order. Resources come first: what is said of the others follows from them. Each part is a
 * walk in pieces, of which a step does as many as its time allows.
 */
const PARTS = [
  "users",
  "groups",
  "edges",
  "markers",
  "tombstones",
  "userNames",
  "userExternalIds",
  "emails",
  "groupNames",
  "groupExternalIds",
] as const;
type Part = (typeof PARTS)[number];

const SIDES: readonly Side[] = ["managed", "unmanaged"];

/** Where an inspection stands. */
interface Place {
  readonly side: Side;
  readonly part: Part;
  /** A sort key: the piece begins there (users, groups) or behind it. */
  readonly at?: string;
  /** A group whose edges are not all walked. */
  readonly walk?: EdgeWalk;
}

const ITEMS_AT_ONCE = 200;
/** Groups that are listed at once for the walk over their edges. */
const GROUPS_AT_ONCE = 25;

/** A sort key of 1,024 bytes, written as JSON in base64, and what stands beside it. */
const LONGEST_PLACE = 10_000;

/** The inspection of one org in DynamoDB, held against SCHEMA.md. */
class DynamoInspection implements Inspection {
  readonly #database: Database;
  readonly #orgId: string;

  constructor(database: Database, orgId: string) {
    this.#database = database;
    this.#orgId = orgId;
  }

  async step(wishes: InspectionWishes): Promise<InspectionStep | undefined> {
    const inspector = new Inspector(this.#database, wishes);
    let place: Place | undefined = wishes.from === undefined ? FIRST : readPlace(wishes.from);
    if (place === undefined) return undefined;
    do place = await this.#piece(inspector, place);
    while (place !== undefined && !inspector.mustEnd);
    return inspector.step(place && Buffer.from(JSON.stringify(place)).toString("base64url"));
  }

  /** One piece of work. @returns where the next one begins; undefined when nothing is left */
  async #piece(inspector: Inspector, place: Place): Promise<Place | undefined> {
    const side = new InspectedSide(this.#database, this.#orgId, place.side);
    switch (place.part) {
      case "users":
      case "groups": {
        const kind = place.part === "users" ? "user" : "group";
        return goOn(place, await checkResources(inspector, side, kind, place.at));
      }
      case "edges":
        return this.#edges(inspector, side, place);
      case "markers":
        return this.#page(side, place, side.keys.dead(), (items) => checkMarkers(inspector, side, items));
      case "tombstones":
        return this.#tombstones(inspector, side, place);
      default: {
        const pk = entriesOf(side, place.part);
        return this.#page(side, place, pk, (items) => checkEntries(inspector, side, items));
      }
    }
  }

  async #page(
    side: InspectedSide,
    place: Place,
    pk: string,
    check: (items: readonly Item[]) => Promise<void>,
  ): Promise<Place | undefined> {
    const page = await side.view.query(pk, { limit: ITEMS_AT_ONCE, after: place.at });
    await check(page.items);
    return goOn(place, page.last);
  }

  /** The edges of a few groups; one with many is walked alone, over several pieces. */
  async #edges(inspector: Inspector, side: InspectedSide, place: Place): Promise<Place | undefined> {
    if (place.walk !== undefined) return { ...place, walk: await checkEdges(inspector, side, place.walk) };
    const pk = side.keys.collection("group");
    const page = await side.view.query(pk, { limit: GROUPS_AT_ONCE, after: place.at, only: ["sk", "n"] });
    for (const { sk, n } of page.items) {
      const groupId = String(sk);
      const walk = await checkEdges(inspector, side, { groupId, counted: 0, stated: Number(n) });
      if (walk !== undefined) return { ...place, at: groupId, walk };
    }
    return goOn(place, page.last);
  }

  async #tombstones(inspector: Inspector, side: InspectedSide, place: Place): Promise<Place | undefined> {
    let more = false;
    const next = await this.#page(side, place, side.keys.tombstones(), async (items) => {
      await checkTombstones(inspector, side, items);
      more = await this.#edgesOfDeleted(inspector, side, items);
    });
    // What was repaired makes room for what lies behind it.
    return more && inspector.repairs ? place : next;
  }

  /**
   * Of a group that was deleted nothing may be left once its marker is gone.
   * @returns whether there is more than was looked at
   */
  async #edgesOfDeleted(inspector: Inspector, side: InspectedSide, tombstones: readonly Item[]): Promise<boolean> {
    const ids = tombstones.map(({ sk }) => String(sk)).filter(isGroupId);
    const hidden = await this.#database.getMany(
      ids.flatMap((id) => [side.keys.marker(id), side.keys.group(id)]),
      ["pk", "sk"],
    );
    const accounted = new Set(hidden.map(({ sk }) => String(sk)));
    const left = await inParallel(
      ids.filter((id) => !accounted.has(id)),
      (groupId) => checkEdges(inspector, side, { groupId, counted: 0 }),
    );
    return left.some((walk) => walk !== undefined);
  }
}

/** To be given to the store that inspects. */
export function dynamoInspections(database: Database, orgId: string): Inspection {
  return new DynamoInspection(database, orgId);
}

const FIRST: Place = { side: "managed", part: "users" };

function goOn(place: Place, at: string | undefined): Place | undefined {
  const { side, part } = place;
  if (at !== undefined) return { side, part, at };
  const next = PARTS[PARTS.indexOf(part) + 1];
  if (next !== undefined) return { side, part: next };
  return side === "managed" ? { side: "unmanaged", part: PARTS[0] } : undefined;
}

function entriesOf({ keys }: InspectedSide, part: Part): string {
  switch (part) {
    case "userNames":
      return keys.userName("").pk;
    case "userExternalIds":
      return keys.userExternalIds();
    case "emails":
      return keys.emails();
    case "groupNames":
      return keys.groupName("").pk;
    default:
      return keys.groupExternalIds();
  }
}

/** @returns undefined for a text that is no place */
function readPlace(text: string): Place | undefined {
  if (text.length > LONGEST_PLACE) return undefined;
  let json: Json;
  try {
    json = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const side = SIDES.find((one) => one === json.side);
  const part = PARTS.find((one) => one === json.part);
  if (side === undefined || part === undefined) return undefined;
  const walk = readWalk(json.walk);
  if (json.walk !== undefined && walk === undefined) return undefined;
  if (json.at !== undefined && (typeof json.at !== "string" || json.at === "")) return undefined;
  return { side, part, ...(json.at === undefined ? {} : { at: json.at }), ...(walk === undefined ? {} : { walk }) };
}

function readWalk(json: Json | undefined): EdgeWalk | undefined {
  if (!isObject(json)) return undefined;
  const { groupId, after, counted, stated } = json;
  if (typeof groupId !== "string" || !isGroupId(groupId) || typeof after !== "string" || after === "") return undefined;
  if (typeof counted !== "number" || typeof stated !== "number") return undefined;
  return { groupId, after, counted, stated };
}
