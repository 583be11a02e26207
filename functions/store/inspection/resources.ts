import { inParallel } from "../database.ts";
import { leftoversOf, removeDerived } from "../derivedItems.ts";
import { SCHEMA_VERSION } from "../keys.ts";
import { readWidened, storedRecord } from "../resourceItems.ts";
import { isIdOf, type StoredType } from "../storedType.ts";
import type { Item } from "../table.ts";
import { timeOf } from "../writeId.ts";
import { bucketOf, checkCounters } from "./counting.ts";
import { checkEntriesOf } from "./entries.ts";
import { type Filed, filedOf } from "./filed.ts";
import type { FindingCode } from "./findings.ts";
import { type Contradiction, CUT_OFF_MS, type InspectedSide, type Inspector, unchanged } from "./inspector.ts";
import { checkGroupsOfMember } from "./memberships.ts";

/** So many at once: each has entries to be asked for. */
const RESOURCES_AT_ONCE = 100;
/** Behind every character an id can have. */
const BEHIND_ALL = "~";

/**
 * One piece of the walk over all resources of a type: each of them, its entries, its memberships in the index, and the
 * counters of the ids passed by.
 * @param from where the piece begins; whole buckets of the counters are walked
 * @returns where the next one begins
 */
export async function checkResources(
  inspector: Inspector,
  side: InspectedSide,
  type: StoredType,
  from: string | undefined,
): Promise<string | undefined> {
  const { items, next } = await readBuckets(side, type, from);
  inspector.looked(items.length);
  const filed: Filed[] = [];
  for (const item of items) {
    const readable = checkItself(inspector, side, type, item);
    if (readable !== undefined) filed.push(readable);
  }
  for (const item of items) if (item.w !== undefined) await checkHalfDone(inspector, side, type, item);
  await checkEntriesOf(inspector, side, filed);
  const ids = filed.map(({ id }) => id);
  if (side.side === "unmanaged") await checkSides(inspector, side, ids);
  await inParallel(ids, (id) => checkGroupsOfMember(inspector, side, id));

  const counted = new Map<string, number>();
  for (const { sk } of items) counted.set(bucketOf(String(sk)), (counted.get(bucketOf(String(sk))) ?? 0) + 1);
  await checkCounters(inspector, side, type, { from: from ?? type.letter, before: next }, counted);
  return next;
}

async function readBuckets(
  { view, keys }: InspectedSide,
  type: StoredType,
  from: string | undefined,
): Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }> {
  const pk = keys.collection(type);
  const page = await view.query(pk, { from, limit: RESOURCES_AT_ONCE });
  const items = [...page.items];
  if (page.last === undefined) return { items, next: undefined };
  const prefix = bucketOf(page.last);
  let after: string | undefined = page.last;
  while (after !== undefined) {
    const more = await view.query(pk, { prefix, after });
    // dynoxide 1.2.1 takes upper and lower case for the same in begins_with; DynamoDB does not.
    items.push(...more.items.filter(({ sk }) => bucketOf(String(sk)) === prefix));
    after = more.last;
  }
  return { items, next: prefix + BEHIND_ALL };
}

/** What can be said of an item by looking at nothing else. */
function checkItself(
  inspector: Inspector,
  { side, keys }: InspectedSide,
  type: StoredType,
  item: Item,
): Filed | undefined {
  const id = String(item.sk);
  const say = (code: FindingCode): void => inspector.report(side, { code, ids: [id] }, "none");
  if (!isOwnSchema(item)) {
    say("item.schema");
    return undefined;
  }
  const filed = isIdOf(type, id) ? filedOf(keys, type, item) : undefined;
  if (filed === undefined) say("item.unreadable");
  else if (!filed.versionAgrees) say(`${type.kind}.version`);
  else if (!filed.keysAgree) say(`${type.kind}.keys`);
  // The turn of the request that made it is over for longer than a request lives.
  if (type.hasMembers && item.b !== undefined && inspector.ageOf(timeOf(String(item.b))) >= CUT_OFF_MS) {
    say(`${type.kind}.unfinished`);
  }
  return filed;
}

export function isOwnSchema({ sv }: Item): boolean {
  return typeof sv === "number" && sv >= 1 && sv <= SCHEMA_VERSION;
}

/** A change in two steps, seen between them: under way, or cut off where it is older than any request. */
async function checkHalfDone(
  inspector: Inspector,
  { side, keys }: InspectedSide,
  type: StoredType,
  item: Item,
): Promise<void> {
  await inspector.settle(side, async (): Promise<Contradiction | undefined> => {
    const id = String(item.sk);
    const key = keys.resource(id);
    const [resource] = await inspector.database.getTogether([key]);
    if (typeof resource?.w !== "string" || filedOf(keys, type, resource) === undefined) return undefined;
    if (inspector.ageOf(timeOf(readWidened(resource.w).writeId)) < CUT_OFF_MS) return undefined;
    const leftovers = leftoversOf(keys, type, id, resource.w, storedRecord(type, resource).keys);
    const clear = { update: key, remove: ["w"], condition: unchanged(type, resource) };
    const repair = [clear, ...leftovers.map((entry) => removeDerived(entry, id, "only"))];
    return { code: `${type.kind}.halfDone`, ids: [id], repair };
  });
}

/** An id tells nothing of its side: it must never be on both. */
async function checkSides(inspector: Inspector, side: InspectedSide, ids: readonly string[]): Promise<void> {
  const twins = ids.map((id) => side.other.resource(id));
  for (const { sk } of await inspector.database.getMany(twins, ["pk", "sk"])) {
    inspector.report(side.side, { code: "id.bothSides", ids: [String(sk)] }, "none");
  }
}
