import { randomBytes } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "@jest/globals";
import { grantAccess } from "../../functions/provisioning/accessTokens.ts";
import { createApplicationKey } from "../../functions/provisioning/applicationKeys.ts";
import type { Administration } from "../../functions/provisioning/changeOrg.ts";
import { createClientSecret } from "../../functions/provisioning/clientSecrets.ts";
import { restoreOrg, scheduleDeletion } from "../../functions/provisioning/orgLife.ts";
import { createOrg } from "../../functions/provisioning/orgs.ts";
import { type PurgeStep, purgeOrg, remainsOf } from "../../functions/provisioning/purge.ts";
import { generateToken, rotateToken } from "../../functions/provisioning/tokens.ts";
import { createEndpoint } from "../../functions/provisioning/webhooks/endpoints.ts";
import { ApplicationKeyStore } from "../../functions/store/applicationKeys.ts";
import { DynamoBuckets } from "../../functions/store/buckets.ts";
import type { Database } from "../../functions/store/database.ts";
import { createDynamoStore, sdkSend } from "../../functions/store/dynamoTable.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { OrgData } from "../../functions/store/orgData.ts";
import { newWriteId } from "../../functions/store/resourceItems.ts";
import { assignedItem } from "../../functions/store/roles/assigned.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { mappingsActions } from "../../functions/store/roles/roleSettings.ts";
import type { Directory, Store } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { DeliveryStore } from "../../functions/store/webhookDeliveries.ts";
import { duringTests } from "../support/duringTests.ts";
import { clientAround } from "../support/faultyClient.ts";
import { idOf, ids, makeGroup, makeUser, makeUsers, STAMP } from "../support/records.ts";
import { STORE_KINDS, startDynamo } from "../support/storeKinds.ts";
import { webhookAdministration } from "../support/webhooks.ts";

const NOW = Date.parse("2026-01-01T00:00:00.000Z");

function administration(store: Store, now = NOW): Administration {
  const session = store.begin();
  return {
    settings: new SettingsStore(session.database),
    directory: (orgId) => session.directory(orgId),
    now,
    randomBytes,
    adoption: true,
    actor: "tests",
    reference: "request-1",
    wait: async () => undefined,
  };
}

/** Every kind of item that an org can have. */
async function filledOrg(store: Store, slug: string): Promise<OrgId> {
  const acting = administration(store);
  const { org } = await createOrg(acting, slug, { sso: {}, admins: ["1", "2"], preset: "fulcrum-compat" });
  const { token } = await generateToken(acting, slug, {});
  const { token: next } = await rotateToken(acting, slug, { onFirstUse: true });
  const { secret, token: client } = await createClientSecret(acting, slug, {});
  const grantor = { store: store.begin(), now: NOW, randomBytes };
  const granted = await grantAccess(grantor, slug, { clientId: slug, clientSecret: secret });
  expect(granted.outcome).toBe("granted");
  const applicationKeys = new ApplicationKeyStore(store.begin().database);
  const { key } = await createApplicationKey({ ...acting, applicationKeys }, { scope: "admin", org: slug });
  for (const { id } of [token, next, client, key]) await store.begin().markUsed(id, NOW);
  await addEndpoint(store.begin().database, acting, slug);
  await addRoles(store.begin().database, org.id);
  await fill(store.begin().directory(org.id));
  await fill(store.begin().unmanaged(org.id));
  return org.id;
}

/** A mapping, and somebody who has its role. */
async function addRoles(database: Database, orgId: OrgId): Promise<void> {
  const mappings = {
    version: 1,
    mode: "union",
    mappings: [{ team: idOf("g", 0), role: "admin", priority: 1 }],
  } as const;
  expect(await database.transact(mappingsActions(orgId, undefined, mappings, 0))).toEqual([]);
  const userId = idOf("u", 0);
  await database.write([{ put: assignedItem(orgId, { userId, version: 1, fence: 1, roles: [] }, newWriteId(STAMP)) }]);
  await database.write([{ update: roleKeys.holders(orgId, "admin"), add: { n: 1, f: 1 } }]);
}

