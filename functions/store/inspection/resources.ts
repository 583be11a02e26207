import { inParallel } from "../database.ts";
import { leftoversOf, removeDerived } from "../derivedItems.ts";
import { SCHEMA_VERSION } from "../keys.ts";
import { readWidened, storedRecord, timeOf } from "../resourceItems.ts";
import type { StoredType } from "../storedType.ts";
import type { Item } from "../table.ts";
import { bucketOf, checkCounters, pagesOfBucket } from "./counting.ts";
import { addEntriesOf, checkEntriesOf, type Filed, filedOf, unchanged } from "./entries.ts";
import { checkGroupList } from "./groupLists.ts";
import { type Contradiction, CUT_OFF_MS, type Inspector } from "./inspector.ts";
import { addGroups, checkGroups, groupsShown, listedGroups } from "./memberships.ts";

/** So many at once: the index is asked for the memberships of each. */
const RESOURCES_AT_ONCE = 500;
/** Behind every character an id can have. */
const BEHIND_ALL = "~";

/**
 * One piece of the walk over all resources of a type: each of them and the counters of the ids passed by. Its entries and
 * its memberships in the index are added to the sums.
 * @param from where the piece begins; whole buckets of the counters are walked
 * @returns where the next one begins
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
    // An id says nothing of its side: it must never be on both.
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

/** Asks of the resources whose ids begin so, which the walks differ in, whether their entries and groups are there. */
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

/** An adoption moves a user from one side to the other in one step: only one atomic read tells. */
async function lookAtBothSides(inspector: Inspector, id: string): Promise<Contradiction | undefined> {
  const { keys, other } = inspector;
  const { here, there } = await inspector.together({ here: keys.resource(id), there: other.resource(id) });
  return here === undefined || there === undefined ? undefined : { code: "id.bothSides", ids: [id] };
}

/** What can be said of an item by looking at nothing else. */
function checkItself(inspector: Inspector, type: StoredType, item: Item): Filed | undefined {
  const { kind, hasMembers } = type;
  const ids = [String(item.sk)];
  if (!isOwnSchema(item)) {
    inspector.found("item.schema", ids);
    return undefined;
  }
  const filed = filedOf(inspector, item);
  if (filed === undefined) inspector.found("item.unreadable", ids);
  else if (!filed.versionAgrees) inspector.found(`${kind}.version`, ids);
  else if (!filed.keysAgree) inspector.found(`${kind}.keys`, ids);
  // The turn of the request that made it is over for longer than a request lives.
  if (hasMembers && item.b !== undefined && inspector.ageOf(timeOf(String(item.b))) >= CUT_OFF_MS) {
    inspector.found(`${kind}.unfinished`, ids);
  }
  return filed;
}

export function isOwnSchema({ sv }: Item): boolean {
  return typeof sv === "number" && sv >= 1 && sv <= SCHEMA_VERSION;
}

/** A change in two steps, seen between them: under way, or cut off where it is older than any request. */
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
