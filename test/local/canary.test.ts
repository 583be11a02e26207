import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { newCredentials } from "../../bin/local/credentials.ts";
import { createGateway } from "../../bin/local/gateway.ts";
import { drain, listen } from "../../bin/local/httpServer.ts";
import { canaryHandler } from "../../functions/http/canary.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { sender } from "../../functions/probe/wire.ts";
import { canaryOrg, canaryToken } from "../../functions/provisioning/canaryOrg.ts";
import { getOrg } from "../../functions/provisioning/changeOrg.ts";
import { readLine } from "../../functions/provisioning/journal/readLine.ts";
import { CANARY_ORG, CANARY_SLUG, canaryPartitions } from "../../functions/store/canaryKeys.ts";
import { CanarySandbox } from "../../functions/store/canarySandbox.ts";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { createStore } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import type { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { readStep } from "../../functions/store/steps.ts";
import type { Key, Table } from "../../functions/store/table.ts";
import { SEEDED } from "../support/canaryFaults.ts";
import { type FaultyProxy, startFaultyProxy } from "../support/faultyProxy.ts";
import { handlersOver, inProcessTarget } from "../support/inProcess.ts";
import { lambdaContext } from "../support/lambdaContext.ts";
import { localStore, localTable } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";

/** The real handlers behind the local gateway, a proxy in front of it that meddles, and the canary, which has a store of its own. */
let table: SqliteTable;
let touched: Set<string>;
let lines: Record<string, unknown>[];
let server: Server;
let proxy: FaultyProxy;
let endpoint: AdminEndpoint;
let asked: string[];
let ahead = 0;

beforeEach(async () => {
  ahead = 0;
  table = localTable();
  touched = new Set();
  lines = [];
  asked = [];
  endpoint = {
    ...testEndpoint(localStore(table), (line) => lines.push({ ...line })),
    now: () => Date.now() + ahead,
    get publicUrl() {
      return proxy.url;
    },
  };
  server = createGateway({
    functions: handlersOver(endpoint),
    credentials: newCredentials(),
    now: () => endpoint.now(),
    onRefused: () => undefined,
  });
  proxy = await startFaultyProxy(await listen(server, 0));
  // Somebody to leave alone.
  await inProcessTarget("beside", endpoint, 1).org();
});
afterEach(async () => {
  await proxy.close();
  await drain(server, 100);
});

/** What a run says of itself. */
async function run(...given: Parameters<typeof play>) {
  const said = lines.length;
  await play(...given);
  const own = lines.slice(said).filter(({ type }) => type === "canary.run");
  expect(own).toHaveLength(1);
  return own[0];
}

/** @param slow milliseconds: a busy machine is no fault */
async function play(event: unknown = {}, slow = 60_000, store = createStore(recorded(table))): Promise<void> {
  const send = sender("rollcall-canary");
  const canary = canaryHandler({
    ...endpoint,
    store,
    tenantUrl: `${proxy.url}/scim/v2/${CANARY_SLUG}`,
    send: (ask) => {
      asked.push(ask.url);
      return send(ask);
    },
    slow,
  });
  await canary(event, lambdaContext(randomUUID(), 120_000));
}

/** Notes the partitions that are asked for. */
function recorded(inner: Table): Table {
  const note = (...keys: readonly { readonly pk?: unknown }[]): void => {
    for (const { pk } of keys) touched.add(String(pk));
  };
  return {
    get: (key) => {
      note(key);
      return inner.get(key);
    },
    getMany: (keys, ...more) => {
      note(...keys);
      return inner.getMany(keys, ...more);
    },
    getTogether: (keys) => {
      note(...keys);
      return inner.getTogether(keys);
    },
    query: (pk, ...more) => {
      note({ pk });
      return inner.query(pk, ...more);
    },
    queryReverse: (pk, ...more) => {
      note({ pk });
      return inner.queryReverse(pk, ...more);
    },
    write: (actions, ...more) => {
      note(...actions.map(keyIn));
      return inner.write(actions, ...more);
    },
    deleteMany: (keys) => {
      note(...keys);
      return inner.deleteMany(keys);
    },
  };
}

function keyIn(action: Parameters<Table["write"]>[0][number]): Partial<Key> {
  if ("put" in action) return { pk: String(action.put.pk) };
  if ("delete" in action) return action.delete;
  return "check" in action ? action.check : action.update;
}

/** Every item there is. */
function stored(): unknown[] {
  return table.db.prepare("select * from items order by pk, sk").all();
}

describe("a run of the canary", () => {
  test("is green where all is well, says so in one line with both metrics, and leaves the table as it was", async () => {
    const before = stored();
    expect(before.length).toBeGreaterThan(0);
    expect(await run()).toMatchObject({
      level: "INFO",
      outcome: "green",
      steps: 19,
      removed: expect.any(Number),
      CanaryFailures: 0,
      CanaryMs: expect.any(Number),
    });
    expect(stored()).toEqual(before);
    expect(JSON.stringify(lines)).not.toMatch(/rollcall_access|canary\+|@rollcall\.example/);
  });

  test.each(SEEDED)("turns red where $says: $faults", async ({ meddling, faults, step }) => {
    const before = stored();
    proxy.meddling = meddling;
    expect(await run()).toMatchObject({ level: "ERROR", outcome: "red", faults, step, CanaryFailures: 1 });
    expect(stored()).toEqual(before);
  });

  test("turns red where an answer takes too long, and where the round does", async () => {
    let cold = true;
    proxy.meddling = {
      get hold() {
        const held = cold ? 300 : 0;
        cold = false;
        return held;
      },
    };
    expect(await run({}, 250)).toMatchObject({ outcome: "red", faults: ["slowAnswers"], step: "configuration" });
    expect(lines.at(-1)).toMatchObject({ slowest: "configuration", slowestMs: expect.any(Number) });
    proxy.meddling = {
      request: (message) => {
        ahead += 50_000;
        return message;
      },
    };
    expect(await run()).toMatchObject({ outcome: "red", faults: ["slowAnswers"], step: "createUser", steps: 3 });
  });

  test("turns red where the table does not answer, and never throws", async () => {
    const broken: Table = { ...recorded(table), query: () => Promise.reject(new Error("no table")) };
    const line = await run({}, 60_000, createStore(broken));
    expect(line).toMatchObject({ outcome: "red", steps: 0, cause: { name: "Error" }, CanaryFailures: 1 });
    ahead += 600_000;
    expect(await run()).toMatchObject({ outcome: "green" });
  });
});

test("nothing that calls a run can lead it to another org, another address, or another item", async () => {
  const event = { org: "acme", orgId: "Ab12Cd34", tenantUrl: "http://127.0.0.1:1", url: "http://x", CANARY_URL: "y" };
  expect(await run(event)).toMatchObject({ outcome: "green" });
  expect(asked.filter((url) => !url.startsWith(`${proxy.url}/scim/v2/${CANARY_SLUG}/`))).toEqual([]);
  const allowed = [...canaryPartitions().written, ...canaryPartitions().leftBehind];
  const isAllowed = (pk: string) =>
    allowed.some((pattern) => (pattern.endsWith("*") ? pk.startsWith(pattern.slice(0, -1)) : pk === pattern));
  expect(touched.size).toBeGreaterThan(20);
  expect([...touched].filter((pk) => !isAllowed(pk))).toEqual([]);
});

describe("one run after another", () => {
  test("two at once do not disturb each other: one plays", async () => {
    await Promise.all([play(), play()]);
    const own = lines.filter(({ type }) => type === "canary.run").map(({ outcome }) => outcome);
    expect(own.sort()).toEqual(["green", "skipped"]);
  });

  test("what a run left that was broken off goes with the next, once it is certainly over", async () => {
    const before = stored();
    const { database } = localStore(table).begin();
    const org = canaryOrg(endpoint.now());
    const sandbox = new CanarySandbox(database);
    await sandbox.begin(org, { at: org.created, tokenId: "canary", reference: "r" }, 0);
    const { token, secret, access } = canaryToken(org, endpoint.randomBytes);
    await sandbox.admit(org, secret, access);
    await sender("test")({
      method: "POST",
      url: `${proxy.url}/scim/v2/${CANARY_SLUG}/Users`,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
      body: JSON.stringify({
        userName: "canary+%41@rollcall.example",
        emails: [{ value: "a@b.example", type: "work" }],
      }),
    });
    expect(await run()).toMatchObject({ outcome: "skipped", level: "WARN", steps: 0 });
    ahead += 4 * 60_000;
    expect(await run()).toMatchObject({ outcome: "green" });
    expect(stored()).toEqual(before);
  });
});

test("nobody can name its organization while a run is under way: not by its id, nor by its login name", async () => {
  const { database } = localStore(table).begin();
  const org = canaryOrg(endpoint.now());
  await new CanarySandbox(database).begin(org, { at: org.created, tokenId: "canary", reference: "r" }, 0);
  const settings = new SettingsStore(database);
  expect(await settings.orgById(CANARY_ORG)).toBeDefined();
  for (const name of [CANARY_ORG, CANARY_SLUG]) {
    await expect(getOrg(settings, name)).rejects.toMatchObject({ status: 404 });
  }
});

test("no event log, bus, webhook or journal tells of the canary", async () => {
  const reader = new ChangeLog(table.db).reader("test");
  expect(await run()).toMatchObject({ outcome: "green" });
  const changes = [];
  for (let page = reader.read(); page.length > 0; page = reader.read()) {
    changes.push(...page);
    reader.confirm(page.at(-1)?.seq ?? 0);
  }
  expect(changes.length).toBeGreaterThan(10);
  expect(changes.filter(({ key }) => !key.pk.includes(CANARY_ORG))).toEqual([]);
  expect(changes.flatMap((change) => readStep(change) ?? [])).toEqual([]);
  const requests = lines.filter(({ type, orgId }) => type === "scim.request" && orgId === CANARY_ORG);
  expect(requests).toHaveLength(19);
  expect(requests.flatMap((line) => readLine(line) ?? [])).toEqual([]);
});
