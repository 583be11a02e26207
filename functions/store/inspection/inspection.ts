import { isObject, type Json } from "../../scim/json.ts";
import { type Database, inParallel } from "../database.ts";
import type { OrgKeys, Side } from "../keys.ts";
import { isIdOf, type StoredType } from "../storedType.ts";
import { STORED_TYPES } from "../storedTypes.ts";
import type { Item } from "../table.ts";
import { checkMarkers, checkTombstones } from "./deletions.ts";
import { checkEntries } from "./entries.ts";
import type { InspectionStep, InspectionWishes } from "./findings.ts";
import { InspectedSide, Inspector } from "./inspector.ts";
import { checkMemberships, type MembershipWalk } from "./memberships.ts";
import { checkResources } from "./resources.ts";

/** A part of an inspection: a walk in pieces, of which a step does as many as its time allows. */
type Part = { readonly name: string } & (
  | { readonly what: "resources" | "memberships"; readonly type: StoredType }
  | { readonly what: "markers" | "tombstones" }
  | { readonly what: "entries"; readonly partitionOf: (keys: OrgKeys) => string }
);

/** In order. Resources come first: what is said of the others follows from them. */
function partsOf(types: readonly StoredType[]): readonly Part[] {
  return [
    ...types.map((type) => ({ name: `${type.kind}s`, what: "resources", type }) as const),
    ...types.flatMap((type) =>
      type.hasMembers ? [{ name: `${type.kind}Memberships`, what: "memberships", type } as const] : [],
    ),
    { name: "markers", what: "markers" },
    { name: "tombstones", what: "tombstones" },
    ...types.flatMap((type) => entriesOf(type)),
  ];
}

function entriesOf(type: StoredType): Part[] {
  const { kind, valueName } = type;
  const part = (name: string, partitionOf: (keys: OrgKeys) => string): Part => ({ name, what: "entries", partitionOf });
  return [
    part(`${kind}Names`, (keys) => keys.names(type)),
    part(`${kind}ExternalIds`, (keys) => keys.externalIds(type)),
    ...(valueName === undefined ? [] : [part(`${valueName}s`, (keys) => keys.values(type))]),
  ];
}

const SIDES: readonly Side[] = ["managed", "unmanaged"];

/** Where an inspection stands. */
interface Position {
  readonly side: Side;
  readonly part: string;
  /** A sort key: the piece begins there (resources) or behind it. */
  readonly at?: string;
  /** A group whose memberships are not all walked. */
  readonly walk?: MembershipWalk;
}

const ITEMS_AT_ONCE = 200;
/** Groups that are listed at once for the walk over their memberships. */
const GROUPS_AT_ONCE = 25;

/** A sort key of 1,024 bytes, written as JSON in base64, and what stands beside it. */
const LONGEST_POSITION = 10_000;

/**
 * Compares all that is stored of one org, on both sides, with what the store promises. Resources and memberships are the
 * truth; entries under names, counters, counts and marks follow from them. Nothing is called broken that one atomic read
 * did not show to be so: identity providers go on writing meanwhile.
 */
export class Inspection {
  readonly #database: Database;
  readonly #orgId: string;
  readonly #types: readonly StoredType[];
  readonly #parts: readonly Part[];

  constructor(database: Database, orgId: string, types = STORED_TYPES) {
    this.#database = database;
    this.#orgId = orgId;
    this.#types = types;
    this.#parts = partsOf(types);
  }

  /** @returns undefined for a `from` that is none */
  async step(wishes: InspectionWishes): Promise<InspectionStep | undefined> {
    const inspector = new Inspector(this.#database, wishes);
    let position: Position | undefined =
      wishes.from === undefined ? this.#first("managed") : readPosition(this.#parts, wishes.from);
    if (position === undefined) return undefined;
    do position = await this.#piece(inspector, position);
    while (position !== undefined && !inspector.mustEnd);
    return inspector.step(position && Buffer.from(JSON.stringify(position)).toString("base64url"));
  }

  /** One piece of work. @returns where the next one begins; undefined when nothing is left */
  async #piece(inspector: Inspector, position: Position): Promise<Position | undefined> {
    const side = new InspectedSide(this.#database, this.#orgId, position.side, this.#types);
    const part = this.#parts.find(({ name }) => name === position.part);
    if (part === undefined) throw new Error("a position that was not read");
    switch (part.what) {
      case "resources":
        return this.#goOn(position, await checkResources(inspector, side, part.type, position.at));
      case "memberships":
        return this.#memberships(inspector, side, part.type, position);
      case "markers":
        return this.#page(side, position, side.keys.dead(), (items) => checkMarkers(inspector, side, items));
      case "tombstones":
        return this.#tombstones(inspector, side, position);
      case "entries":
        return this.#page(side, position, part.partitionOf(side.keys), (items) => checkEntries(inspector, side, items));
    }
  }

  async #page(
    side: InspectedSide,
    position: Position,
    pk: string,
    check: (items: readonly Item[]) => Promise<void>,
  ): Promise<Position | undefined> {
    const page = await side.view.query(pk, { limit: ITEMS_AT_ONCE, after: position.at });
    await check(page.items);
    return this.#goOn(position, page.last);
  }

