import { randomUUID } from "node:crypto";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { derivedItems } from "../../functions/store/derivedItems.ts";
import { LISTED_AT_MOST } from "../../functions/store/groupLists.ts";
import { keyItem, OrgKeys } from "../../functions/store/keys.ts";
import type { GroupRecord, ResourceRecord } from "../../functions/store/records.ts";
import { groupItem, membershipItem, resourceItem } from "../../functions/store/resourceItems.ts";
import { STORED_GROUPS, STORED_USERS } from "../../functions/store/storedTypes.ts";
import type { Item, Table } from "../../functions/store/table.ts";
import { idOf } from "./records.ts";

const ITEMS_PER_WRITE = 25;
const WRITERS = 8;

interface Crowd {
  readonly table: Table;
  readonly orgId: string;
  readonly count: number;
  /** The attributes of the n-th user as JSON, `schemas` first; its userName must be `user<n>@crowd.example`. */
  readonly attributesOf: (userName: string) => string;
  /** The groups on the n-th user's item; absent: none; undefined: no list, as in an earlier release. */
  readonly groupIdsOf?: (n: number) => readonly string[] | undefined;
}

/**
 * Puts users into an empty org with their counters and lookup entries, in the fewest writes: making 100,000 of them one by one
 * would take an hour.
 * @returns their ids, unordered
 */
export async function storeManyUsers({
  table,
  orgId,
  count,
  attributesOf,
  groupIdsOf = () => [],
}: Crowd): Promise<string[]> {
  const keys = new OrgKeys(orgId);
  const at = new Date().toISOString();
  const ids: string[] = [];
  const counters = new Map<string, Item>();
  function* items(): Generator<Item> {
    for (let n = 0; n < count; n += 1) {
      const id = idOf("u", n);
      const userName = `user${n}@crowd.example`;
      const record: ResourceRecord = {
        id,
        version: 1,
        created: at,
        lastModified: at,
        attributes: attributesOf(userName),
        keys: { name: userName, externalId: undefined, values: [userName] },
      };
      ids.push(id);
      countIn(counters, keys, id);
      const { g: _none, ...item } = resourceItem(keys, record, `${at} crowd crowd crowd`);
      const groupIds = groupIdsOf(n);
      yield {
        ...item,
        ...(groupIds && { g: groupIds.length, gs: groupIds.length > 0 ? new Set(groupIds) : undefined }),
      };
      yield* derivedItems(keys, STORED_USERS, record);
    }
    yield* counters.values();
  }
  await writeAll(table, items());
  return ids;
}

interface Teams {
  readonly table: Table;
  readonly orgId: string;
  /** Ids of the members of each. */
  readonly teams: readonly (readonly string[])[];
}

/** The same for groups, named `team <n>`, in an org without groups. @returns their ids, in the order of `teams` */
export async function storeTeams({ table, orgId, teams }: Teams): Promise<string[]> {
  const keys = new OrgKeys(orgId);
  const at = new Date().toISOString();
  const counters = new Map<string, Item>();
  const ids = teams.map((_members, n) => idOf("g", n));
  function* items(): Generator<Item> {
    for (const [n, members] of teams.entries()) {
      const id = ids[n] ?? "";
      const displayName = `team ${n}`;
      const record: GroupRecord = {
        ...{ id, version: 1, created: at, lastModified: at, memberCount: members.length },
        attributes: JSON.stringify({ schemas: [GROUP_SCHEMA], displayName }),
        keys: { name: displayName, externalId: undefined, values: [] },
      };
      countIn(counters, keys, id);
      yield groupItem(keys, record, `${at} crowd crowd crowd`);
      yield* derivedItems(keys, STORED_GROUPS, record);
      for (const member of members) yield membershipItem(keys, id, member);
    }
    yield* counters.values();
  }
  await writeAll(table, items());
  await listTeams(table, keys, teams, ids);
  return ids;
}

/** Writes the users' teams into their items, where the users exist. */
async function listTeams(table: Table, keys: OrgKeys, teams: Teams["teams"], ids: readonly string[]): Promise<void> {
  const teamsOf = new Map<string, string[]>();
  for (const [n, members] of teams.entries()) {
    for (const member of members) {
      if (keys.typeOf(member)?.listsGroups) teamsOf.set(member, [...(teamsOf.get(member) ?? []), ids[n] ?? ""]);
    }
  }
  const listed: Item[] = [];
  for (const some of chunksOf([...teamsOf.keys()])) {
    const { items } = await table.getMany(some.map((id) => keys.resource(id)));
    for (const { g: _none, ...item } of items) {
      const gs = new Set(teamsOf.get(String(item.sk)));
      listed.push(gs.size > LISTED_AT_MOST ? item : { ...item, g: gs.size, gs });
    }
  }
  await writeAll(table, listed);
}

/** Attributes with the keys of `storeManyUsers`. @param title filler */
export function userJson(userName: string, title: string): string {
  const emails = [{ value: userName, type: "work" }];
  return JSON.stringify({ schemas: [USER_SCHEMA], userName, active: true, title, emails });
}

async function writeAll(table: Table, items: Iterable<Item>): Promise<void> {
  const queue = chunksOf(items);
  const write = async (): Promise<void> => {
    for (const chunk of queue)
      await table.write(
        chunk.map((put) => ({ put })),
        randomUUID(),
      );
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

/** In the form of `counted`. */
function countIn(counters: Map<string, Item>, keys: OrgKeys, id: string): void {
  const { sk, pk } = keys.counter(id);
  const item = counters.get(sk) ?? { ...keyItem({ pk, sk }), nn: 0 };
  const second = `c${id.charAt(2)}`;
  counters.set(sk, { ...item, nn: Number(item.nn) + 1, [second]: Number(item[second] ?? 0) + 1 });
}

function* chunksOf<T>(items: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < ITEMS_PER_WRITE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
