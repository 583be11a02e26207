import { readFileSync } from "node:fs";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SettingsStore } from "../../functions/store/settings.ts";
import { createDynamoStore } from "../../functions/store/store.ts";
import { brokenByStore } from "../support/invariants.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  MUCH_LATER,
  orgRecord,
  present,
  STAMP,
  tokenRecord,
  userWrite,
} from "../support/records.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";

/** Items as the first release wrote them. Never regenerate this file: it stands for the data of people who upgrade. */
const SCHEMA_1: Record<string, unknown>[] = JSON.parse(
  readFileSync(new URL("./golden/schema1.json", import.meta.url), "utf8"),
  (_, value) => (Array.isArray(value?.set) ? new Set(value.set) : value),
);

describe("data of schema version 1", () => {
  let running: RunningDynamo;
  beforeAll(async () => {
    running = await startDynamo();
  });
  afterAll(() => running.stop());

  test("opens, is read, changed and deleted", async () => {
    const tableName = await running.freshTable();
    for (const item of SCHEMA_1) await running.client.send(new PutCommand({ TableName: tableName, Item: item }));
    expect(await brokenByStore(running.client, tableName, ACME)).toEqual([]);

    const session = createDynamoStore({ client: running.client, tableName }).begin();
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
    expect(await brokenByStore(running.client, tableName, ACME)).toEqual([]);
  });
});
