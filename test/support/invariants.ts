import { type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type Finding, type InspectionWishes, meaningOf } from "../../functions/store/inspection/findings.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { importKey, type OrgId, OrgKeys, SCHEMA_VERSION, SLUGS, settingsKeys } from "../../functions/store/keys.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { orgRecord, SettingsStore, tokenRecord } from "../../functions/store/settings.ts";
import type { Item, Key, Table } from "../../functions/store/table.ts";
import { PlainTable } from "./plainTable.ts";
import { STAMP } from "./records.ts";

type Client = Pick<DynamoDBDocumentClient, "send">;
export type StoredItem = Item & Key;

/** All items of the table. */
export async function scan(client: Client, tableName: string): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: after }),
    );
    for (const item of page.Items ?? []) items.push({ ...item, pk: String(item.pk), sk: String(item.sk) });
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items;
}

/**
 * The broken promises of SCHEMA.md for the org, one line each: findings of `rollcall fsck`, and of tokens and unknown
 * partitions, which fsck does not read.
 */
export async function brokenInvariants(client: Client, tableName: string, orgId: string): Promise<string[]> {
  return contradictionsIn(await scan(client, tableName), orgId);
}

/** Broken promises of the store itself. */
export async function brokenByStore(client: Client, tableName: string, orgId: string): Promise<string[]> {
  return (await brokenInvariants(client, tableName, orgId)).filter(isOfStore);
}

/** The same for a store without readable items: its own findings. */
export async function foundByStore(store: Store, orgId: string): Promise<string[]> {
  // The store's own type; the test's org.
  const findings = await inspect(new Inspection(store.begin().database, orgId as OrgId));
  return findings
    .filter(({ code }) => meaningOf(code).weight === "broken")
    .map(lineOf)
    .filter(isOfStore);
}

/** Use cases derive keys from attributes; the contract's records have arbitrary keys. */
function isOfStore(line: string): boolean {
  return !/^(\w+)\.keys /.test(line);
}

/** The same for scanned items. */
export async function contradictionsIn(items: readonly StoredItem[], orgId: string): Promise<string[]> {
  // A purge removes in its own order, and nobody uses the org any more.
  const settings = items.find(({ pk, sk }) => pk === settingsKeys.org(orgId).pk && sk === settingsKeys.org(orgId).sk);
  if (settings !== undefined && orgRecord(settings).deletion?.purging === true) return [];
  const read = new Set<string>();
  const { database } = createStore(noting(tableOf(items), read)).begin();
  const findings = await inspect(new Inspection(database, orgId as OrgId), false, undefined, { index: true });
  return [
    ...findings.filter(({ code }) => meaningOf(code).weight === "broken").map(lineOf),
    ...unseenItems(items, orgId, read),
    ...contradictionsOfSettings(items, orgId),
  ].sort();
}

/** Checking a table at rest costs one scan instead of hundreds of requests. */
function tableOf(items: readonly StoredItem[]): Table {
  const table = new PlainTable();
  table.replaceAll(items);
  return table;
}

/** Records the partitions that are read. */
function noting(table: Table, read: Set<string>): Table {
  const noted = (keys: readonly Key[]): readonly Key[] => {
    for (const { pk } of keys) read.add(pk);
    return keys;
  };
  return {
    get: (key, ...more) => table.get(noted([key])[0] ?? key, ...more),
    getMany: (keys, ...more) => table.getMany(noted(keys), ...more),
    getTogether: (keys, ...more) => table.getTogether(noted(keys), ...more),
    query: (pk, ...more) => {
      read.add(pk);
      return table.query(pk, ...more);
    },
    queryReverse: (...given) => table.queryReverse(...given),
    write: (...given) => table.write(...given),
    deleteMany: (...given) => table.deleteMany(...given),
  };
}

/** All findings of an inspection. The clock stands still, so that nothing is too old to be pending. */
export async function inspect(
  inspection: Inspection,
  repair = false,
  at = "1970-01-01T00:00:00.000Z",
  more: Pick<InspectionWishes, "index" | "roles"> = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let from: string | undefined;
  do {
    const wishes = { ...more, repair, until: Date.now() + 60_000, stamp: { ...STAMP, at } };
    const step = await inspection.step(from === undefined ? wishes : { ...wishes, from });
    if (step === undefined) throw new Error("an inspection refused its own place");
    findings.push(...step.findings);
    from = step.next;
  } while (from !== undefined);
  return findings;
}

/** The findings of `rollcall fsck` for every org of a store, read the same way: one line each. */
export async function foundInAllOrgs(store: Store): Promise<string[]> {
  const session = store.begin();
  const { orgs } = await new SettingsStore(session.database).orgs(1_000);
  const lines: string[] = [];
  for (const { id, slug } of orgs) {
    for (const finding of await inspect(new Inspection(session.database, id)))
      lines.push(`${slug}: ${lineOf(finding)}`);
  }
  return lines;
}

export function lineOf({ code, managed, ids }: Finding): string {
  return [code, ...(managed ? [] : ["(unmanaged)"]), ...ids].join(" ");
}

/** The org's items that the inspection did not read, without those that cannot be checked. */
function unseenItems(items: readonly StoredItem[], orgId: string, read: ReadonlySet<string>): string[] {
  const sides = [new OrgKeys(orgId), new OrgKeys(orgId, "unmanaged")];
  const quiet = new Set(
    sides.flatMap((keys) => [keys.cursorKey().pk, importKey(keys).pk, keys.removals("").pk, keys.hold().pk]),
  );
  const hidden = new Set(
    sides.flatMap((keys) => items.filter(({ pk }) => pk === keys.dead()).map(({ sk }) => keys.memberships(sk))),
  );
  const unseen = items.filter(
    ({ pk, sv }) =>
      sv !== SCHEMA_VERSION ||
      (sides.some(({ prefix }) => pk.startsWith(prefix)) && !read.has(pk) && !quiet.has(pk) && !hidden.has(pk)),
  );
  return unseen.map(({ pk, sk }) => `nobody looks at ${pk} ${sk}`);
}

/** Tokens are stored twice and the login name separately: both copies must agree. */
function contradictionsOfSettings(items: readonly StoredItem[], orgId: string): string[] {
  const at = ({ pk, sk }: { readonly pk: string; readonly sk: string }) =>
    items.find((item) => item.pk === pk && item.sk === sk);
  const found: string[] = [];
  const settings = at(settingsKeys.org(orgId));
  const org = settings && orgRecord(settings);
  const slugs = items.filter(({ pk, id }) => pk === SLUGS && id === orgId).map(({ sk }) => sk);
  if (slugs.join() !== (org?.slug ?? "")) found.push(`login names ${slugs.join()} of ${org?.slug}`);
  const tokens = items.filter(({ pk, sk }) => pk.startsWith("T#") || (pk.startsWith("C#") && sk.startsWith("T#")));
  for (const item of tokens) {
    const token = tokenRecord(item);
    if (token.orgId !== orgId) continue;
    if (token.epoch > (org?.tokenEpoch ?? 0)) found.push(`token ${token.id} is ahead of its org`);
    if (token.kind === "access") {
      if (at(settingsKeys.listedToken(orgId, token.secretId ?? "")) === undefined)
        found.push(`access token ${token.id} of no secret`);
      continue;
    }
    const twins = [at(settingsKeys.token(token.hash)), at(settingsKeys.listedToken(orgId, token.id))];
    if (twins.some((twin) => twin?.d !== item.d)) found.push(`token ${token.id} is not listed as it is presented`);
  }
  return found;
}
