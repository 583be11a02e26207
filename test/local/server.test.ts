import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { liveOwner } from "../../bin/local/claimFolder.ts";
import { consoleLine } from "../../bin/local/consoleLine.ts";
import { openCredentials } from "../../bin/local/credentials.ts";
import { openRequestsLog } from "../../bin/local/requestsLog.ts";
import { startServer } from "../../bin/local/server.ts";
import type { LocalCredentials } from "../../bin/local/sigV4.ts";
import { objectIn } from "../../functions/scim/json.ts";
import { type RollcallServerOptions, StartRefused, startRollcallServer } from "../../lib/server/index.ts";
import { newFolder } from "../support/folders.ts";
import { faultsOf } from "../support/logLineSchema.ts";
import { checkLogLine } from "../support/logLines.ts";
import { signedRequest } from "../support/signed.ts";

const ROOT = join(import.meta.dirname, "../..");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each([true, false])("the APIs of a running server, in memory: %s", (memory) => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let credentials: LocalCredentials;
  beforeEach(async () => {
    server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory });
    credentials = openCredentials(folder);
  });
  afterEach(() => server.close());

  type Headers = Readonly<Record<string, string>>;
  const signed = async (host = `127.0.0.1:${server.port}`, headers: Headers = {}): Promise<Headers> => {
    const call = { method: "GET", target: "/admin/v1/orgs", headers, body: undefined };
    return { ...(await signedRequest(credentials, `http://${host}`, call)).headers, Host: host };
  };

  /** Past fetch, which sets Host and Origin by itself. */
  const statusWith = (
    headers: Headers | readonly string[],
    method = "GET",
    path = "/admin/v1/orgs",
  ): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ port: server.port, path, headers, method }, (answer) => {
        expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
        answer.resume().on("end", () => resolve(answer.statusCode));
      })
        .on("error", reject)
        .end();
    });

  test("are open to who can read the credentials of its folder, by each name of this machine", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      expect([name, await statusWith(await signed(`${name}:${server.port}`))]).toEqual([name, 200]);
    }
    expect(statSync(join(folder, "credentials.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "server.json"), "utf8")).not.toContain(credentials.secretAccessKey);
  });

  test.each<[string, number, (given: Headers) => Headers]>([
    ["without a signature", 403, ({ authorization: _, ...others }) => others],
    ["with a bearer token", 403, (given) => ({ ...given, authorization: `Bearer ${server.token}` })],
    [
      "with another signature",
      403,
      (given) => ({
        ...given,
        authorization: given.authorization?.replace(/.$/, (end) => (end === "0" ? "1" : "0")) ?? "",
      }),
    ],
    ["that a web page sends", 403, (given) => ({ ...given, Origin: "http://127.0.0.1" })],
    ["that a page of this machine sends", 403, (given) => ({ ...given, "Sec-Fetch-Site": "same-origin" })],
    [
      "to a name that was bound to this address",
      421,
      (given) => ({ ...given, Host: `rebound.example:${server.port}` }),
    ],
    ["to another port", 421, (given) => ({ ...given, Host: "127.0.0.1:1" })],
    ["to another name than was signed", 403, (given) => ({ ...given, Host: `localhost:${server.port}` })],
  ])("refuse a request %s", async (_, status, changed) => {
    expect(await statusWith(changed(await signed()))).toBe(status);
  });

  test("refuse a request of two hosts, whichever comes first, also where one stands in the request line", async () => {
    const headers = Object.entries(await signed()).flat();
    for (const two of [
      [...headers, "Host", "rebound.example"],
      ["Host", "rebound.example", ...headers],
    ]) {
      expect(await statusWith(two)).toBe(400);
    }
    const inLine = async (host: string) => statusWith(await signed(), "GET", `http://${host}/admin/v1/orgs`);
    expect([await inLine("rebound.example"), await inLine(`127.0.0.1:${server.port}`)]).toEqual([421, 200]);
  });

  test("answer the address bar of a browser as anybody else, and no preflight", async () => {
    expect(await statusWith({ ...(await signed()), "Sec-Fetch-Site": "none" })).toBe(200);
    const preflight = { Origin: "https://app.example", "Access-Control-Request-Method": "GET" };
    expect(await statusWith(preflight, "OPTIONS")).toBe(403);
    expect(await statusWith({}, "OPTIONS")).toBe(403);
  });

  test("are not offered any more as soon as the server stops", async () => {
    expect(liveOwner(folder)?.server).toEqual({ url: server.url });
    const closed = server.close();
    const owner = liveOwner(folder);
    await closed;
    expect(owner).toMatchObject({ pid: 0 });
    expect(liveOwner(folder)).toBeUndefined();
  });

  test("keep the credentials of their first start, and keep them and signatures out of the file of requests", async () => {
    const headers = await signed();
    await statusWith(headers);
    await statusWith({ ...headers, "X-Amz-Date": "20200101T000000Z" });
    await server.close();
    const log = readFileSync(join(folder, "requests.log"), "utf8");
    expect(log).toContain('"op":"admin.listOrgs"');
    expect(log).toContain('"detailCode":"gateway.signatureTime"');
    for (const secret of [credentials.secretAccessKey, credentials.accessKeyId, headers.authorization?.slice(-64)]) {
      expect(log).not.toContain(secret);
    }
    server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: !memory });
    expect(openCredentials(folder)).toEqual(credentials);
    expect(await statusWith(await signed())).toBe(200);
  });
});

