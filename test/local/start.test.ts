import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { listen } from "../../bin/local/httpServer.ts";
import { readOptions } from "../../bin/local/readOptions.ts";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { watchData } from "../../bin/local/watchData.ts";
import { StartRefused } from "../../bin/rollcall/refused.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { rollcallHere } from "./commandLine.ts";
import { endAll, eventually, type Run, run } from "./processes.ts";

let folder: string;
let data: string;
beforeEach(() => {
  folder = newFolder();
  data = join(folder, "data");
});
const here: LocalServer[] = [];
afterEach(async () => {
  await endAll();
  await closeHere();
  removeData(data);
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly tenantUrl: string;
  readonly token: string | null;
  readonly port: number;
  readonly store: string;
}

const npmStartWords = (...args: string[]): string[] => ["bin/start.mjs", "--port", "0", "--data", data, ...args];
const npmStart = (...args: string[]): Run => run(npmStartWords(...args));
/** What a client needs of a server, in a process of its own or in this one. */
type Place = Pick<Started, "tenantUrl">;

async function started(...args: string[]): Promise<Run & Started> {
  return announced(npmStart("--json", ...args));
}

async function announced(server: Run): Promise<Run & Started> {
  await eventually(() => server.stdout().includes("\n") || server.child.exitCode !== null);
  return { ...server, ...(JSON.parse(server.stdout()) as Started) };
}

/** The server in this process: a new one costs ten times as much, and what it prints and exits with is shown once. */
async function startedHere(args: readonly string[], dynamoEndpoint?: string): Promise<LocalServer> {
  const options = readOptions(["--port", "0", "--data", data, ...args], dynamoEndpoint);
  if (options === "help") throw new Error("help is no start");
  const server = await startServer(options);
  here.push(server);
  return server;
}

async function refusedHere(args: readonly string[], dynamoEndpoint?: string): Promise<string> {
  const refusal = await startedHere(args, dynamoEndpoint).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartRefused);
  const { message } = refusal as StartRefused;
  expect(message).toMatch(/^[^\n]+$/);
  return message;
}

async function closeHere(): Promise<void> {
  for (const server of here.splice(0)) await server.close();
}

async function stop(server: Run): Promise<number | string> {
  process.kill(server.pid, "SIGTERM");
  return await server.ended;
}

async function createUser({ tenantUrl }: Place, token: string | null | undefined, userName: string): Promise<Response> {
  return await fetch(`${tenantUrl}/Users`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
    body: JSON.stringify({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName,
      emails: [{ type: "work", value: `${userName}@example.com` }],
    }),
  });
}

test.each(["the folder", "the file"])("ends with one line when %s is deleted under it", async (what) => {
  const server = await started();
  if (what === "the folder") rmSync(data, { recursive: true });
  else rmSync(join(data, "rollcall.db"));
  expect(await server.ended).toBe(1);
  const told = server
    .stderr()
    .split("\n")
    .filter((line) => line.startsWith(`The data in ${data} was deleted`));
  expect(told).toEqual([expect.stringContaining("start again")]);
  await expect(createUser(server, server.token, "ann")).rejects.toThrow();
});

test("ends when the log of its file is deleted under it, and everything answered is in the file then", async () => {
  const server = await startedHere([]);
  expect((await createUser(server, server.token, "ann")).status).toBe(201);
  rmSync(join(data, "rollcall.db-wal"));
  await server.dataLost;
  await closeHere();
  expect(await userNames(await startedHere([]), server.token)).toEqual(["ann"]);
});

test("goes on while its folder cannot be looked at", async () => {
  mkdirSync(data);
  for (const name of ["rollcall.db", "rollcall.db-wal"]) writeFileSync(join(data, name), "");
  const { lost, stop: stopWatching } = watchData(data, join(data, "rollcall.db"));
  const other = watch(data);
  // As of a folder without rights, which the root user does not meet.
  const away = `${folder}-away`;
  renameSync(folder, away);
  symlinkSync(folder, folder);
  const looked = once(other, "change");
  writeFileSync(join(away, "data", "new"), "");
  await looked;
  rmSync(folder);
  renameSync(away, folder);
  expect(await Promise.race([lost.then(() => "lost"), wait(0, "goes on")])).toBe("goes on");
  rmSync(join(data, "rollcall.db"));
  await lost;
  stopWatching();
  other.close();
});

