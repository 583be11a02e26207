import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { finishTable, restoreTable, type Wish } from "../../bin/rollcall/aws/restoreTable.ts";
import { FakeTables } from "../support/fakeTables.ts";

const WISH: Wish = { source: "live", target: "restored", at: new Date("2026-01-02T03:04:00Z") };
const FINISHED = { stream: true, recovery: true, protected: true, expires: true };
const WHOLE = {
  ...FINISHED,
  limits: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 4_000 },
  indexLimits: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 4_000 },
  tags: [{ Key: "team", Value: "identity" }],
};

const CONFIG = {
  region: "eu-central-1",
  maxAttempts: 3,
  retryMode: "standard",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
};

let tables: FakeTables;
let client: DynamoDBClient;
let waited: number;
const said: string[] = [];

beforeEach(async () => {
  tables = new FakeTables("live");
  waited = 0;
  said.length = 0;
  client = new DynamoDBClient({ ...CONFIG, endpoint: await tables.open() });
});

afterEach(async () => {
  client.destroy();
  await tables.close();
});

const patience = {
  say: (text: string) => void said.push(text),
  wait: async (milliseconds: number) => {
    waited += milliseconds;
  },
};

function restore(wish: Wish = WISH) {
  return restoreTable(client, wish, patience);
}

/** From here on no call of the test goes over HTTP. */
function stayInProcess(): void {
  client.destroy();
  const signer = { sign: async <T>(request: T): Promise<T> => request };
  client = new DynamoDBClient({ ...CONFIG, signer, requestHandler: tables.handler });
}

describe("rollcall restore", () => {
  test("sets all that a restore leaves out, each when the table takes it, and names the stream", async () => {
    const restored = await restore();
    expect(tables.state("restored")).toMatchObject(WHOLE);
    expect(restored).toEqual({
      table: "restored",
      streamArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/restored/stream/2026-01-02T03:04:05.678",
      keyArn: undefined,
    });
  });

  test("waits longer than the 500 seconds of the AWS CLI, and says now and then that it may be stopped", async () => {
    stayInProcess();
    tables.making = 400;
    await restore();
    expect(waited).toBeGreaterThan(500_000);
    expect(said.filter((line) => line.includes("You may stop this command")).length).toBeGreaterThan(5);
    expect(tables.state("restored")).toMatchObject(WHOLE);
  });

  test("broken off at any call, the same command finishes it, and restores once", async () => {
    stayInProcess();
    tables.making = 1;
    await restore();
    const calls = [...tables.calls];
    expect(calls.length).toBeGreaterThan(25);
    for (const [index, broken] of calls.entries()) {
      const wish = { ...WISH, target: `restored-${index}` };
      tables.calls.length = 0;
      tables.breakAt = index + 1;
      await expect(restore(wish)).rejects.toThrow("AccessDeniedException");
      tables.breakAt = 0;
      await restore(wish);
      expect([index, tables.state(wish.target)]).toEqual([index, expect.objectContaining(WHOLE)]);
      const again = broken === "RestoreTableToPointInTime" ? 1 : 0;
      expect(tables.count("RestoreTableToPointInTime") - again).toBe(1);
    }
  });

  test("done a second time changes nothing", async () => {
    await restore();
    tables.calls.length = 0;
    await restore();
    expect(tables.calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([]);
  });

  test.each([
    ["UpdateContinuousBackups", /lacks point-in-time recovery/],
    ["UpdateTimeToLive", /lacks time to live/],
    ["TagResource", /lacks tags/],
    ["UpdateTable", /lacks deletion protection, stream, the limits of on-demand capacity, those of the index/],
  ])("says what is missing where %s did nothing", async (operation, message) => {
    tables.lost = [operation];
    await expect(restore()).rejects.toThrow(message);
  });

  test("touches no table of that name that is not from this restore", async () => {
    await restore();
    tables.calls.length = 0;
    await expect(restore({ ...WISH, target: "live", source: "restored" })).rejects.toThrow(
      "There is a table live already, and was not restored from anything: choose another name with --table.",
    );
    await expect(restore({ ...WISH, at: new Date("2026-01-02T03:05:00Z") })).rejects.toThrow(
      /restored already, restored from .*\/live as of 2026-01-02T03:04:00.000Z/,
    );
    expect(tables.calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([]);
  });

  test("refuses a table that cannot be put back, and one that is not there", async () => {
    await expect(restore({ ...WISH, source: "nothing" })).rejects.toThrow("ResourceNotFoundException");
    tables.making = 0;
    tables.lost = ["UpdateContinuousBackups"];
    await restore().catch(() => undefined);
    await expect(restore({ ...WISH, source: "restored", target: "other" })).rejects.toThrow(
      "recovery of restored is off",
    );
  });
});

describe("rollcall restore --finish", () => {
  const finish = (target: string) => finishTable(client, { source: "live", target }, patience);

  test("sets all that is missing on a table that was restored in another way", async () => {
    tables.put("backup");
    expect(await finish("backup")).toMatchObject({ table: "backup", keyArn: undefined });
    expect(tables.state("backup")).toMatchObject(WHOLE);
    expect(tables.count("RestoreTableToPointInTime")).toBe(0);
  });

  test("does it where the table that was in use is gone, whose tags nobody knows then", async () => {
    tables.put("backup");
    tables.remove("live");
    await finish("backup");
    expect(tables.state("backup")).toMatchObject({ ...FINISHED, tags: [] });
  });

  test("changes no table of another shape, and says which table is not there", async () => {
    tables.put("other", { indexes: [] });
    await expect(finish("other")).rejects.toThrow("other has other keys or indexes than a table of Rollcall has");
    await expect(finish("nothing")).rejects.toThrow("There is no table nothing.");
    expect(tables.calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([]);
  });
});
