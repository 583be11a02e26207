import { type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { isUserId } from "../../functions/scim/identifiers.ts";
import { groupRecord } from "../../functions/store/groupItems.ts";
import { type Key, keyText, OrgKeys, SCHEMA_VERSION } from "../../functions/store/keys.ts";
import { indexKeys, storedKeys, widenedKeys } from "../../functions/store/userItems.ts";

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads the whole table and says what of SCHEMA.md's promises does not hold for the org, on either side: index items of
 * living resources exactly, counters equal to what is there, edges between living ends or waiting for the sweep, member
 * counts equal to the edges, a tombstone for each deletion marker, no id on both sides.
 */
export async function brokenInvariants(
  client: Pick<DynamoDBDocumentClient, "send">,
  tableName: string,
  orgId: string,
): Promise<string[]> {
  const all = await scan(client, tableName);
  const versions = all.filter(({ sv }) => sv !== SCHEMA_VERSION).map((item) => `no schema version: ${nameOf(item)}`);
  const managed = sideOf(all, new OrgKeys(orgId));
  const unmanaged = sideOf(all, new OrgKeys(orgId, "unmanaged"));
  return [
    ...versions,
    ...brokenOfSide(managed, knows(managed)),
    // A managed user may be in an unmanaged team; what is left of a deleted one the managed side knows for 30 days.
    ...brokenOfSide(
      unmanaged,
      (id) => knows(unmanaged)(id) || (isUserId(id) && (knows(managed)(id) || buried(managed, id))),
    ),
    ...onBothSides(managed, unmanaged),
  ].sort();
}

interface OneSide {
  readonly keys: OrgKeys;
  readonly table: Table;
}

function sideOf(all: readonly Item[], keys: OrgKeys): OneSide {
  return { keys, table: new Table(all.filter(({ pk }) => String(pk).startsWith(keys.prefix))) };
}

/** @param known whether an edge may lead to this id */
function brokenOfSide({ keys, table }: OneSide, known: (id: string) => boolean): string[] {
  return [...indexItems(keys, table), ...counters(keys, table), ...edges(keys, table, known), ...markers(keys, table)];
}

function knows({ keys, table }: OneSide): (id: string) => boolean {
  return (id) => table.has(isUserId(id) ? keys.user(id) : keys.group(id)) || table.has(keys.marker(id));
}

function buried({ keys, table }: OneSide, id: string): boolean {
  return table.has(keys.tombstone(id));
}

/** An id tells nothing of its side: it must never be on both. */
function onBothSides(managed: OneSide, unmanaged: OneSide): string[] {
  return (["user", "group"] as const).flatMap((kind) =>
    unmanaged.table
      .partition(unmanaged.keys.collection(kind))
      .filter(({ sk }) => managed.table.has({ pk: managed.keys.collection(kind), sk: String(sk) }))
      .map(({ sk }) => `on both sides: ${sk}`),
  );
}

async function scan(client: Pick<DynamoDBDocumentClient, "send">, tableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: after }),
    );
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items;
}

class Table {
  readonly #items: readonly Item[];
  readonly #keys: ReadonlySet<string>;

  constructor(items: readonly Item[]) {
    this.#items = items;
    this.#keys = new Set(items.map(nameOf));
  }
  partition(pk: string): Item[] {
    return this.#items.filter((item) => item.pk === pk);
  }
  beginning(prefix: string): Item[] {
    return this.#items.filter((item) => String(item.pk).startsWith(prefix));
  }
  has(key: Key): boolean {
    return this.#keys.has(keyText(key));
  }
}

function nameOf(item: Item): string {
  return `${item.pk}\n${item.sk}`;
}