async function userNames({ tenantUrl }: Place, token: string | null | undefined): Promise<string[]> {
  const response = await fetch(`${tenantUrl}/Users`, { headers: { Authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  const { Resources } = (await response.json()) as { Resources: Array<{ userName: string }> };
  return Resources.map(({ userName }) => userName);
}

describe("rollcall start", () => {
  const words = (...more: string[]): string[] => ["bin/rollcall.ts", "start", "--port", "0", "--data", data, ...more];

  test("is the same server, on a folder that no other start takes from it, and Ctrl-C ends it", async () => {
    const server = await announced(run(words("--json", "--org", "initech")));
    expect(server.tenantUrl).toBe(`http://127.0.0.1:${server.port}/scim/v2/initech`);
    expect((await createUser(server, server.token, "jo")).status).toBe(201);
    const again = npmStart();
    expect(await again.ended).toBe(2);
    expect(again.stdout()).toBe("");
    expect(again.stderr()).toMatch(
      /^Rollcall is running on .* already at http:\/\/127\.0\.0\.1:\d+ \(pid \d+\)\..*\n$/,
    );
    expect(again.stderr()).toContain(`:${server.port} (pid ${server.pid})`);
    process.kill(server.pid, "SIGINT");
    expect(await server.ended).toBe(0);
  });

  test.each([
    [["--port", "x"], "--port takes a number"],
    [["--memory", "now"], "a word too many"],
  ])("refuses %j with code 2", async (more, said) => {
    const refused = run(words(...more));
    expect(await refused.ended).toBe(2);
    expect(refused.stderr()).toContain(said);
  });
});

describe("npm start", () => {
  test("makes an org and a token that works, and on the next start still has what was provisioned", async () => {
    // Without a folder for compiled modules it replaces itself once.
    const first = await announced(run(npmStartWords("--json"), { NODE_COMPILE_CACHE: undefined }));
    expect(first).toMatchObject({ store: "file", tenantUrl: `http://127.0.0.1:${first.port}/scim/v2/acme` });
    expect(first.token).toMatch(/^rollcall_\w{8}_\w{43}_\w{6}$/);
    const created = await createUser(first, first.token, "jo");
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toMatch(`${first.tenantUrl}/Users/`);
    expect(await stop(first)).toBe(0);
    expect(existsSync(join(data, "server.json"))).toBe(false);

    const second = await started();
    expect(second.token).toBeNull();
    expect(await userNames(second, first.token)).toEqual(["jo"]);
    expect(await stop(second)).toBe(0);
  });

  test("finds each module compiled at its first start, because npm ci has asked for its help", async () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(scripts.prepare).toMatch(/^node bin\/start\.mjs --help /);
    const env = { NODE_COMPILE_CACHE: join(folder, "compiled") };
    const compiled = (): string[] => readdirSync(env.NODE_COMPILE_CACHE, { recursive: true }).map(String).sort();
    expect(await run(["bin/start.mjs", "--help"], env).ended).toBe(0);
    const known = compiled();
    expect(known.length).toBeGreaterThan(200);
    const first = await announced(run(npmStartWords("--json"), env));
    expect((await createUser(first, first.token, "jo")).status).toBe(201);
    expect(await stop(first)).toBe(0);
    expect(compiled()).toEqual(known);
  });

  test("loses nothing that was answered when it is killed, and starts again", async () => {
    const first = await started();
    expect((await createUser(first, first.token, "jo")).status).toBe(201);
    process.kill(first.pid, "SIGKILL");
    expect(await first.ended).toBe("SIGKILL");

    const second = await started();
    expect(await userNames(second, first.token)).toEqual(["jo"]);
    await stop(second);
  });

  test("answers 503 while no more can be written, goes on to answer reads, and loses nothing that was answered", async () => {
    // As on a full disk: no file grows beyond a megabyte. Node leaves the signal for it ignored.
    const limited = ["-c", 'ulimit -f 1024; exec "$@"', "sh", process.execPath, ...npmStartWords("--json")];
    const server = run(limited, {}, "/bin/bash");
    await eventually(() => server.stdout().includes("\n"));
    const place: Started = JSON.parse(server.stdout());
    const made: string[] = [];
    const refused: string[] = [];
    let answer = await createUser(place, place.token, "u0");
    for (let n = 1; answer.status === 201; n++) {
      made.push(`u${n - 1}`);
      answer = await createUser(place, place.token, `u${n}`);
      if (answer.status !== 201) refused.push(`u${n}`);
    }
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    // The upkeep of the change log may have made room meanwhile: what is answered counts.
    const more = await createUser(place, place.token, "more");
    if (more.status === 201) made.push("more");
    else expect(more.status).toBe(503);
    refused.push("more");
    const there = await userNames(place, place.token);
    expect(made.filter((name) => !there.includes(name))).toEqual([]);
    // A 503 leaves open whether it was carried out (ADR 54); the same server says the same of it from then on.
    expect(there.filter((name) => !made.includes(name) && !refused.includes(name))).toEqual([]);
    await stop(server);

    const again = await started();
    expect((await userNames(again, place.token)).sort()).toEqual(there.sort());
    expect((await createUser(again, place.token, "now")).status).toBe(201);
    await stop(again);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "answers the request under way and exits 0 on %s",
    async (signal) => {
      const server = await started();
      const answers = Promise.allSettled(["a", "b", "c", "d"].map((name) => createUser(server, server.token, name)));
      await eventually(() => server.stderr() !== "");
      process.kill(server.pid, signal);
      process.kill(server.pid, signal);
      // A request whose connection was not taken yet fails; one that was taken is answered in full.
      const statuses = (await answers).flatMap((answer) =>
        answer.status === "fulfilled" ? [answer.value.status] : [],
      );
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(await server.ended).toBe(0);
    },
  );

  test("prints the two lines among others, then one line per request without personal data", async () => {
    const server = npmStart("--org", "globex", "--preset", "open");
    await eventually(() => server.stdout().includes("Ctrl-C"));
    const [, tenantUrl = ""] =
      /^Tenant URL: (http:\/\/127\.0\.0\.1:\d+\/scim\/v2\/globex)$/m.exec(server.stdout()) ?? [];
    const [, token = ""] = /^Secret token: (rollcall_\S+)$/m.exec(server.stdout()) ?? [];
    const place = { tenantUrl, token, port: 0, store: "" };
    const { origin } = new URL(tenantUrl);
    const [, portal = "", link = ""] = /^Portal: (\S+)#link=(rollcalllink_\S+)$/m.exec(server.stdout()) ?? [];
    expect(portal).toBe(`${origin}/portal`);
    expect((await createUser(place, token, "marked-name")).status).toBe(201);
    await fetch(`${tenantUrl}/Users?filter=userName+eq+%22marked-value%22`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const lines = await eventually(() => {
      const found = server
        .stdout()
        .split("\n")
        .filter((line) => / (GET|POST) /.test(line));
      return found.length === 2 && found;
    });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d POST {3}\/scim\/v2\/globex\/Users 201 \d+ ms [\da-f]{12} globex$/);
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d GET {4}\/scim\/v2\/globex\/Users .*200 \d+ ms [\da-f]{12} globex$/);
    expect(await stop(server)).toBe(0);
    const kept = readFileSync(join(data, "requests.log"), "utf8");
    expect(
      kept
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { status: number }).status),
    ).toEqual([201, 200]);
    expect(server.stdout() + kept).not.toMatch(/marked/);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(link);
    expect(statSync(join(data, "requests.log")).mode & 0o777).toBe(0o600);
    for (const name of ["rollcall.db", "owner.db"]) {
      expect([name, statSync(join(data, name)).mode & 0o77]).toEqual([name, 0]);
    }
  });

  test("prints exactly two lines with --quiet, also when the token cannot be shown again, as --json says too", async () => {
    const first = npmStart("--quiet");
    await eventually(() => first.stdout().split("\n").length > 2);
    const [, tenantUrl = ""] = /Tenant URL: (\S+)/.exec(first.stdout()) ?? [];
    await fetch(`${tenantUrl}/Users`);
    expect(await stop(first)).toBe(0);
    expect(first.stdout()).toMatch(/^Tenant URL: http:\S+\/scim\/v2\/acme\nSecret token: rollcall_\S+\n$/);
    expect(first.stderr()).toBe("");

    const second = npmStart("--quiet");
    await eventually(() => second.stdout().split("\n").length > 2);
    expect(await stop(second)).toBe(0);
    expect(second.stdout()).toMatch(
      /^Tenant URL: \S+\n.*cannot be shown again.*npm run rollcall -- token regenerate acme --data .+\n$/,
    );

    const third = await started();
    const { token, noToken, ...others } = JSON.parse(third.stdout());
    expect([token, `${noToken}\n`]).toEqual([null, second.stdout().split("\n").slice(1).join("\n")]);
    expect(others).not.toHaveProperty("noPortal");
    expect(await stop(third)).toBe(0);
  });

  test("starts for the other organizations where its own can have neither token nor portal link", async () => {
    await rollcallHere(`org create acme --data ${data}`);
    const tokenFile = join(folder, "token");
    const first = npmStart("--token-file", tokenFile);
    await eventually(() => first.stdout().includes("Ctrl-C stops"));
    expect(first.stdout()).toMatch(
      /\nNo token: SCIM needs SAML SSO.* org update acme --sso --data .+`.*\nPortal: http/,
    );
    expect([await stop(first), existsSync(tokenFile)]).toEqual([0, false]);

    await rollcallHere(["org", "delete", "acme", "--reason", "left", "--data", data]);
    const second = npmStart();
    await eventually(() => second.stdout().includes("Ctrl-C stops"));
    expect(second.stdout()).toMatch(/\nNo token: .*\nNo portal link: .* org restore acme --data .+` cancels that\.\n/);
    expect(await stop(second)).toBe(0);
    const third = await started();
    const { token, noToken, portal, noPortal } = JSON.parse(third.stdout());
    expect([token, portal]).toEqual([null, null]);
    expect(second.stdout()).toContain(`\nNo token: ${noToken}\nNo portal link: ${noPortal}\n`);
    expect(await stop(third)).toBe(0);
  });

  test("keeps everything in memory with --memory, beside a server that does not", async () => {
    const kept = await startedHere([]);
    const first = await startedHere(["--memory"]);
    expect(first.store).toBe("memory");
    expect((await createUser(first, first.token, "jo")).status).toBe(201);
    expect(await userNames(first, first.token)).toEqual(["jo"]);
    const second = await startedHere(["--memory"]);
    expect(await userNames(second, second.token)).toEqual([]);
    expect(await userNames(kept, kept.token)).toEqual([]);
  });

  test("writes the token into a file that nobody else can read, whatever its mode was", async () => {
    const path = join(folder, "token");
    writeFileSync(path, "something else", { mode: 0o644 });
    const { token } = await startedHere(["--token-file", path]);
    expect(readFileSync(path, "utf8")).toBe(`${token}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await closeHere();
    await startedHere(["--token-file", path]);
    expect(readFileSync(path, "utf8")).toBe(`${token}\n`);
  });

  test("makes no token that a file which cannot be written would lose", async () => {
    const nowhere = await refusedHere(["--token-file", join(folder, "no", "such", "folder")]);
    expect(nowhere).toMatch(/^The token file .* cannot be written \(ENOENT\)\./);
    const link = join(folder, "link");
    symlinkSync(join(folder, "theirs"), link);
    expect(await refusedHere(["--token-file", link])).toMatch(
      /^The token file .* cannot be written \(it is a link\)\./,
    );
    expect(existsSync(join(folder, "theirs"))).toBe(false);
    expect((await startedHere([])).token).toBeDefined();
  });

  test("tells clients the address of --public-url", async () => {
    const server = await startedHere(["--public-url", "https://scim.example.com/base/"]);
    expect(server.tenantUrl).toBe("https://scim.example.com/base/scim/v2/acme");
    const near = { tenantUrl: `http://127.0.0.1:${server.port}/scim/v2/acme` };
    const created = await createUser(near, server.token, "jo");
    expect(created.headers.get("location")).toMatch(
      /^https:\/\/scim\.example\.com\/base\/scim\/v2\/acme\/Users\/u\w{22}$/,
    );
  });

  test("uses the DynamoDB that DYNAMODB_ENDPOINT names, and makes no file", async () => {
    const other = await startDynoxide();
    const words = ["--json", "--port", "0", "--data", join(folder, "one")];
    const first = await announced(run(["bin/local.ts", ...words], { DYNAMODB_ENDPOINT: other.endpoint }));
    expect(first).toMatchObject({ store: "dynamodb", token: expect.stringContaining("rollcall_") });
    expect(await stop(first)).toBe(0);
    const second = await startedHere(["--data", join(folder, "two")], other.endpoint);
    expect([second.store, second.token]).toEqual(["dynamodb", undefined]);
    for (const name of ["one", "two"]) expect(existsSync(join(folder, name, "rollcall.db"))).toBe(false);
    await closeHere();
    await other.stop();
  });
});

describe("one clear line and exit code 2", () => {
  test("for a port that is taken, before a token is made", async () => {
    const other = createServer();
    const port = await listen(other, 0);
    const refused = run(["bin/local.ts", "--data", data, "--port", String(port)]);
    expect(await refused.ended).toBe(2);
    expect(refused.stderr()).toBe(
      `Port ${port} is taken by another program. Choose another one with --port; 0 takes any free one.\n`,
    );
    expect(refused.stdout()).toBe("");
    other.close();
    expect((await startedHere([])).token).toBeDefined();
  });

  test("for a folder that cannot be made", async () => {
    expect(await refusedHere(["--data", "/dev/null/x"])).toMatch(/\/dev\/null\/x cannot be written/);
  });

  // What `serve` makes of a StartRefused, a process shows above.
  test.each([
    ["an option that does not exist", ["--prot", "1"], /'--prot'/],
    ["an argument where none is expected", ["start"], /'start'/],
    ["an option without its value", ["--org"], /--org/],
    ["a port that is none", ["--port", "65536"], /--port/],
    ["a preset that does not exist", ["--preset", "loose"], /--preset .*fulcrum-compat/],
    ["a login name that cannot stand in a URL", ["--org", "Acme Inc"], /--org/],
    ["a public URL with a query", ["--public-url", "https://example.com/?a"], /--public-url/],
    ["a public URL with a bare #", ["--public-url", "https://example.com/#"], /--public-url/],
    ["two forms of output", ["--json", "--quiet"], /--json and --quiet/],
  ])("for %s", (_case, args, line) => {
    const read = () => readOptions(args, undefined);
    expect(read).toThrow(StartRefused);
    expect(read).toThrow(line);
    expect(read).toThrow(/^[^\n]+$/);
  });

  test("for a file that is no database", async () => {
    await startedHere([]);
    await closeHere();
    writeFileSync(join(data, "rollcall.db"), "this is no database, only a text".repeat(200));
    expect(await refusedHere([])).toMatch(/^.+rollcall\.db is no database\. Move it away /);
  });

  test("for a file that is damaged, although it was closed well", async () => {
    await startedHere([]);
    await closeHere();
    const size = statSync(join(data, "rollcall.db")).size;
    const file = openSync(join(data, "rollcall.db"), "r+");
    writeSync(file, Buffer.alloc(size - 2 * 4096, 0xa5), 0, size - 2 * 4096, 2 * 4096);
    closeSync(file);
    expect(await refusedHere([])).toMatch(/^.+rollcall\.db is damaged\. Remove rollcall\.db-wal .* put a copy back/);
  });

  test("for a file whose damage shows only when the first portal link is written", async () => {
    await startedHere([]);
    await closeHere();
    const db = new DatabaseSync(join(data, "rollcall.db"));
    db.exec("create index links on items (pk) where pk >= 'P#' and pk < 'P$'");
    const page = Number(db.prepare("select rootpage from sqlite_schema where name = 'links'").get()?.rootpage);
    db.close();
    const file = openSync(join(data, "rollcall.db"), "r+");
    writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, (page - 1) * 4096);
    closeSync(file);
    const server = npmStart();
    expect([await server.ended, server.stdout(), server.stderr()]).toEqual([
      2,
      "",
      expect.stringMatching(/rollcall\.db is damaged\. Remove rollcall\.db-wal .* put a copy back[^\n]+\n$/),
    ]);
  });

  test.each(["requests.log", "owner.db", "data.db"])("for a %s that cannot be opened, of a command 1", async (name) => {
    mkdirSync(join(data, name), { recursive: true });
    const line = /^[^\n]+\/data\S* cannot be written \([^\n]+--data\.\n?$/;
    expect(await refusedHere([])).toMatch(line);
    const command = await rollcallHere(["org", "create", "acme", "--data", data]);
    expect([command.code, command.err]).toEqual([1, expect.stringMatching(line)]);
    rmSync(join(data, name), { recursive: true });
  });

  test("for a DynamoDB that does not answer", async () => {
    const refusal = await refusedHere([], "http://127.0.0.1:1");
    expect(refusal).toMatch(/^The DynamoDB at http:\/\/127\.0\.0\.1:1 cannot be used /);
  });
});

test("--help tells every option and exits 0", async () => {
  const help = run(["bin/local.ts", "--help"]);
  expect(await help.ended).toBe(0);
  for (const option of [
    "--port",
    "--org",
    "--preset",
    "--memory",
    "--data",
    "--token-file",
    "--public-url",
    "--json",
    "--quiet",
  ]) {
    expect(help.stdout()).toContain(option);
  }
});
