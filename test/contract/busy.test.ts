import { ThrottlingException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { failureOf } from "../../functions/store/failures.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import { duringTests } from "../support/duringTests.ts";
import { clientAround } from "../support/faultyClient.ts";
import { ACME, idOf, ids, LATER, makeGroup, makeUsers, present, STAMP, userWrite } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const METADATA = { $metadata: {}, message: "busy" };

function cancelled(code: string): Error {
  return new TransactionCanceledException({ ...METADATA, CancellationReasons: [{ Code: "None" }, { Code: code }] });
}

function named(name: string): Error {
  return Object.assign(new Error("busy"), { name });
}

describe("a busy DynamoDB", () => {
  let tableName: string;
  const running = duringTests(startDynamo);
  beforeEach(async () => {
    tableName = await running().freshTable();
  });

  /** A session whose first `failures` calls fail with the error, the pauses it made, and the tokens of its calls. */
  function meeting(error: Error, failures: number, hasTime?: () => boolean) {
    let left = failures;
    const waits: number[] = [];
    const tokens: unknown[] = [];
    const client = clientAround(running().client, (send, { input }) => {
      tokens.push("ClientRequestToken" in input ? input.ClientRequestToken : undefined);
      return left-- > 0 ? Promise.reject(error) : send();
    });
    const store = createDynamoStore({
      client,
      tableName,
      random: () => 0.5,
      wait: async (milliseconds) => {
        waits.push(milliseconds);
      },
    });
    return { session: store.begin(hasTime && { hasTime }), waits, tokens };
  }

  test.each([
    { what: "a transaction that met another", error: cancelled("TransactionConflict"), conflicts: 3 },
    { what: "a throttled transaction", error: cancelled("ThrottlingError"), conflicts: 0 },
    { what: "a single write that met a transaction", error: named("TransactionConflictException"), conflicts: 3 },
  ])("$what is tried again after growing pauses, with one token, and counted", async ({ error, conflicts }) => {
    const { session, waits, tokens } = meeting(error, 3);
    const created = await session.directory(ACME).users.create(idOf("u", 1), userWrite("ada"), STAMP);
    expect(created.outcome).toBe("created");
    expect(waits).toEqual([10, 20, 40]);
    // One that is still at work, unknown to us, is the same transaction then.
    expect(tokens).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^[0-9a-f-]{36}$/)));
    expect(new Set(tokens).size).toBe(1);
    expect(session.usage).toMatchObject({ calls: 4, trips: 4, retries: 3, conflicts });
  });

  test.each([
    { what: "goes on meeting others", error: cancelled("TransactionConflict"), code: "conflict", waits: 7 },
    { what: "goes on being throttled", error: cancelled("ProvisionedThroughputExceeded"), code: "throttled", waits: 7 },
    {
      what: "is throttled after the tries of the SDK",
      error: new ThrottlingException(METADATA),
      code: "throttled",
      waits: 0,
    },
    { what: "gets no answer", error: named("TimeoutError"), code: "storage", waits: 0 },
  ])("a write that $what gives up as busy", async ({ error, code, waits }) => {
    const met = meeting(error, 100);
    const create = met.session.directory(ACME).users.create(idOf("u", 1), userWrite("ada"), STAMP);
    await expect(create).rejects.toMatchObject({ name: "StoreBusy", code, cause: error });
    expect(met.waits).toHaveLength(waits);
  });

  test("a write that goes on meeting others waits as long as the request has time, and less again when it has waited long", async () => {
    const met = meeting(cancelled("TransactionConflict"), 1_000, () => true);
    const create = met.session.directory(ACME).users.create(idOf("u", 1), userWrite("ada"), STAMP);
    await expect(create).rejects.toMatchObject({ name: "StoreBusy", code: "conflict" });
    expect(met.waits).toHaveLength(99);
    expect(met.waits.slice(0, 6)).toEqual([10, 20, 40, 80, 160, 320]);
    expect([...new Set(met.waits.slice(6))]).toEqual([320, 160, 80]);
    // Half of the longest pauses, as the jitter has it here: what has to fit in a request is twice as much at most.
    expect(met.waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(25_000 / 2);
  });

  test.each([cancelled("ThrottlingError"), cancelled("TransactionConflict")])(
    "a write waits no longer where the time is over or the store throttled",
    async (error) => {
      const met = meeting(error, 1_000, () => met.waits.length < 20);
      const create = met.session.directory(ACME).users.create(idOf("u", 1), userWrite("ada"), STAMP);
      await expect(create).rejects.toBeInstanceOf(StoreBusy);
      expect(met.session.usage.retries).toBe(failureOf(error).kind === "throttled" ? 7 : 20);
    },
  );

  test("a read that is throttled gives up as busy", async () => {
    const { session } = meeting(new ThrottlingException(METADATA), 100);
    await expect(session.directory(ACME).users.find(idOf("u", 1))).rejects.toBeInstanceOf(StoreBusy);
  });

  test("any other failure goes through as it is", async () => {
    const error = cancelled("ValidationError");
    const { session, waits } = meeting(error, 100);
    await expect(session.directory(ACME).users.create(idOf("u", 1), userWrite("ada"), STAMP)).rejects.toBe(error);
    expect(waits).toEqual([]);
  });

  test("a sweep that finds the store busy leaves its work to the next one", async () => {
    const { session } = meeting(new ThrottlingException(METADATA), 100);
    await expect(session.directory(ACME).memberships.sweep(Date.now() + 1000, STAMP)).resolves.toBeUndefined();
  });

  test.each([cancelled("TransactionConflict"), cancelled("ThrottlingError")])(
    "a sweep waits for a group that is busy as long as it has time, and leaves it to the next one then",
    async (error) => {
      const { users, groups, memberships } = createDynamoStore({ client: running().client, tableName })
        .begin()
        .directory(ACME);
      await makeUsers(users, 3);
      const group = await makeGroup(groups, 1, ids("u", 3));
      for (const id of ids("u", 2)) await users.delete(present(await users.find(id)), STAMP);
      let failures = 100;
      const client = clientAround(running().client, (send, { input }) =>
        "TransactItems" in input && failures-- > 0 ? Promise.reject(error) : send(),
      );
      const store = createDynamoStore({ client, tableName, random: () => 0.5, wait: async () => undefined });
      const sweepers = store.begin().directory(ACME).memberships;
      expect(await sweepers.sweepDeletions(ids("u", 2), Date.now() + 20_000, LATER)).toEqual(["again", "again"]);
      expect(await memberships.stored(group.id)).toEqual([idOf("u", 2)]);
      await users.delete(present(await users.find(idOf("u", 2))), STAMP);
      failures = Number.POSITIVE_INFINITY;
      expect(await sweepers.sweepDeletions([idOf("u", 2)], Date.now() + 100, LATER)).toEqual(["unfinished"]);
      expect(await memberships.stored(group.id)).toEqual([idOf("u", 2)]);
    },
  );

  test("what a batch leaves unprocessed is asked for again", async () => {
    const waits: number[] = [];
    let reads = 0;
    let writes = 0;
    const client = clientAround(running().client, async (send, { input }) => {
      if (!("RequestItems" in input)) return send();
      const requests: unknown = Reflect.get(Object(input.RequestItems), tableName);
      // The first answer of each kind leaves everything open.
      if (Array.isArray(requests)) {
        return writes++ === 0 ? { $metadata: {}, UnprocessedItems: input.RequestItems } : send();
      }
      return reads++ === 0 ? { $metadata: {}, Responses: {}, UnprocessedKeys: input.RequestItems } : send();
    });
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
    };
    const store = createDynamoStore({ client, tableName, random: () => 1, wait });
    const { users, groups, memberships } = store.begin().directory(ACME);
    await makeUsers(users, 3);
    expect(await users.findMany(ids("u", 3))).toHaveLength(3);
    const group = await makeGroup(groups, 1, ids("u", 120));
    expect(await memberships.stored(group.id)).toHaveLength(120);
    const stored = await groups.find(group.id);
    await groups.delete(stored ?? group, STAMP);
    await memberships.sweepDeletions([group.id], Date.now() + 10_000, STAMP);
    expect(await memberships.stored(group.id)).toEqual([]);
    expect(waits).toEqual([20, 20]);
  });
});