/** With a message that waits. */
async function addEndpoint(database: Database, acting: Administration, slug: string): Promise<void> {
  const made = await createEndpoint(webhookAdministration(acting, database), slug, { url: "https://app.example/hook" });
  const { id: endpoint, owner } = made.endpoint;
  const place = { owner, endpoint, name: `${owner}.test.1`, time: NOW };
  expect(await new DeliveryStore(database, owner, endpoint).add(place, "{}", NOW)).toBe(true);
}

async function fill({ users, groups, memberships }: Directory): Promise<void> {
  await makeUsers(users, 12);
  await makeGroup(groups, 0, ids("u", 12));
  await makeGroup(groups, 1, ids("u", 3));
  const doomed = await makeGroup(groups, 2, ids("u", 5));
  // Deleted and not swept: markers, tombstones and edges that no group names any more.
  expect(await groups.delete(doomed, STAMP)).toEqual({ outcome: "deleted" });
  const gone = await makeUser(users, 99);
  expect(await users.delete(gone, STAMP)).toEqual({ outcome: "deleted" });
  await memberships.sweep(0, STAMP);
}

/** The item as text, the same whatever order its attributes come in. */
function inOneOrder(item: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(item).map(([name, value]) => [name, value instanceof Set ? [...value].sort() : value]);
  return JSON.stringify(entries.sort());
}

function step(store: Store, slug: string, now = NOW + 61_000, confirmed = slug): Promise<PurgeStep> {
  const session = store.begin();
  return purgeOrg(administration(store, now), (orgId) => new OrgData(session.database, orgId), slug, confirmed);
}

async function purged(store: Store, slug: string): Promise<number> {
  for (let removed = 0, steps = 1; steps < 100; steps++) {
    const taken = await step(store, slug);
    removed += taken.removed;
    if (taken.done) return removed;
  }
  throw new Error("the purge does not end");
}

describe.each(STORE_KINDS)("a purge in $kind", ({ start }) => {
  const running = duringTests(start);

  test("removes everything of the org and nothing of another, and sets the login name free", async () => {
    const { store } = await running().fresh();
    const [acme, other] = [await filledOrg(store, "acme"), await filledOrg(store, "other")];
    const before = await remainsOf(new OrgData(store.begin().database, other));
    await scheduleDeletion(administration(store), "acme", "left");
    expect(await purged(store, "acme")).toBeGreaterThan(20);
    expect((await remainsOf(new OrgData(store.begin().database, acme))).left).toBe(0);
    expect(await remainsOf(new OrgData(store.begin().database, other))).toEqual(before);
    const { org } = await createOrg(administration(store), "acme", { sso: {} });
    expect(org.id).not.toBe(acme);
    expect((await store.begin().directory(org.id).users.page(0, 10)).total).toBe(0);
  });

  test.each([1, 2, 50])("ends where each step removes %d items or a few more", async (limit) => {
    const { store } = await running().fresh();
    const acme = await filledOrg(store, "acme");
    for (let n = 0; n < 2; n += 1) await addEndpoint(store.begin().database, administration(store), "acme");
    const data = () => new OrgData(store.begin().database, acme);
    const { left } = await remainsOf(data());
    let removed = 0;
    for (let taken = await data().remove(limit); taken > 0; taken = await data().remove(limit)) {
      removed += taken;
      expect(removed).toBeLessThan(2 * left);
    }
    const remains = (await data().remains()).filter(({ items }) => items > 0);
    expect(remains).toEqual([{ partition: `C#${acme}`, items: 1 }]);
  });

  test("needs a scheduled deletion, the name again, and time for requests under way", async () => {
    const { store } = await running().fresh();
    await filledOrg(store, "acme");
    await expect(step(store, "acme")).rejects.toMatchObject({ code: "conflict.notScheduled" });
    await scheduleDeletion(administration(store), "acme", "left");
    await expect(step(store, "acme", NOW, "acm")).rejects.toMatchObject({ code: "value.confirm" });
    expect(await step(store, "acme", NOW + 59_000)).toMatchObject({ done: false, removed: 0, waitSeconds: 1 });
    await restoreOrg(administration(store), "acme");
    await expect(step(store, "acme")).rejects.toMatchObject({ code: "conflict.notScheduled" });
  });

  test("waits for no deletion that a wrong clock dated years ahead", async () => {
    const { store } = await running().fresh();
    await filledOrg(store, "acme");
    await scheduleDeletion(administration(store, NOW + 10 * 365 * 86_400_000), "acme", "left");
    expect(await step(store, "acme", NOW)).toMatchObject({ waitSeconds: 0 });
  });

  test("once begun cannot be taken back, and nothing of the org can be changed", async () => {
    const { store } = await running().fresh();
    await filledOrg(store, "acme");
    await scheduleDeletion(administration(store), "acme", "left");
    await step(store, "acme");
    await expect(restoreOrg(administration(store), "acme")).rejects.toMatchObject({ code: "conflict.purging" });
    await expect(createOrg(administration(store), "acme", {})).rejects.toMatchObject({ code: "conflict.orgExists" });
  });
});