  /** The memberships of a few groups; one with many is walked alone, over several pieces. */
  async #memberships(
    inspector: Inspector,
    side: InspectedSide,
    type: StoredType,
    position: Position,
  ): Promise<Position | undefined> {
    if (position.walk !== undefined)
      return { ...position, walk: await checkMemberships(inspector, side, position.walk) };
    const pk = side.keys.collection(type);
    const page = await side.view.query(pk, { limit: GROUPS_AT_ONCE, after: position.at, only: ["sk", "n"] });
    for (const { sk, n } of page.items) {
      const groupId = String(sk);
      const walk = await checkMemberships(inspector, side, { groupId, counted: 0, stated: Number(n) });
      if (walk !== undefined) return { ...position, at: groupId, walk };
    }
    return this.#goOn(position, page.last);
  }

  async #tombstones(inspector: Inspector, side: InspectedSide, position: Position): Promise<Position | undefined> {
    let more = false;
    const next = await this.#page(side, position, side.keys.tombstones(), async (items) => {
      await checkTombstones(inspector, side, items);
      more = await this.#membershipsOfDeleted(inspector, side, items);
    });
    // What was repaired makes room for what lies behind it.
    return more && inspector.repairs ? position : next;
  }

  /**
   * Of a group that was deleted nothing may be left once its marker is gone.
   * @returns whether there is more than was looked at
   */
  async #membershipsOfDeleted(
    inspector: Inspector,
    side: InspectedSide,
    tombstones: readonly Item[],
  ): Promise<boolean> {
    const ids = tombstones.map(({ sk }) => String(sk)).filter((id) => side.keys.typeOf(id)?.hasMembers === true);
    const hidden = await this.#database.getMany(
      ids.flatMap((id) => [side.keys.marker(id), side.keys.resource(id)]),
      ["pk", "sk"],
    );
    const accounted = new Set(hidden.map(({ sk }) => String(sk)));
    const left = await inParallel(
      ids.filter((id) => !accounted.has(id)),
      (groupId) => checkMemberships(inspector, side, { groupId, counted: 0 }),
    );
    return left.some((walk) => walk !== undefined);
  }

  #goOn({ side, part }: Position, at: string | undefined): Position | undefined {
    if (at !== undefined) return { side, part, at };
    const next = this.#parts[this.#parts.findIndex(({ name }) => name === part) + 1];
    if (next !== undefined) return { side, part: next.name };
    return side === "managed" ? this.#first("unmanaged") : undefined;
  }

  #first(side: Side): Position {
    return { side, part: this.#parts[0]?.name ?? "" };
  }
}

/** @returns undefined for a text that is no position */
function readPosition(parts: readonly Part[], text: string): Position | undefined {
  if (text.length > LONGEST_POSITION) return undefined;
  let json: Json;
  try {
    json = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const side = SIDES.find((one) => one === json.side);
  const part = parts.find(({ name }) => name === json.part)?.name;
  if (side === undefined || part === undefined) return undefined;
  const walk = readWalk(parts, json.walk);
  if (json.walk !== undefined && walk === undefined) return undefined;
  if (json.at !== undefined && (typeof json.at !== "string" || json.at === "")) return undefined;
  return { side, part, ...(json.at === undefined ? {} : { at: json.at }), ...(walk === undefined ? {} : { walk }) };
}

function readWalk(parts: readonly Part[], json: Json | undefined): MembershipWalk | undefined {
  if (!isObject(json)) return undefined;
  const { groupId, after, counted, stated } = json;
  if (typeof groupId !== "string" || typeof after !== "string" || after === "") return undefined;
  if (!parts.some((part) => part.what === "memberships" && isIdOf(part.type, groupId))) return undefined;
  if (typeof counted !== "number" || typeof stated !== "number") return undefined;
  return { groupId, after, counted, stated };
}
