import { isGroupId, isUserId } from "../../scim/schema.ts";
import { inParallel } from "../database.ts";
import { type Kind, SCHEMA_VERSION } from "../keys.ts";
import type { Item } from "../table.ts";
import { timeOf } from "../traces.ts";
import { indexMoves, storedKeys, widenedKeys } from "../userItems.ts";
import { bucketOf, checkCounters } from "./counting.ts";
import { checkEdgesOfMember } from "./edges.ts";
import { checkEntriesOf } from "./entries.ts";
import { type Filed, filedOf } from "./filed.ts";
import type { FindingCode } from "./findings.ts";
import { CUT_OFF_MS, type InspectedSide, type Inspector, unchanged, type Verdict } from "./inspector.ts";

/** So many at once: each has entries to be asked for. */
const RESOURCES_AT_ONCE = 100;
/** Behind every character an id can have. */
const BEHIND_ALL = "~";

/**
 * One piece of the walk over all users, or all groups: each of them, its entries, its memberships in the index, and the
 * counters of the ids passed by.
 * @param from where the piece begins; whole buckets of the counters are walked
 * @returns where the next one begins
 */
export async function checkResources(
  inspector: Inspector,
  side: InspectedSide,
  kind: Kind,
  from: string | undefined,
): Promise<string | undefined> {
  const letter = kind === "user" ? "u" : "g";
  const { items, next } = await readBuckets(side, kind, from);
  inspector.looked(items.length);
  const filed: Filed[] = [];
  for (const item of items) {
    const readable = checkItself(inspector, side, kind, item);
    if (readable !== undefined) filed.push(readable);
  }
  if (kind === "user") for (const item of items) if (item.w !== undefined) await checkHalfDone(inspector, side, item);
  await checkEntriesOf(inspector, side, filed);
  const ids = filed.map(({ id }) => id);
  if (side.side === "unmanaged") await checkSides(inspector, side, ids);
  await inParallel(ids, (id) => checkEdgesOfMember(inspector, side, id));

  const counted = new Map<string, number>();
  for (const { sk } of items) counted.set(bucketOf(String(sk)), (counted.get(bucketOf(String(sk))) ?? 0) + 1);
  await checkCounters(inspector, side, kind, { from: from ?? letter, before: next }, counted);
  return next;
}

async function readBuckets(
  { view, keys }: InspectedSide,
  kind: Kind,
  from: string | undefined,
): Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }> {
  const pk = keys.collection(kind);
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
function checkItself(inspector: Inspector, { side, keys }: InspectedSide, kind: Kind, item: Item): Filed | undefined {
  const id = String(item.sk);
  const say = (code: FindingCode): void => inspector.report(side, { code, ids: [id] }, "none");
  if (!isOwnSchema(item)) {
    say("item.schema");
    return undefined;
  }
  const filed = (kind === "user" ? isUserId : isGroupId)(id) ? filedOf(keys, kind, item) : undefined;
  if (filed === undefined) say("item.unreadable");
  else if (!filed.versionAgrees) say("user.version");
  else if (!filed.keysAgree) say(kind === "user" ? "user.keys" : "group.keys");
  // The turn of the request that made it is over for longer than a request lives.
  if (kind === "group" && item.b !== undefined && inspector.ageOf(timeOf(String(item.b))) >= CUT_OFF_MS) {
    say("group.unfinished");
  }
  return filed;
}

export function isOwnSchema({ sv }: Item): boolean {
  return typeof sv === "number" && sv >= 1 && sv <= SCHEMA_VERSION;
}

/** A change in two steps, seen between them: under way, or cut off where it is older than any request. */
async function checkHalfDone(inspector: Inspector, side: InspectedSide, item: Item): Promise<void> {
  await inspector.settle(side.side, async (): Promise<Verdict | undefined> => {
    const key = side.keys.user(String(item.sk));
    const [user] = await inspector.database.getTogether([key]);
    if (typeof user?.w !== "string" || filedOf(side.keys, "user", user) === undefined) return undefined;
    const { mark } = JSON.parse(user.w) as { readonly mark: string };
    if (inspector.ageOf(timeOf(mark)) < CUT_OFF_MS) return undefined;
    const { deletes } = indexMoves(side.keys, key.sk, widenedKeys(user.w), storedKeys(String(user.d)));
    const clear = { update: key, remove: ["w"], condition: unchanged("user", user) };
    return { code: "user.halfDone", ids: [key.sk], mend: [clear, ...deletes] };
  });
}

/** An id tells nothing of its side: it must never be on both. */
async function checkSides(inspector: Inspector, side: InspectedSide, ids: readonly string[]): Promise<void> {
  const twins = ids.map((id) => (isUserId(id) ? side.other.user(id) : side.other.group(id)));
  for (const { sk } of await inspector.database.getMany(twins, ["pk", "sk"])) {
    inspector.report(side.side, { code: "id.bothSides", ids: [String(sk)] }, "none");
  }
}