function indexItems(keys: OrgKeys, table: Table): string[] {
  /** Index item → the ids it must lead to. */
  const expected = new Map<string, string[]>();
  const expect = (key: Key, id: string) => {
    const ids = expected.get(keyText(key));
    if (ids === undefined) expected.set(keyText(key), [id]);
    else if (!ids.includes(id)) ids.push(id);
  };
  for (const user of table.partition(keys.collection("user"))) {
    const id = String(user.sk);
    const own = storedKeys(String(user.d));
    expect(keys.userName(own.userName), id);
    for (const key of indexKeys(keys, id, own)) expect(key, id);
    // A two-step change that is not through lists what it added.
    const widened = typeof user.w === "string" ? widenedKeys(user.w) : undefined;
    if (widened !== undefined) for (const key of indexKeys(keys, id, widened)) expect(key, id);
  }
  for (const item of table.partition(keys.collection("group"))) {
    const group = groupRecord(item);
    expect(keys.groupName(group.keys.displayName), group.id);
    if (group.keys.externalId !== undefined) expect(keys.groupExternalId(group.keys.externalId, group.id), group.id);
  }

  const broken: string[] = [];
  const indexes = ["UN", "UX", "UE", "GN", "GX"].flatMap((name) => table.partition(keys.prefix + name));
  for (const item of indexes) {
    const ids = expected.get(nameOf(item));
    expected.delete(nameOf(item));
    if (ids === undefined) broken.push(`index item without a resource: ${nameOf(item)}`);
    const listed = item.ids instanceof Set ? [...item.ids].sort() : typeof item.id === "string" ? [item.id] : ids;
    if (ids !== undefined && String(listed) !== String(ids.sort())) broken.push(`wrong ids: ${nameOf(item)}`);
  }
  for (const key of expected.keys()) broken.push(`index item missing: ${key}`);
  return broken;
}

function counters(keys: OrgKeys, table: Table): string[] {
  const real = new Map<string, number>();
  for (const kind of ["user", "group"] as const) {
    for (const { sk } of table.partition(keys.collection(kind))) {
      const bucket = String(sk).charAt(0).toUpperCase() + String(sk).slice(1, 3);
      real.set(bucket, (real.get(bucket) ?? 0) + 1);
    }
  }
  const broken: string[] = [];
  for (const item of table.partition(keys.counters())) {
    const sum = Object.entries(item).reduce((total, [name, size]) => total + (/^c.$/.test(name) ? Number(size) : 0), 0);
    if (item.nn !== sum) broken.push(`counter ${String(item.sk).replace("#", "")}: ${item.nn} for ${sum}`);
    for (const [name, size] of Object.entries(item)) {
      if (!/^c.$/.test(name)) continue;
      const bucket = String(item.sk).replace("#", "") + name.charAt(1);
      if ((real.get(bucket) ?? 0) !== size) broken.push(`counter ${bucket}: ${size} for ${real.get(bucket) ?? 0}`);
      real.delete(bucket);
    }
  }
  for (const bucket of real.keys()) broken.push(`counter missing: ${bucket}`);
  return broken;
}

function edges(keys: OrgKeys, table: Table, known: (id: string) => boolean): string[] {
  const broken: string[] = [];
  const counts = new Map<string, number>();
  for (const edge of table.beginning(keys.edges(""))) {
    const groupId = String(edge.pk).slice(keys.edges("").length);
    const memberId = String(edge.sk);
    counts.set(groupId, (counts.get(groupId) ?? 0) + 1);
    if (edge.g1p !== keys.reverse(memberId) || edge.g1s !== groupId) broken.push(`reverse key: ${nameOf(edge)}`);
    for (const id of [groupId, memberId]) {
      if (!known(id)) broken.push(`edge to nothing: ${nameOf(edge)}`);
    }
  }
  for (const group of table.partition(keys.collection("group")).map(groupRecord)) {
    const count = counts.get(group.id) ?? 0;
    if (count !== group.memberCount) broken.push(`members of ${group.id}: ${group.memberCount} for ${count}`);
  }
  return broken;
}

function markers(keys: OrgKeys, table: Table): string[] {
  const broken: string[] = [];
  for (const marker of table.partition(keys.dead())) {
    const id = String(marker.sk);
    if (table.has(keys.user(id)) || table.has(keys.group(id))) broken.push(`marker of the living: ${id}`);
    if (marker.birth === undefined && !table.has(keys.tombstone(id))) {
      broken.push(`no tombstone: ${id}`);
    }
  }
  return broken;
}
