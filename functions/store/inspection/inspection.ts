import { isObject, type Json, objectIn } from "../../scim/json.ts";
import { type Database, inParallel } from "../database.ts";
import { type OrgId, type OrgKeys, SIDES, type Side, typeOf } from "../keys.ts";
import { sumIn } from "../resourceItems.ts";
import { STORED_TYPES, type StoredType } from "../storedTypes.ts";
import { type Item, isSortKey } from "../table.ts";
import { checkDeletions } from "./deletions.ts";
import { checkEntries, entryAreas, removeEntries } from "./entries.ts";
import type { InspectionStep, InspectionWishes } from "./findings.ts";
import { type InspectionReport, Inspector } from "./inspector.ts";
import { addLinkedUsers, checkLinkedUsers, checkLinks, removeLinks } from "./links.ts";
import { checkMembers, checkMemberships, type MembershipWalk } from "./memberships.ts";
import { checkDifferences, checkResources } from "./resources.ts";
import { checkRoleMappings, checkRoleWork, workOf } from "./roleSettings.ts";
import { checkRoles, type RolePlace, type RoleTally } from "./roles.ts";
import { Sums } from "./sums.ts";

/** Where a part continues: at a sort key, inclusive for resources, exclusive for other parts. */
interface Place extends RolePlace {
  /** A group whose memberships are not all checked yet. */
  readonly walk?: MembershipWalk | undefined;
}

/** One piece of work. @returns where the next piece begins; undefined at the end of the part */
type Piece = (inspector: Inspector, place: Place) => Promise<Place | undefined>;

/** A part of an inspection: a walk in pieces. A step does as many pieces as its time allows. */
type Part = readonly [name: string, piece: Piece];

interface Position extends Place {
  readonly side: Side;
  readonly part: string;
  /** The sums of this side. */
  readonly sums: Sums;
}

const ITEMS_AT_ONCE = 200;
/** Entries are small, and most of them are only added to sums. */
const ENTRIES_AT_ONCE = 2_000;
/** Id prefixes checked together. */
const BEGINNINGS_AT_ONCE = 16;
/** Groups listed at once for the walk over their memberships. */
const GROUPS_AT_ONCE = 25;
/** A step ends after the piece of work that reaches this count: the answer stays small. */
const MOST_FINDINGS = 200;
/** Characters of base64 JSON: a sort key of 1,024 bytes, or the holder count of each role; and the sums of all id prefixes. */
const LONGEST_POSITION = 80_000;

/**
 * The parts in order. Resources come first, because everything else follows from them. The parts about differences come
 * last, after every walk has added and removed what it found.
 */
function partsOf(types: readonly StoredType[]): readonly Part[] {
  const grouping = types.filter(({ hasMembers }) => hasMembers);
  const areas = types.flatMap(entryAreas);
  return [
    ...types.map((type): Part => [`${type.kind}s`, (inspector, { at }) => checkResources(inspector, type, at)]),
    ...grouping.map((type): Part => [`${type.kind}Memberships`, overGroups(type, checkMemberships)]),
    [
      "markers",
      inPages(
        (keys) => keys.dead(),
        (inspector, items) => checkDeletions("marker", inspector, items),
      ),
    ],
    ["tombstones", checkTombstones],
    ["links", ofApplication(inPages((keys) => keys.links(), removeLinks))],
    ["linkedUsers", ofApplication(inPages((keys) => keys.linkedUsers(), addLinkedUsers))],
    ...areas.map(
      (area): Part => [
        area.part,
        inPages(area.partition, (inspector, items) => removeEntries(area, inspector, items), ENTRIES_AT_ONCE),
      ],
    ),
    ...types.map((type): Part => [`${type.kind}sThatDiffer`, differing(overDifferences(type))]),
    ["linksThatDiffer", ofApplication(differing(inPages((keys) => keys.links(), checkLinks)))],
    ["linkedUsersThatDiffer", ofApplication(differing(inPages((keys) => keys.linkedUsers(), checkLinkedUsers)))],
    ...grouping.map((type): Part => [`${type.kind}MembershipsThatDiffer`, differing(overGroups(type, checkMembers))]),
    ...areas.map(
      (area): Part => [
        `${area.part}ThatDiffer`,
        differing(inPages(area.partition, (inspector, items) => checkEntries(area, inspector, items), ENTRIES_AT_ONCE)),
      ],
    ),
    ["roles", ofOrgWithRoles(checkRoles)],
    ["mappings", ofOrgWithRoles(checkRoleMappings)],
    ["roleWork", ofOrgWithRoles(checkRoleWork)],
  ];
}