test("credentials that cannot be read stop the start with a sentence, and those that a kill left empty are made", async () => {
  const start = () => startServer({ port: 0, dataFolder: folder, org: "acme", memory: true });
  const path = join(folder, "credentials.json");
  writeFileSync(path, "{");
  await expect(start()).rejects.toThrow(/credentials\.json, cannot be used \(it holds no credentials: remove it\)/);
  writeFileSync(path, "", { mode: 0o644 });
  await (await start()).close();
  expect(openCredentials(folder).accessKeyId).toMatch(/^ROLLCALL[0-9A-F]{12}$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("on a full disk no credentials are made by halves, and the start says why", () => {
  const script = `const { openCredentials } = await import(${JSON.stringify(join(ROOT, "bin/local/credentials.ts"))});
    try { openCredentials(${JSON.stringify(folder)}) } catch (error) { console.log(error.constructor.name, error.message) }`;
  // As on a full disk: nothing can be written to a file. Node leaves the signal for it ignored.
  const limited = ["-c", 'ulimit -f 0; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", script];
  const { stdout } = spawnSync("/bin/bash", limited, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(stdout).toBe(
    `StartRefused The data folder ${folder} cannot be written (EFBIG). Choose another one with --data.\n`,
  );
  expect(statSync(join(folder, "credentials.json")).size).toBe(0);
  expect(openCredentials(folder).secretAccessKey).toHaveLength(40);
});

test("started by another program, it is refused in the words of that program's options", async () => {
  await using server = await startRollcallServer({ dataFolder: folder });
  const port = Number(new URL(server.url).port);
  const again = startRollcallServer({ dataFolder: folder });
  await expect(again).rejects.toThrow(
    /already at \S+ \(pid \d+\)\. .*choose another folder with options.dataFolder\.$/,
  );
  await expect(startRollcallServer({ port })).rejects.toThrow(StartRefused);
  await expect(startRollcallServer({ port })).rejects.toThrow(/Choose another one with options.port; 0 takes/);
  const file = join(folder, "app--data");
  writeFileSync(file, "");
  await expect(startRollcallServer({ dataFolder: file })).rejects.toThrow(`${file} cannot be written`);
});

test.each<[string, unknown, RegExp]>([
  ["an unknown option", { prot: 3000 }, /^options\.prot is unknown: there is port, .*port/],
  ["a port in a text", { port: "3000" }, /^options\.port takes a whole number from 0 to 65535, not "3000"\.$/],
  ["a port too high", { port: 65_536 }, /^options\.port takes .*, not 65536\.$/],
  ["an empty path", { dataFolder: "" }, /^options\.dataFolder takes a path, not ""\.$/],
  ["null for absent", { org: null }, /^options\.org takes a login name, not null\.$/],
  ["an unknown preset", { preset: "toString" }, /^options\.preset takes one of standard, /],
  ["a log that is no function", { log: console }, /^options\.log takes a function, not a value of type object\.$/],
  ["no object", "data", /^options takes an object, not "data"\.$/],
])("another program's options are checked: %s", async (_, options, sentence) => {
  const starting = startRollcallServer(options as RollcallServerOptions);
  await expect(starting).rejects.toThrow(sentence);
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

  test("names work that no request asked for", () => {
    expect(consoleLine({ ts: line.ts, type: "events.visit", cause: { name: "StoreBusy" } })).toContain(
      " events.visit failed (StoreBusy)",
    );
  });

  test("webhooks say what became of attempts, which of them is disabled, and what failed", () => {
    const of = (line: object) => consoleLine({ ts: "2026-01-02T03:04:05.678Z", ...line }).replace(/^\S+ +/, "");
    expect(of({ type: "webhooks.run", outcomes: { "2xx": 3, Timeout: 1 }, ms: 40 })).toBe(
      "webhooks: 3 2xx, 1 Timeout 40 ms",
    );
    expect(of({ type: "webhooks.run", outcomes: {}, cause: { name: "StoreBusy" } })).toBe(
      "webhooks: failed (StoreBusy)",
    );
    expect(of({ type: "webhooks.disabled", webhookId: "pX3kq8LmT0aZ", reason: "gone" })).toBe(
      "webhook pX3kq8LmT0aZ disabled (gone)",
    );
    expect(of({ type: "webhooks.visit", cause: {} })).toBe("webhooks.visit failed");
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

test("a file of requests that is deleted or moved starts anew with the next line", () => {
  const path = join(folder, "requests.log");
  const log = openRequestsLog(folder);
  log.append({ n: 1 });
  rmSync(path);
  log.append({ n: 2 });
  expect(readFileSync(path, "utf8")).toBe('{"n":2}\n');
  renameSync(path, join(folder, "moved"));
  for (const n of [3, 4]) log.append({ n });
  log.close();
  expect(["moved", "requests.log"].map((name) => readFileSync(join(folder, name), "utf8"))).toEqual([
    '{"n":2}\n',
    '{"n":3}\n{"n":4}\n',
  ]);
});

test("a file of requests that a full disk cut off in the middle of a line loses no later line", () => {
  const path = join(folder, "requests.log");
  const script = `const { openRequestsLog } = await import(${JSON.stringify(join(ROOT, "bin/local/requestsLog.ts"))});
    const { truncateSync } = await import("node:fs");
    const log = openRequestsLog(${JSON.stringify(folder)});
    for (const n of [1, 2, 3]) try { log.append({ n, text: "x".repeat(400) }) } catch (error) { console.log(n, error.message) }
    truncateSync(${JSON.stringify(path)}, 900);
    log.append({ n: 4 });`;
  // As on a full disk: no file grows beyond a kilobyte. Node leaves the signal for it ignored.
  const limited = ["-c", 'ulimit -f 1; exec "$@"', "sh", process.execPath, "--input-type=module", "-e", script];
  const { stdout } = spawnSync("/bin/bash", limited, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(stdout).toBe("3 no space left for the whole line\n");
  appendFileSync(path, '{"n":5,"te');
  const log = openRequestsLog(folder);
  for (const n of [6, 7]) log.append({ n });
  log.close();
  const lines = readFileSync(path, "utf8").split("\n").map(objectIn);
  expect(lines.map((line) => line?.n)).toEqual([1, 2, undefined, 4, undefined, 6, 7, undefined]);
});

test("a file of requests that cannot be looked at gets its lines all the same", () => {
  const log = openRequestsLog(folder);
  // As of a folder without rights, which the root user does not meet.
  const away = `${folder}-away`;
  renameSync(folder, away);
  symlinkSync(folder, folder);
  log.append({ n: 1 });
  rmSync(folder);
  renameSync(away, folder);
  log.close();
  expect(readFileSync(join(folder, "requests.log"), "utf8")).toBe('{"n":1}\n');
});

test("a link in place of the file of requests gets no line", () => {
  writeFileSync(join(folder, "theirs"), "kept");
  symlinkSync(join(folder, "theirs"), join(folder, "requests.log"));
  expect(() => openRequestsLog(folder)).toThrow(/ELOOP/);
  expect(readFileSync(join(folder, "theirs"), "utf8")).toBe("kept");
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
