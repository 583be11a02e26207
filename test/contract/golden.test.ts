import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openLocalFile } from "../../bin/local/localFile.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { createStore, type StoreSession } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { ensureTable } from "../../functions/store/tableDefinition.ts";
import { localClient } from "../support/dynamoTable.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { newFolder } from "../support/folders.ts";
import { brokenByStore, foundByStore } from "../support/invariants.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  MUCH_LATER,
  OTHER,
  orgRecord,
  present,
  STAMP,
  tokenRecord,
  userWrite,
} from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

/** Items as the first release wrote them. Never regenerate this file: it stands for the data of people who upgrade. */
const SCHEMA_1 = goldenIn("schema1.json");
/** As the release wrote them that began to list the groups of a user on its item: another org. */
const GROUP_LISTS = goldenIn("groupLists.json");

function goldenIn(file: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(new URL(`./golden/${file}`, import.meta.url), "utf8"), (_, value) =>
    Array.isArray(value?.set) ? new Set(value.set) : value,
  );
}

interface Opened {
  readonly session: StoreSession;
  broken(orgId?: string): Promise<string[]>;
  close(): Promise<void>;
}

async function putGolden(client: DynamoDBDocumentClient, tableName: string): Promise<void> {
  for (const item of [...SCHEMA_1, ...GROUP_LISTS])
    await client.send(new PutCommand({ TableName: tableName, Item: item }));
}

async function inDynamo(): Promise<Opened> {
  const running = await startDynamo();
  const { client } = running;
  const tableName = await running.freshTable();
  await putGolden(client, tableName);
  const broken = (orgId = ACME) => brokenByStore(client, tableName, orgId);
  return { session: createDynamoStore({ client, tableName }).begin(), broken, close: () => running.stop() };
}

/** What an earlier release's `npm start` kept. */
async function inDataFile(): Promise<Opened> {
  const folder = newFolder();
  const dynoxide = await startDynoxide({ dbPath: join(folder, "data.db") });
  const client = localClient(dynoxide.endpoint);
  await ensureTable(client, "rollcall");
  await putGolden(client, "rollcall");
  client.destroy();
  await dynoxide.stop();
  const file = openLocalFile(folder, "test");
  const store = createStore(file.table);
  const close = async () => {
    file.close();
    rmSync(folder, { recursive: true });
  };
  return { session: store.begin(), broken: (orgId = ACME) => foundByStore(store, orgId), close };
}

describe.each([
  { place: "a table of DynamoDB", open: inDynamo },
  { place: "a data.db that is taken over", open: inDataFile },
])("data of schema version 1 in $place", ({ open }) => {
  let golden: Opened;
  beforeAll(async () => {
    golden = await open();
  });
  afterAll(() => golden.close());

  test("opens, is read, changed and deleted", async () => {
    const { session, broken } = golden;
    expect(await broken()).toEqual([]);
    const token = tokenRecord(ACME, 1);
    const opened = await session.open({ orgId: ACME, tokenHash: token.hash }, []);
    expect(opened).toEqual({ token, org: orgRecord(ACME, "acme", { version: 2 }) });
    expect(await new SettingsStore(session.database).orgBySlug("acme")).toEqual(opened.org);
    expect(await new SettingsStore(session.database).tokens(ACME)).toEqual([token]);

    const { users, groups, memberships } = session.directory(ACME);
    const ada = present(await users.find(idOf("u", 1)));
    const keys = { name: "ada", externalId: undefined, values: ["ada@acme.example", "ada@home.example"] };
    const attributes = '{"userName":"ada"}';
    expect(ada).toEqual({ id: ada.id, version: 1, created: STAMP.at, lastModified: STAMP.at, attributes, keys });
    expect(await users.idsByName("ada")).toEqual([ada.id]);
    expect(await users.idsByValue("ada@home.example")).toEqual([ada.id]);
    expect(await users.idsByExternalId("e".repeat(1000))).toEqual([idOf("u", 2)]);
    expect((await users.page(0, 10)).total).toBe(2);
    const team = present(await groups.find(idOf("g", 1)));
    expect(team).toMatchObject({ version: 2, memberCount: 3, created: STAMP.at, lastModified: LATER.at });
    expect(await groups.idsByName("team")).toEqual([team.id]);
    expect((await memberships.members(team.id, 10)).ids).toEqual(ids("u", 2, 1).sort());
    expect(await memberships.groupsOf(ada.id)).toEqual([team.id]);

    expect((await users.replace(ada, userWrite("ida"), LATER)).outcome).toBe("changed");
    const change = { write: groupWrite("crew"), add: [], remove: [ada.id] };
    expect((await groups.change(team, change, LATER)).outcome).toBe("changed");
    expect(await users.delete(present(await users.find(idOf("u", 2))), LATER)).toEqual({ outcome: "deleted" });
    await memberships.sweep(Date.now() + 20_000, MUCH_LATER);
    expect(await groups.delete(present(await groups.find(team.id)), LATER)).toEqual({ outcome: "deleted" });
    expect(await broken()).toEqual([]);
  });

  test("has the groups of its users on their items where the release wrote them, and goes on with them", async () => {
    const { session, broken } = golden;
    expect(await broken(OTHER)).toEqual([]);
    const { users, groups, memberships } = session.directory(OTHER);
    const groupIdsOf = async (n: number) => present(await users.find(idOf("u", n))).groupIds;
    expect(await Promise.all([1, 2, 3].map(groupIdsOf))).toEqual([ids("g", 2, 1).sort(), [idOf("g", 1)], []]);
    // Of the fourth an earlier release wrote the last change, which dropped its list.
    expect(await groupIdsOf(4)).toBeUndefined();
    expect(await memberships.groupsOf(idOf("u", 4))).toEqual([idOf("g", 2)]);
    const crew = present(await groups.find(idOf("g", 1)));
    const change = { add: [idOf("u", 3), idOf("u", 4)], remove: [idOf("u", 1)] };
    expect((await groups.change(crew, change, LATER)).outcome).toBe("changed");
    expect(await Promise.all([1, 3, 4].map(groupIdsOf))).toEqual([[idOf("g", 2)], [crew.id], undefined]);
    expect(await broken(OTHER)).toEqual([]);
  });
});