/** Runs the piece only where the walks differ. */
function differing(piece: Piece): Piece {
  return async (inspector, place) => (inspector.sums.differences().length > 0 ? piece(inspector, place) : undefined);
}

/** Checks the resources of a type under differing id prefixes, a few prefixes at once. */
function overDifferences(type: StoredType): Piece {
  return async (inspector, { at }) => {
    const beginnings = inspector.sums.differences(at).slice(0, BEGINNINGS_AT_ONCE);
    await inParallel(beginnings, (beginning) => checkDifferences(inspector, type, beginning));
    return beginnings.length < BEGINNINGS_AT_ONCE ? undefined : { at: beginnings.at(-1) };
  };
}

/** Runs the piece only on the unmanaged side. */
function ofApplication(piece: Piece): Piece {
  return async (inspector, place) => (inspector.side === "unmanaged" ? piece(inspector, place) : undefined);
}

/** Runs the piece once for both sides. */
function ofOrgWithRoles(piece: Piece): Piece {
  return async (inspector, place) =>
    inspector.side === "managed" && inspector.report.wishes.roles === true ? piece(inspector, place) : undefined;
}

function inPages(
  partition: (keys: OrgKeys) => string,
  check: (inspector: Inspector, items: readonly Item[]) => Promise<void>,
  limit = ITEMS_AT_ONCE,
): Piece {
  return async (inspector, { at }) => {
    const page = await inspector.view.query(partition(inspector.keys), { limit, after: at });
    await check(inspector, page.items);
    return page.last === undefined ? undefined : { at: page.last };
  };
}

/** The memberships of a few groups; a group with many is checked alone, in several pieces. */
function overGroups(type: StoredType, check: typeof checkMemberships): Piece {
  return async (inspector, { at, walk }) => {
    if (walk !== undefined) return { at, walk: await check(inspector, walk) };
    const { view, keys } = inspector;
    const page = await view.query(keys.collection(type), { limit: GROUPS_AT_ONCE, after: at, only: ["sk", "n", "s"] });
    for (const { sk, n, s } of page.items) {
      const groupId = String(sk);
      const rest = await check(inspector, { groupId, counted: 0, stated: Number(n), missing: sumIn(s) });
      if (rest !== undefined) return { at: groupId, walk: rest };
    }
    return page.last === undefined ? undefined : { at: page.last };
  };
}

/** Once the marker of a deleted group is gone, none of its memberships may exist. */
async function checkTombstones(inspector: Inspector, place: Place): Promise<Place | undefined> {
  const { view, keys, report } = inspector;
  const { items, last } = await view.query(keys.tombstones(), { limit: ITEMS_AT_ONCE, after: place.at });
  await checkDeletions("tombstone", inspector, items);
  const ids = items.map(({ sk }) => String(sk)).filter((id) => keys.typeOf(id)?.hasMembers === true);
  const accounted = await inspector.existing(
    ids,
    (id) => keys.marker(id),
    (id) => keys.resource(id),
  );
  const left = await inParallel(
    ids.filter((id) => !accounted.has(id)),
    (groupId) => checkMemberships(inspector, { groupId, counted: 0 }),
  );
  // The repair of one page may leave more memberships after it: run the piece again.
  if (report.wishes.repair && left.some((walk) => walk !== undefined)) return place;
  return last === undefined ? undefined : { at: last };
}

