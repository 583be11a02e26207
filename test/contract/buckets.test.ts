import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Buckets, type Charge, DynamoBuckets, ProcessBuckets } from "../../functions/store/buckets.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";
import { duringTests } from "../support/duringTests.ts";
import { clientAround } from "../support/faultyClient.ts";
import { ACME, OTHER } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const NOON = Date.parse("2026-01-02T12:00:00Z");
/** A second of flow, of a bucket that fills in five. */
const charge = (changed: Partial<Charge> = {}): Charge => {
  const { now = NOON } = changed;
  return {
    orgId: ACME,
    now,
    cost: 1_000,
    asked: 10,
    latest: now + 5_000,
    farthest: now + 60_000,
    slack: 500,
    ...changed,
  };
};

const dynamo = duringTests(startDynamo);

describe.each(["memory", "dynoxide"])("buckets in %s", (kind) => {
  const fresh = async (): Promise<Buckets> =>
    kind === "memory"
      ? new ProcessBuckets()
      : new DynamoBuckets({ send: sdkSend(dynamo().client), tableName: await dynamo().freshTable() });

  test("fill as time goes by, and a missing one is full", async () => {
    const buckets = await fresh();
    expect(await buckets.charge(charge())).toMatchObject({ outcome: "charged", fullAt: NOON + 1_000, total: 10 });
    expect(await buckets.charge(charge())).toMatchObject({ outcome: "charged", fullAt: NOON + 2_000, total: 20 });
    const later = await buckets.charge(charge({ now: NOON + 60_000, asked: 1 }));
    expect(later).toMatchObject({ outcome: "charged", fullAt: NOON + 61_000, total: 21 });
  });

  test("refuse what is beyond them, say when there is room, and keep what they were", async () => {
    const buckets = await fresh();
    await buckets.charge(charge({ cost: 7_000 }));
    expect(await buckets.charge(charge())).toMatchObject({ outcome: "refused", fullAt: NOON + 7_000, total: 10 });
    const later = charge({ now: NOON + 2_000 });
    expect(await buckets.charge(later)).toMatchObject({ outcome: "charged", fullAt: NOON + 8_000 });
  });

  test("are each org's own", async () => {
    const buckets = await fresh();
    await buckets.charge(charge({ cost: 60_000 }));
    expect(await buckets.charge(charge({ orgId: OTHER }))).toMatchObject({ outcome: "charged", fullAt: NOON + 1_000 });
  });

  test("count as full where only a wrong clock can have filled them", async () => {
    const buckets = await fresh();
    await buckets.charge(charge({ now: NOON + 3_600_000 }));
    expect(await buckets.charge(charge())).toMatchObject({ outcome: "charged", fullAt: NOON + 1_000 });
    expect(await buckets.charge(charge())).toMatchObject({ outcome: "charged", fullAt: NOON + 2_000 });
  });

  test("lose no charge when many come at once", async () => {
    const buckets = await fresh();
    await Promise.all(Array.from({ length: 20 }, () => buckets.charge(charge({ cost: 10 }))));
    expect(await buckets.charge(charge({ cost: 10 }))).toMatchObject({ fullAt: NOON + 210, total: 210 });
  });
});

test("both kinds of buckets answer the same to whatever charges come in whatever order", async () => {
  const tableName = await dynamo().freshTable();
  const charges = fc.array(
    fc.record({
      pause: fc.integer({ min: -100, max: 4_000 }),
      cost: fc.integer({ min: 1, max: 6_000 }),
      environment: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  let org = 0;
  await fc.assert(
    fc.asyncProperty(charges, async (steps) => {
      org += 1;
      const orgId = `o${String(org).padStart(7, "0")}`;
      const memory = new ProcessBuckets();
      // Each remembers which form of the write fitted last, and is wrong when others charged meanwhile.
      const stored = Array.from({ length: 3 }, () => new DynamoBuckets({ send: sdkSend(dynamo().client), tableName }));
      let now = NOON;
      for (const { pause, cost, environment } of steps) {
        now += pause;
        const asked = charge({ orgId, now, cost });
        const { wcu: _, ...expected } = await memory.charge(asked);
        expect(await stored[environment]?.charge(asked)).toMatchObject(expected);
      }
    }),
    { numRuns: 40 },
  );
});

test("a bucket costs one write, two where another environment was first, and goes by itself", async () => {
  const tableName = await dynamo().freshTable();
  const [one, another] = [0, 1].map(() => new DynamoBuckets({ send: sdkSend(dynamo().client), tableName }));
  const costs: (number | undefined)[] = [];
  for (const buckets of [one, one, one, another, another]) costs.push((await buckets?.charge(charge()))?.wcu);
  // Each begins with what holds of an org that was away, and knows afterwards what others can only add to.
  expect(costs).toEqual([1, 1, 1, 2, 1]);
  const { Item } = await dynamo().client.send(
    new GetCommand({ TableName: tableName, Key: { pk: `B#${ACME}`, sk: "B" } }),
  );
  expect(Item).toEqual({
    pk: `B#${ACME}`,
    sk: "B",
    sv: 1,
    fa: NOON + 5_000,
    un: 50,
    ttl: NOON / 1_000 + 86_400,
  });
});

test.each([{}, { fa: "soon" }, { fa: null }, { fa: 9e15 }])("an item with %j is a full bucket", async (damaged) => {
  const tableName = await dynamo().freshTable();
  await dynamo().sdk.send(new PutCommand({ TableName: tableName, Item: { pk: `B#${ACME}`, sk: "B", ...damaged } }));
  const buckets = new DynamoBuckets({ send: sdkSend(dynamo().client), tableName });
  expect(await buckets.charge(charge())).toMatchObject({ outcome: "charged", fullAt: NOON + 1_000 });
});

test("a table that fails is a failure, and none that is hidden in a refusal", async () => {
  const client = clientAround(dynamo().client, async () => {
    throw new Error("the connection is lost");
  });
  await expect(new DynamoBuckets({ send: sdkSend(client), tableName: "any" }).charge(charge())).rejects.toThrow(
    "connection",
  );
});