describe("a purge in DynamoDB", () => {
  const running = duringTests(startDynamo);

  /** Every item of the table, by whatever it may name an org. */
  async function items(tableName: string): Promise<string[]> {
    const { Items, LastEvaluatedKey } = await running().client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true }),
    );
    expect(LastEvaluatedKey).toBeUndefined();
    return (Items ?? []).map(inOneOrder).sort();
  }

  test("leaves the table as if the org had never been, cut off after every so many calls", async () => {
    const tableName = await running().freshTable();
    const store = createDynamoStore({ client: running().client, tableName });
    await filledOrg(store, "other");
    const before = await items(tableName);
    const acme = await filledOrg(store, "acme");
    const spent = { orgId: acme, now: NOW, cost: 1_000, asked: 1, latest: NOW, farthest: NOW, slack: 0 };
    await new DynamoBuckets({ send: sdkSend(running().client), tableName }).charge(spent);
    await scheduleDeletion(administration(store), "acme", "left");

    let left = Number.POSITIVE_INFINITY;
    const breaking = clientAround(running().client, async (send) => {
      if (left-- <= 0) throw new Error("the connection is lost");
      return send();
    });
    const fragile = createDynamoStore({ client: breaking, tableName });
    let cutOff = 0;
    for (let done = false; !done; ) {
      // Longer and longer, or the last step, which reads every partition, would never end.
      left = 20 + 10 * cutOff;
      try {
        done = (await step(fragile, "acme")).done;
      } catch (error) {
        expect(error).toMatchObject({ message: "the connection is lost" });
        cutOff++;
        // The name is not free before the end.
        left = Number.POSITIVE_INFINITY;
        await expect(createOrg(administration(store), "acme", {})).rejects.toMatchObject({ status: 409 });
      }
      if (cutOff > 50) break;
    }
    expect(cutOff).toBeGreaterThan(0);
    const after = await items(tableName);
    // The closed head of its event log refuses what the stream brings late, until its time to live is over.
    expect(after.filter((item) => !before.includes(item))).toEqual([expect.stringMatching(CLOSED_HEAD)]);
    expect(after).toHaveLength(before.length + 1);
  });

  test("goes in bounded steps", async () => {
    const tableName = await running().freshTable();
    const store = createDynamoStore({ client: running().client, tableName });
    const { org } = await createOrg(administration(store), "acme", { sso: {} });
    const { users, groups } = store.begin().directory(org.id);
    await makeUsers(users, 60);
    await makeGroup(groups, 0, ids("u", 1_100));
    await scheduleDeletion(administration(store), "acme", "left");
    const removed: number[] = [];
    for (let done = false; !done; ) {
      const taken = await step(store, "acme");
      removed.push(taken.removed);
      done = taken.done;
    }
    expect(Math.max(...removed)).toBeLessThanOrEqual(1_200);
    expect(removed.length).toBeGreaterThan(1);
    expect(await items(tableName)).toEqual([expect.stringMatching(CLOSED_HEAD)]);
  });
});

const CLOSED_HEAD = /^\[\["closed",1\],.*"E#[0-9A-Za-z]{8}#H".*"ttl"/;