/**
 * Compares everything stored for one org, on both sides, with the promises of the store. Resources and memberships are the
 * truth; name entries, counters, counts and markers follow from them. Because identity providers write at the same time,
 * only an atomic read can prove a fault.
 */
export class Inspection {
  readonly #database: Database;
  readonly #orgId: OrgId;
  readonly #types: readonly StoredType[];
  readonly #parts: readonly Part[];

  constructor(database: Database, orgId: OrgId, types = STORED_TYPES) {
    this.#database = database;
    this.#orgId = orgId;
    this.#types = types;
    this.#parts = partsOf(types);
  }

  /** @returns undefined where `from` is no position */
  async step(wishes: InspectionWishes): Promise<InspectionStep | undefined> {
    const report: InspectionReport = { wishes, findings: [], unsettled: [], examined: 0 };
    let position = wishes.from === undefined ? this.#beginning("managed", 0) : this.#read(wishes.from);
    if (position === undefined) return undefined;
    do position = await this.#piece(report, position);
    while (position !== undefined && this.#database.now() < wishes.until && report.findings.length < MOST_FINDINGS);
    const { findings, unsettled, examined } = report;
    return { findings, unsettled, examined, next: position && textOf(position) };
  }

  /** @returns where the next piece begins; undefined at the end */
  async #piece(report: InspectionReport, { side, part, sums, ...place }: Position): Promise<Position | undefined> {
    const index = this.#parts.findIndex(([name]) => name === part);
    const inspector = new Inspector(this.#database, this.#orgId, this.#types, side, report, sums);
    const next = await this.#parts[index]?.[1](inspector, place);
    if (next !== undefined) return { side, part, sums, ...next };
    const rest = this.#beginning(side, index + 1, sums);
    return rest === undefined && side === "managed" ? this.#beginning("unmanaged", 0) : rest;
  }

  #beginning(side: Side, index: number, sums = new Sums()): Position | undefined {
    const [part] = this.#parts[index] ?? [];
    return part === undefined ? undefined : { side, part, sums };
  }

  /** @returns undefined for a text that is no position */
  #read(text: string): Position | undefined {
    const [place = "", summed = "", ...more] = text.length > LONGEST_POSITION ? [] : text.split(".");
    const json = objectIn(Buffer.from(place, "base64url").toString("utf8"));
    const sums = Sums.read(summed);
    if (json === undefined || sums === undefined || more.length > 0) return undefined;
    const { at, walk, tally } = json;
    const side = SIDES.find((one) => one === json.side);
    const start =
      side &&
      this.#beginning(
        side,
        this.#parts.findIndex(([name]) => name === json.part),
        sums,
      );
    if (start === undefined || !(at === undefined || isSortKey(at))) return undefined;
    if (json.part === "roleWork" && at !== undefined && !at.startsWith(workOf(this.#orgId))) return undefined;
    const counts = tally === undefined ? undefined : tallyIn(tally);
    if (tally !== undefined) return counts && { ...start, at, tally: counts };
    if (walk === undefined) return { ...start, at };
    if (!isObject(walk)) return undefined;
    const { groupId, after, counted, stated, missing } = walk;
    if (typeof groupId !== "string" || typeOf(this.#types, groupId)?.hasMembers !== true) return undefined;
    if (!isSortKey(after) || typeof counted !== "number" || typeof stated !== "number") return undefined;
    const sum = typeof missing === "number" ? missing : undefined;
    return { ...start, at, walk: { groupId, after, counted, stated, missing: sum } };
  }
}

function textOf({ sums, ...place }: Position): string {
  return [Buffer.from(JSON.stringify(place)).toString("base64url"), ...(`${sums}` === "" ? [] : [sums])].join(".");
}

function tallyIn(json: Json): RoleTally | undefined {
  if (!Array.isArray(json)) return undefined;
  const counts = json.flatMap((one): RoleTally => {
    const [role, n, held] = Array.isArray(one) ? one : [];
    if (!isSortKey(role) || typeof n !== "number") return [];
    return [typeof held === "string" ? [role, n, held] : [role, n]];
  });
  return counts.length === json.length ? counts : undefined;
}
