import { inParallel } from "../database.ts";
import { leftoversOf, removeDerived } from "../derivedItems.ts";
import { SCHEMA_VERSION } from "../keys.ts";
import { readWidened, stampIn, storedRecord, timeOf } from "../resourceItems.ts";
import type { StoredType } from "../storedTypes.ts";
import type { Item } from "../table.ts";
import { bucketOf, checkCounters, pagesOfBucket } from "./counting.ts";
import { addEntriesOf, checkEntriesOf, type Filed, filedOf, unchanged } from "./entries.ts";
import { checkGroupList } from "./groupLists.ts";
import { type Contradiction, CUT_OFF_MS, type Inspector } from "./inspector.ts";
import { addGroups, checkGroups, groupsShown, listedGroups } from "./memberships.ts";

/** So few, because the index is read for the memberships of each. */
const RESOURCES_AT_ONCE = 500;
/** Sorts after every character of an id. */
const BEHIND_ALL = "~";

/**
 * One piece of the walk over all resources of a type: checks each, and the counters of the ids passed. Adds its entries and
 * its indexed memberships to the sums.
 * @param from where the piece begins; it covers whole counter buckets
 * @returns where the next piece begins
 */
export async function checkResources(
  inspector: Inspector,
  type: StoredType,
  from: string | undefined,
): Promise<{ readonly at: string } | undefined> {
  const { items, last } = await inspector.view.query(inspector.keys.collection(type), {
    from,
    limit: RESOURCES_AT_ONCE,
  });
  const listed = [...items];
  if (last !== undefined) {
    for await (const more of pagesOfBucket(inspector, bucketOf(last), { after: last })) listed.push(...more);
  }
  inspector.looked(listed.length);
  const filed = listed.flatMap((item) => checkItself(inspector, type, item) ?? []);
  for (const item of listed) {
    if (item.w !== undefined) await inspector.settle(() => lookAtHalfDone(inspector, type, String(item.sk)));
  }
  addEntriesOf(inspector, filed);
  const ids = filed.map(({ id }) => id);
  if (inspector.side === "unmanaged") {
    // An id does not name its side, so both must be checked: it may be on only one.
    for (const id of await inspector.existing(ids, (one) => inspector.other.resource(one))) {
      await inspector.settle(() => lookAtBothSides(inspector, id));
    }
  }
  await inParallel(filed, async ({ id, item }) => {
    const groupIds = listedGroups(inspector, item);
    if (groupIds !== undefined) return addGroups(inspector, id, groupIds);
    const shown = await groupsShown(inspector, id, addGroups);
    if (type.listsGroups) await checkGroupList(inspector, item, shown);
  });
  const next = last === undefined ? undefined : bucketOf(last) + BEHIND_ALL;
  await checkCounters(inspector, type, { from: from ?? type.letter, before: next }, listed);
  return next === undefined ? undefined : { at: next };
}

/** For resources under an id prefix with differing sums: checks whether their entries and groups exist. */
export async function checkDifferences(inspector: Inspector, { letter }: StoredType, beginning: string): Promise<void> {
  for await (const items of pagesOfBucket(inspector, letter + beginning, {})) {
    const filed = items.flatMap((item) => (isOwnSchema(item) ? (filedOf(inspector, item) ?? []) : []));
    await checkEntriesOf(inspector, filed);
    await inParallel(filed, async ({ id, item }) => {
      const shown = await groupsShown(inspector, id, checkGroups);
      if (listedGroups(inspector, item) !== undefined) await checkGroupList(inspector, item, shown);
    });
  }
}

/** An adoption moves a user between sides in one step, so only an atomic read is proof. */
async function lookAtBothSides(inspector: Inspector, id: string): Promise<Contradiction | undefined> {
  const { keys, other } = inspector;
  const { here, there } = await inspector.together({ here: keys.resource(id), there: other.resource(id) });
  return here === undefined || there === undefined ? undefined : { code: "id.bothSides", ids: [id] };
}

/** Checks that need nothing but the item. */
function checkItself(inspector: Inspector, type: StoredType, item: Item): Filed | undefined {
  const { kind, hasMembers } = type;
  const ids = [String(item.sk)];
  if (!isOwnSchema(item)) {
    inspector.found("item.schema", ids);
    return undefined;
  }
  const filed = filedOf(inspector, item);
  if (filed === undefined || stampIn(item) === undefined) inspector.found("item.unreadable", ids);
  else if (!filed.versionAgrees) inspector.found(`${kind}.version`, ids);
  else if (!filed.keysAgree) inspector.found(`${kind}.keys`, ids);
  // The creating request's turn ended longer ago than any request lives.
  if (hasMembers && item.b !== undefined && inspector.ageOf(timeOf(String(item.b))) >= CUT_OFF_MS) {
    inspector.found(`${kind}.unfinished`, ids);
  }
  return filed;
}

export function isOwnSchema({ sv }: Item): boolean {
  return typeof sv === "number" && sv >= 1 && sv <= SCHEMA_VERSION;
}

/** A two-step change between its steps: running, or interrupted where it is older than any request. */
async function lookAtHalfDone(inspector: Inspector, type: StoredType, id: string): Promise<Contradiction | undefined> {
  const { keys } = inspector;
  const update = keys.resource(id);
  const { resource } = await inspector.together({ resource: update });
  if (typeof resource?.w !== "string" || filedOf(inspector, resource) === undefined) return undefined;
  if (inspector.ageOf(timeOf(readWidened(resource.w).writeId)) < CUT_OFF_MS) return undefined;
  const leftovers = leftoversOf(keys, type, id, resource.w, storedRecord(type, resource).keys);
  const clear = { update, remove: ["w"], condition: unchanged(resource) };
  return {
    code: `${type.kind}.halfDone`,
    ids: [id],
    repair: [clear, ...leftovers.map((entry) => removeDerived(entry, id, "only"))],
  };
}
