import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Dynoxide, endLeftover, startDynoxide } from "../../bin/local/dynoxide.ts";
import { endAll, eventually, isRunning, run } from "./processes.ts";

const started: Dynoxide[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const dynoxide of started.splice(0)) await dynoxide.stop();
  await endAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-test-"));
  folders.push(folder);
  return folder;
}

async function start(dbPath?: string): Promise<Dynoxide> {
  const start = await startDynoxide({ dbPath });
  if (start.outcome !== "started") throw new Error(start.outcome);
  started.push(start.dynoxide);
  return start.dynoxide;
}

async function withClient<T>(endpoint: string, use: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "local", credentials });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

const KEY = { pk: { S: "a" } };

async function writeOne(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: "table",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await client.send(new PutItemCommand({ TableName: "table", Item: KEY }));
}

function readOne(endpoint: string) {
  return withClient(endpoint, (client) => client.send(new GetItemCommand({ TableName: "table", Key: KEY })));
}

describe("the embedded database", () => {
  test("listens on a port of its own and is gone after stop", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.endpoint).not.toBe(other.endpoint);
    await withClient(one.endpoint, writeOne);
    await one.stop();
    expect(isRunning(one.pid)).toBe(false);
    expect(isRunning(other.pid)).toBe(true);
  });

  test("keeps what was written through kill -9", async () => {
    const dbPath = join(temporaryFolder(), "data.db");
    const first = await start(dbPath);
    await withClient(first.endpoint, writeOne);
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    const second = await start(dbPath);
    expect((await readOne(second.endpoint)).Item).toEqual(KEY);
  });

  test.each(["SIGKILL", "SIGTERM", "SIGHUP"] as const)(
    "ends when the process that started it is ended by %s",
    async (signal) => {
      const module = new URL("../../bin/local/dynoxide.ts", import.meta.url).href;
      const owner = run([
        "--input-type=module",
        "--eval",
        `const { startDynoxide } = await import(${JSON.stringify(module)});
       const { dynoxide } = await startDynoxide();
       console.log(dynoxide.pid);`,
      ]);
      const pid = await eventually(() => Number(owner.stdout()) || undefined);
      expect(isRunning(pid)).toBe(true);
      process.kill(owner.pid, signal);
      await owner.ended;
      await eventually(() => !isRunning(pid));
    },
  );

  test("says why it could not start", async () => {
    const dbPath = join(temporaryFolder(), "no", "such", "folder", "data.db");
    expect(await startDynoxide({ dbPath })).toEqual({
      outcome: "failed",
      reason: expect.stringContaining("unable to open database file"),
    });
  });

  test("a leftover is ended by its pid only when it serves this very file", async () => {
    const folder = temporaryFolder();
    const leftover = await start(join(folder, "data.db"));
    await endLeftover(leftover.pid, join(folder, "other.db"));
    expect(isRunning(leftover.pid)).toBe(true);
    await endLeftover(process.pid, join(folder, "data.db"));
    await endLeftover(leftover.pid, join(folder, "data.db"));
    await leftover.exited;
    expect(isRunning(leftover.pid)).toBe(false);
  });
});
