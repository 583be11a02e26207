import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { consoleLine } from "../../bin/local/consoleLine.ts";
import { openRequestsLog } from "../../bin/local/requestsLog.ts";
import { startServer } from "../../bin/local/server.ts";
import { checkLogLine, faultsOf } from "../support/logLines.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("without a binary for this platform everything is kept in memory", async () => {
  const server = await startServer({
    port: 0,
    dataFolder: folder,
    org: "acme",
    memory: false,
    startDatabase: async () => ({ outcome: "missing" }),
  });
  expect(server.store).toBe("memory");
  const response = await fetch(`${server.tenantUrl}/Users`, { headers: { Authorization: `Bearer ${server.token}` } });
  expect(response.status).toBe(200);
  await server.close();
});

test("in memory it needs no folder, and a line arrives for every request, refused ones too", async () => {
  const lines: Array<Readonly<Record<string, unknown>>> = [];
  const onLine = (line: Readonly<Record<string, unknown>>): void => {
    checkLogLine(line);
    lines.push(line);
  };
  const server = await startServer({ port: 0, org: "acme", memory: true, onLine });
  try {
    await fetch(`${server.tenantUrl}/ServiceProviderConfig`);
    await fetch(`${server.url}/admin/v1/orgs?name=secret`);
  } finally {
    await server.close();
  }
  expect(lines).toEqual([
    expect.objectContaining({ type: "scim.request", status: 200 }),
    expect.objectContaining({ type: "gateway.refused", status: 403, route: "/admin/v1/orgs" }),
  ]);
  expect(JSON.stringify(lines)).not.toContain("secret");
});

describe("the console line", () => {
  const line = {
    ts: "2026-01-02T03:04:05.000Z",
    method: "PATCH",
    route: "/scim/v2/{orgName}/Users/{id}",
    status: 200,
    ms: 7,
    ref: "0a1b2c3d4e5f",
    org: "acme",
    resourceId: "uAAAAAAAAAAAAAAAAAAAAAA",
  };

  test("names the verified org and the resource", () => {
    expect(consoleLine(line)).toMatch(
      /^\d\d:\d\d:05 PATCH {2}\/scim\/v2\/acme\/Users\/uA{22} 200 7 ms 0a1b2c3d4e5f acme$/,
    );
  });

  test("keeps the template where nothing is verified, and says why a request was refused", () => {
    const refused = { ...line, org: undefined, resourceId: undefined, status: 401, detailCode: "token.unknown" };
    expect(consoleLine(refused)).toMatch(
      / \/scim\/v2\/\{orgName\}\/Users\/\{id\} 401 token\.unknown 7 ms 0a1b2c3d4e5f$/,
    );
  });

  test("names the operation of an API that is behind a signature, of which the route says next to nothing", () => {
    const route = "/admin/v1/orgs/{slug}/{proxy+}";
    expect(consoleLine({ ...line, route, op: "admin.rotateToken" })).toContain(" admin.rotateToken 200 ");
    expect(consoleLine({ ...line, route, op: "admin.none", status: 404 })).toContain(` ${route} 404 `);
  });

  test("says how much of a request was not done although it was taken", () => {
    expect(consoleLine({ ...line, operationsRefused: 2 })).toContain(" 200 (2 refused) 7 ms");
    expect(consoleLine({ ...line, skippedMembers: 1 })).toContain(" 200 (1 skipped) 7 ms");
  });

  test("copes with a line that says nothing", () => {
    expect(consoleLine({})).toContain("(no route)");
  });
});

test("the file of requests starts anew at its limit and keeps one older file", () => {
  const log = openRequestsLog(folder, 100);
  for (let n = 0; n < 20; n++) log.append({ n, text: "x".repeat(20) });
  log.close();
  expect(readdirSync(folder).sort()).toEqual(["requests.log", "requests.log.1"]);
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).length).toBeLessThanOrEqual(100);
  expect(readFileSync(join(folder, "requests.log"), "utf8")).toContain('"n":19');
  const again = openRequestsLog(folder, 100);
  again.append({ n: 20 });
  again.close();
  expect(readFileSync(join(folder, "requests.log"), "utf8")).toContain('"n":19');
});

test("a file of requests that cannot be renamed or opened is tried again with the next line", () => {
  const log = openRequestsLog(folder, 100);
  log.append({ n: 1, text: "x".repeat(60) });
  mkdirSync(join(folder, "requests.log.1", "in the way"), { recursive: true });
  for (const n of [2, 3]) expect(() => log.append({ n, text: "x".repeat(60) })).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  rmSync(join(folder, "requests.log.1"), { recursive: true });
  log.append({ n: 4, text: "x".repeat(60) });
  log.close();
  expect(readFileSync(join(folder, "requests.log"), "utf8")).toMatch(/^\{"n":4,[^\n]*\n$/);
});

test("a console that is gone fails no request, and the file of requests says how many lines it misses", async () => {
  let gone = false;
  const server = await startServer({
    port: 0,
    org: "acme",
    memory: true,
    dataFolder: folder,
    onLine: () => {
      if (gone) throw new Error("EPIPE");
    },
  });
  const statusOf = async (path: string) => (await fetch(server.url + path)).status;
  try {
    gone = true;
    for (const n of [1, 2]) {
      expect([n, await statusOf("/scim/v2/acme/ServiceProviderConfig")]).toEqual([n, 200]);
      expect([n, await statusOf("/admin/v1/orgs")]).toEqual([n, 403]);
    }
    gone = false;
    expect(await statusOf("/scim/v2/acme/ServiceProviderConfig")).toBe(200);
    expect(await statusOf("/admin/v1/orgs")).toBe(403);
  } finally {
    await server.close();
  }
  const lines = readFileSync(join(folder, "requests.log"), "utf8").trim().split("\n");
  for (const line of lines) expect(faultsOf(line)).toEqual([]);
  const told = lines.map((line): { type: string; LogFailures?: number } => JSON.parse(line));
  const last = (type: string) => told.filter((line) => line.type === type).at(-1)?.LogFailures;
  expect([last("scim.request"), last("gateway.refused")]).toEqual([2, 2]);
});
