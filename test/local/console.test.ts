import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import type { OpenApi } from "../../bin/rollcall/console/connection.ts";
import { operationAt } from "../../bin/rollcall/console/consoleOperations.ts";
import { requestFor } from "../../bin/rollcall/console/passOn.ts";
import type { DeadLetterQueues } from "../../bin/rollcall/deadLetters.ts";
import { CONSOLE_ADMIN_ROUTES, CONSOLE_RUN_ROUTES } from "../../bin/rollcall/generated/consoleRoutes.js";
import type { Place } from "../../bin/rollcall/place.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import { adminRoutes } from "../../functions/http/generated/admin.js";
import { directoryRoutes } from "../../functions/http/generated/directory.js";
import { maintenanceRoutes } from "../../functions/http/generated/maintenance.js";
import { ENTRY } from "../../functions/http/generated/portalAssets.js";
import { EVERY_RULE } from "../../functions/provisioning/portal/portalSettings.ts";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { closeConsoles, consoleOver, type TestConsole, tokenIn } from "../support/consoleOver.ts";
import { startFakeCloudWatch, USERS_LOG } from "../support/fakeCloudWatch.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { reachAws } from "../support/reachAws.ts";
import { runPrinting } from "../support/rollcallOver.ts";
import { scriptedServer } from "../support/scriptedServer.ts";
import { endAll, eventually, run } from "./processes.ts";

let folder: string;
let server: LocalServer;
let place: Place;
let console: TestConsole;
/** Of a create that was refused. */
let refusal: string;

beforeAll(async () => {
  folder = newFolder();
  place = { kind: "local", folder };
  server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  console = await consoleOver({ place, open: opened(place) });
  expect(await scim("POST", "Users", ordinaryUser("ada"))).toMatchObject({ status: 201 });
  refusal = (await scim("POST", "Users", ordinaryUser("ada"))).text;
});
afterAll(async () => {
  await closeConsoles();
  await server.close();
  await endAll();
  removeData(folder);
});

function opened(of: Place, actor?: string): OpenApi {
  return (api) => reach(of, actor, {}, api);
}

async function scim(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const headers = { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" };
  const response = await fetch(`${server.tenantUrl}/${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

/** What a command prints about the same place. */
async function printed(...words: readonly string[]): Promise<unknown> {
  const { out } = await runPrinting(COMMANDS, [...words, "--json", "--data", folder], (of, actor, api) =>
    reach(of, actor, {}, api),
  );
  return JSON.parse(out);
}

/** The operations that reached the server since then, each by the name in its log. */
function loggedSince(mark: number): string[] {
  const lines = readFileSync(join(folder, "requests.log"), "utf8").slice(mark).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line)).flatMap(({ op }) => (op === undefined ? [] : [op]));
}

function logLength(): number {
  return readFileSync(join(folder, "requests.log"), "utf8").length;
}

describe("the address", () => {
  test("lets a browser in once, within two minutes, and the newest one alone", async () => {
    let now = 0;
    const { running, redeem, ask } = await consoleOver({ place, open: opened(place), now: () => now });
    const [older, newer] = [tokenIn(running.address()), tokenIn(running.address())];
    expect(newer).toMatch(/^[\w-]{43}$/);
    for (const wrong of [older, "", "x".repeat(43)]) {
      expect(await redeem(wrong)).toMatchObject({ status: 401, json: { code: "console.token" } });
    }
    now += 120_000;
    expect(await redeem(newer)).toMatchObject({ status: 200, json: { bearer: expect.stringMatching(/^[\w-]{43}$/) } });
    expect(await redeem(newer)).toMatchObject({ status: 401 });
    const late = tokenIn(running.address());
    now += 120_001;
    expect(await redeem(late)).toMatchObject({ status: 401 });
    // Whoever is in stays in: hours later as well.
    now += 7_200_000;
    expect(await ask("GET", "session")).toMatchObject({
      status: 200,
      json: { kind: "console", org: null, csrf: null },
    });
  });

  test.each([
    ["GET", "session"],
    ["GET", "orgs/acme/overview"],
    ["GET", "admin/orgs/acme"],
    ["POST", "admin/orgs/acme/tokens/regenerate"],
    ["DELETE", "admin/session"],
    ["GET", "console/orgs"],
    ["GET", "console/orgs/acme/lines"],
    ["POST", "console/jobs/retry"],
    ["GET", "nothing"],
  ])("is the only way in: %s %s without what it buys is 401", async (method, path) => {
    const mark = logLength();
    for (const Authorization of [undefined, "Bearer ", `Bearer ${"x".repeat(43)}`, "Basic eDp4"]) {
      const { headers, json, status } = await console.ask(method, path, { headers: { Authorization } });
      expect([status, json.code]).toEqual([401, "console.bearer"]);
      expect(headers["set-cookie"]).toBeUndefined();
    }
    expect(loggedSince(mark)).toEqual([]);
  });
});

describe("a request that does not come from the console's own page", () => {
  const port = () => console.running.port;
  test.each([
    ["of another name for this machine (DNS rebinding)", () => ({ Host: `rebound.example:${port()}` })],
    ["of the name localhost", () => ({ Host: `localhost:${port()}` })],
    ["of another port", () => ({ Host: `127.0.0.1:${port() + 1}` })],
    ["of no port", () => ({ Host: "127.0.0.1" })],
    ["from another site", () => ({ Origin: "https://evil.example" })],
    ["from a page without an origin", () => ({ Origin: "null" })],
    ["from another server of this machine", () => ({ Origin: `http://127.0.0.1:${port() + 1}` })],
    ["that its browser says comes across sites", () => ({ "Sec-Fetch-Site": "cross-site" })],
    ["that its browser says comes from another port", () => ({ "Sec-Fetch-Site": "same-site" })],
  ])("%s is 403, even with the bearer", async (_what, headers) => {
    const mark = logLength();
    for (const [method, path] of [
      ["GET", "admin/orgs/acme"],
      ["POST", "admin/orgs/acme/tokens/regenerate"],
      ["OPTIONS", "admin/orgs/acme"],
      ["GET", "/portal"],
    ] as const) {
      expect(await console.ask(method, path, { headers: headers() })).toMatchObject({
        status: 403,
        json: { code: "console.gate" },
      });
    }
    expect(loggedSince(mark)).toEqual([]);
  });

  test("with a whole URL in its request line is 403", async () => {
    expect(await console.ask("GET", `${console.url}/portal/v1/session`)).toMatchObject({ status: 403 });
  });

  test("gets no leave to come from elsewhere", async () => {
    for (const path of ["/portal", "session", "admin/orgs/acme"]) {
      const { headers } = await console.ask("GET", path);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  test("may open the page itself: a link to it may stand anywhere", async () => {
    const opening = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
    expect(await console.ask("GET", "/portal", { headers: opening })).toMatchObject({ status: 200 });
    expect(await console.ask("GET", "/portal/v1/admin/orgs/acme", { headers: opening })).toMatchObject({ status: 403 });
    const framing = { ...opening, "Sec-Fetch-Dest": "iframe" };
    expect(await console.ask("GET", "/portal", { headers: framing })).toMatchObject({ status: 403 });
  });
});

describe("nothing passes but what is declared", () => {
  const listed = new Set(Object.values(CONSOLE_ADMIN_ROUTES).map(({ method, path }) => `${method} ${path}`));
  const others = Object.entries({ ...adminRoutes, ...maintenanceRoutes, ...directoryRoutes }).filter(
    ([, { method, path }]) => !listed.has(`${method} ${path}`),
  );

  test("of the signed APIs", async () => {
    expect(others.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "purgeOrg",
        "scheduleDeletion",
        "createApplicationKey",
        "createWebhook",
        "exportUsers",
        "inspectOrg",
        "linkUser",
      ]),
    );
    const mark = logLength();
    for (const [name, { method, path }] of others) {
      const filled = path.replace("{org}", "acme").replace(/\{\w+\}/g, "x");
      const { json, status } = await console.ask(method, `admin/${filled}`, {
        body: method === "GET" ? undefined : {},
      });
      expect([name, json.code]).toEqual([name, expect.stringMatching(/^console\.(notListed|method)$/)]);
      expect([404, 405]).toContain(status);
    }
    expect(loggedSince(mark)).toEqual([]);
  });

  test.each([
    "admin/orgs/..%2Fapp-keys",
    "admin/orgs/%2e%2e/app-keys",
    "admin/orgs/../app-keys",
    "admin/orgs/..",
    "admin/orgs/%2E",
    "admin/../../../admin/v1/app-keys",
    "admin/orgs//tokens",
    "admin/orgs/acme%2Fpurge",
    "admin/orgs/acme%",
    "orgs/..%2f..%2fadmin/overview",
    "orgs/%2e%2e/overview",
    "console/orgs/%2e%2e/jobs",
    "/portal/v1",
    "/portal/../rollcall.json",
    "/portal/%2e%2e/package.json",
    "/portal/__proto__",
    "/portal/constructor",
    "/admin/v1/orgs",
    "/",
  ])("%s leads nowhere", async (path) => {
    const mark = logLength();
    const { status } = await console.ask("GET", path);
    // A name with a slash in it names an organization that does not exist, and nothing else.
    expect([status, loggedSince(mark).filter((op) => !["admin.getOrg", "portal.getOverview"].includes(op))]).toEqual([
      404,
      [],
    ]);
  });

  test("not even a member of the query that the declaration does not name", () => {
    const query = new URLSearchParams("count=1&include=x&after=acme&__proto__=y");
    const { method, path } = requestFor(operationAt("GET", "/orgs/acme/groups"), query, undefined);
    expect([method, path]).toEqual(["GET", "orgs/acme/groups?count=1&after=acme"]);
    const named = requestFor(operationAt("DELETE", "/admin/orgs/a%2Fb%3F/pause"), query, undefined);
    expect(named.path).toBe("orgs/a%2Fb%3F/pause");
  });

  test.each([
    ["a body that is too large", { body: { text: "x".repeat(262_144) } }, 413, "console.tooLarge"],
    ["a body that is no JSON", { body: "{", headers: { "Content-Type": "application/json" } }, 400, "console.body"],
    ["a list for a body", { body: [] }, 400, "console.body"],
    [
      "a form",
      { body: "text=x", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
      400,
      "console.body",
    ],
    ["a member that is not declared", { body: { text: "x", path: "/etc/passwd" } }, 400, "value.unknownMember"],
    ["no reference", { body: { text: "hello" } }, 400, "console.value"],
  ])("%s is refused", async (_what, rest, status, code) => {
    expect(await console.ask("POST", "console/explain", rest)).toMatchObject({
      status,
      json: { code, status: String(status) },
    });
  });
});

describe("with the operator's own access", () => {
  test("reads and changes what is declared, in the name that --actor says", async () => {
    const named = await consoleOver({ place, open: opened(place, "ann"), actor: "ann" });
    const { ask } = named;
    expect((await ask("GET", "session")).json).toMatchObject({ actor: "ann", access: "manage" });
    expect(await ask("POST", "admin/orgs", { body: { org: "other", sso: {} } })).toMatchObject({
      status: 201,
      json: { org: "other" },
    });
    const pause = await ask("POST", "admin/orgs/other/pause", { body: { reason: "audit" } });
    expect(pause.json).toMatchObject({ paused: { reason: "audit" } });
    expect((await ask("DELETE", "admin/orgs/other/pause")).json).toMatchObject({ paused: null });
    const made = await ask("POST", "admin/orgs/other/tokens", { body: { description: "Entra" } });
    expect(made).toMatchObject({ status: 201, json: { token: { createdBy: "ann" } } });
    const rules = await ask("PATCH", "admin/orgs/other/rules", { body: { rules: { teamNameMaxLength: 100 } } });
    expect(rules).toMatchObject({
      status: 200,
      json: { rules: { teamNameMaxLength: 100 }, warnings: expect.any(Array) },
    });
    // What the deployment refuses comes as it is, with its reference.
    const again = await ask("POST", "admin/orgs/other/tokens", { body: {} });
    expect(again).toMatchObject({ status: 409, json: { detail: expect.stringMatching(/ \(ref: [0-9a-f]{12}\)$/) } });
    const nobody = await ask("GET", "admin/orgs/nobody");
    expect(nobody).toMatchObject({ status: 404, json: { code: expect.stringMatching(/^notFound\./) } });
    const wrong = await ask("PATCH", "admin/orgs/other/rules", { body: { rules: { teamNameMaxLength: -1 } } });
    expect(wrong).toMatchObject({ status: 400, json: { code: "value.ruleValue" } });
  });

  test("finds organizations by the beginning of a login name, page by page", async () => {
    for (const org of ["ac", "ac-me", "ac-me-2", "acorn", "b2b", "zz"]) {
      await console.ask("POST", "admin/orgs", { body: { org } });
    }
    const found = async (query: string) => {
      const { json } = await console.ask("GET", `console/orgs?${query}`);
      return [(json.orgs as { org: string }[]).map(({ org }) => org), json.next];
    };
    expect(await found("search=ac")).toEqual([["ac", "ac-me", "ac-me-2", "acme", "acorn"], null]);
    expect(await found("search=AC-")).toEqual([["ac-me", "ac-me-2"], null]);
    expect(await found("search=b")).toEqual([["b2b"], null]);
    expect(await found("search=nobody")).toEqual([[], null]);
    expect(await found("search=%20not%20a%20name_")).toEqual([[], null]);
    const [first, next] = await found("search=ac&count=2");
    expect([first, next]).toEqual([["ac", "ac-me", "ac-me-2"], "ac-me-2"]);
    expect(await found(`search=ac&count=2&after=${String(next)}`)).toEqual([["acme", "acorn"], "acorn"]);
    expect(await found("search=ac&count=2&after=acorn")).toEqual([[], null]);
    const { json } = await console.ask("GET", "admin/orgs/acme");
    expect(await found(`search=${String(json.id)}`)).toEqual([["acme"], null]);
  });

  test("deletes only what somebody named once more", async () => {
    const path = "console/orgs/zz/deletion";
    for (const confirm of ["", "ZZ", "acme"]) {
      const refused = await console.ask("POST", path, { body: { reason: "over", confirm } });
      expect(refused).toMatchObject({ status: 400, json: { code: "console.confirm" } });
    }
    expect((await console.ask("GET", "admin/orgs/zz")).json.deletion).toBeNull();
    const deleted = await console.ask("POST", path, { body: { reason: "over", confirm: "zz" } });
    expect(deleted.json).toMatchObject({ org: "zz", deletion: { reason: "over" } });
    expect((await console.ask("DELETE", "admin/orgs/zz/deletion")).json.deletion).toBeNull();
  });
});

function resultOf(lines: readonly JsonObject[]): JsonObject {
  const { result } = lines.at(-1) ?? {};
  if (!isObject(result)) throw new Error(`no result: ${JSON.stringify(lines)}`);
  return result;
}

describe("a run answers what the command prints", () => {
  test("of explain", async () => {
    const { lines } = await console.ask("POST", "console/explain", { body: { text: refusal } });
    const { found, ...rest } = resultOf(lines) as { found: JsonObject[] };
    expect(rest).toEqual({ missing: [], rest: [] });
    const [{ sections, ...explanation } = {}] = found;
    expect(explanation).toEqual({ rule: null, ...((await printed("explain", refusal)) as object) });
    const { out } = await runPrinting(COMMANDS, ["explain", refusal, "--data", folder], opener);
    for (const { title, lines: told } of sections as { title: string; lines: string[] }[]) {
      expect(out).toContain(`\n${title}\n  ${told[0]}`);
    }
    const unknown = await console.ask("POST", "console/explain", { body: { text: "(ref: 0a1b2c3d4e5f)" } });
    expect(unknown).toMatchObject({
      status: 502,
      json: { detail: expect.stringContaining("No line with the reference") },
    });
  });
  const opener = (of: Place, actor: string | undefined, api: Parameters<OpenApi>[0]) => reach(of, actor, {}, api);

  test("of tail", async () => {
    const { lines } = await console.ask("GET", "console/orgs/acme/lines?follow=false&errors=true");
    const { out } = await runPrinting(
      COMMANDS,
      ["tail", "acme", "--errors", "--no-follow", "--json", "--data", folder],
      opener,
    );
    const shown = lines.flatMap(({ item }) => (item === undefined ? [] : [item as JsonObject]));
    expect(shown.map(({ line }) => JSON.stringify(line))).toEqual(out.trim().split("\n"));
    expect(shown[0]).toMatchObject({ asked: "create a user", outcome: expect.stringContaining("409 uniqueness") });
    expect(resultOf(lines)).toMatchObject({ shown: shown.length });
    for (const [query, says] of [
      ["status=bad", "status takes statuses such as 409 or 4xx"],
      ["since=soon", "since takes a number with s, m, h or d"],
    ]) {
      const refused = await console.ask("GET", `console/orgs/acme/lines?follow=false&${query}`);
      expect(refused).toMatchObject({ status: 400, json: { detail: expect.stringContaining(String(says)) } });
    }
  });

  test("of jobs, with the work of all organizations", async () => {
    const { text } = await scim("POST", "Users", ordinaryUser("gone"));
    await scim("DELETE", `Users/${JSON.parse(text).id}`);
    const all = resultOf((await console.ask("GET", "console/jobs")).lines);
    expect(all).toEqual(await printed("jobs"));
    expect(all.orgs).toMatchObject([{ org: "acme", deletions: 1 }]);
    const retried = resultOf((await console.ask("POST", "console/jobs/retry")).lines);
    expect(retried).toMatchObject({ more: false, letters: [], lookedAt: all.lookedAt });
  });

  test("of fsck, and repairs only what somebody named once more", async () => {
    const report = resultOf((await console.ask("POST", "console/orgs/acme/fsck", { body: { events: true } })).lines);
    expect(report).toEqual(await printed("fsck", "acme", "--events"));
    const refused = await console.ask("POST", "console/orgs/acme/fsck", { body: { repair: true } });
    expect(refused).toMatchObject({ status: 400, json: { code: "console.confirm" } });
    const repaired = await console.ask("POST", "console/orgs/acme/fsck", { body: { repair: true, confirm: "acme" } });
    expect(resultOf(repaired.lines)).toMatchObject({ org: "acme", broken: 0 });
    const nobody = await console.ask("POST", "console/orgs/nobody/fsck", { body: {} });
    expect(nobody).toMatchObject({ status: 404, json: { code: "console.missing" } });
  });

  test("and every one of them has been run here", () => {
    expect(Object.keys(CONSOLE_RUN_ROUTES).sort()).toEqual([
      "checkData",
      "explainError",
      "listJobs",
      "retryJobs",
      "tailLines",
    ]);
  });
});

describe("a tail", () => {
  /** The lines of an answer as they come. */
  async function follow({ url, redeem, running }: TestConsole) {
    const { json } = await redeem(tokenIn(running.address()));
    const headers = { Authorization: `Bearer ${json.bearer}` };
    const seen = { text: "", ended: false };
    const asking = request(`${url}/portal/v1/console/orgs/acme/lines?last=0`, { headers }, (response) => {
      response.setEncoding("utf8").on("data", (text: string) => {
        seen.text += text;
      });
      response.on("end", () => {
        seen.ended = true;
      });
      response.on("error", () => undefined);
    });
    asking.on("error", () => undefined).end();
    return { asking, seen };
  }

  test("hands on a line as it comes, and ends with the console", async () => {
    const own = await consoleOver({ place, open: opened(place) });
    const { seen } = await follow(own);
    // The first line of all may come before the tail listens: one of those that follow does not.
    await eventually(async () => {
      await scim("GET", "Users?startIndex=1");
      return seen.text.includes('"op":"users.list"');
    });
    await own.running.close();
    await eventually(() => seen.ended);
    expect(seen.text).toContain('{"item":{"line":{');
  });
});

describe("it ends by itself", () => {
  test("after the time without a request", async () => {
    const idle = await consoleOver({ place, open: opened(place), idleMs: 20 });
    expect(await idle.running.ended).toBe("idle");
  });

  test("when the page signs out", async () => {
    const own = await consoleOver({ place, open: opened(place) });
    expect(await own.ask("DELETE", "admin/session")).toMatchObject({ status: 204 });
    expect(await own.running.ended).toBe("signedOut");
    await own.running.close();
    await expect(fetch(`${own.url}/portal`)).rejects.toThrow();
  });
});

describe("the page", () => {
  test("is the portal's, with a policy that lets nothing of anybody else run, and no copy of it stays", async () => {
    const { headers, status } = await console.ask("GET", "/portal");
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
    const script = await console.ask("GET", `/portal/${ENTRY.script}`);
    expect([script.status, script.headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
    expect(script.headers["cache-control"]).toBe("no-store");
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect(await console.ask(method, "/portal")).toMatchObject({ status: 405 });
    }
    expect(Number((await console.ask("HEAD", "/portal")).headers["content-length"])).toBeGreaterThan(100);
  });
});

const REFUSED = expect.stringMatching(/^127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)\.$/);

describe("over signed HTTP, as to a deployment", () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });
  const signing = ({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }): void => {
    process.env = { ...before, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN"]) delete process.env[name];
  };
  const at = (url: string): Place => ({ kind: "url", url: `${url}/admin/v1`, region: "eu-central-1" });

  test("every request that passes has a signature that holds", async () => {
    signing(server.credentials);
    const remote = await consoleOver({ place: at(server.url), open: opened(at(server.url), "ann"), actor: "ann" });
    const mark = logLength();
    expect(await remote.ask("GET", "orgs/acme/people?search=ada&count=5")).toMatchObject({
      status: 200,
      json: { people: [{ userName: "ada@acme.example" }] },
    });
    expect((await remote.ask("GET", "orgs/acme/overview")).json).toMatchObject({ org: "acme", changeable: EVERY_RULE });
    const made = await remote.ask("POST", "admin/orgs/acme/tokens/rotate", { body: { overlapSeconds: 60 } });
    expect(made).toMatchObject({ status: 201, json: { token: { createdBy: "ann" } } });
    expect(loggedSince(mark)).toEqual(["portal.listPeople", "portal.getOverview", "admin.rotateToken"]);
    for (const path of ["console/orgs/acme/lines", "console/explain"]) {
      const body = path.endsWith("explain") ? { body: { text: refusal } } : {};
      expect(await remote.ask(path.endsWith("lines") ? "GET" : "POST", path, body)).toMatchObject({
        status: 400,
        json: { code: "console.noLog", detail: expect.stringContaining("--stack") },
      });
    }
  });

  test.each([
    [
      "other credentials than those that may",
      async () => {
        signing({ accessKeyId: "AKIAOTHER", secretAccessKey: "x" });
        return server.url;
      },
      { status: 403, json: { detail: expect.stringMatching(/\(ref: \S+\)$/) } },
      undefined,
    ],
    [
      "a deployment that nobody reaches",
      async () => {
        signing(server.credentials);
        const gone = await scriptedServer(() => undefined);
        gone.stop();
        return gone.endpoint;
      },
      { status: 502, json: { code: "console.unreachable", detail: REFUSED } },
      REFUSED,
    ],
  ])("%s: a clear sentence on the page and, once, in the terminal", async (_what, begin, expected, says) => {
    const url = await begin();
    const remote = await consoleOver({ place: at(url), open: opened(at(url)) });
    for (let n = 0; n < 2; n++) expect(await remote.ask("GET", "admin/orgs/acme")).toMatchObject(expected);
    expect(remote.said).toEqual(says === undefined ? [] : [says]);
  });

  test("credentials of a file that expired are looked up anew, and the sentence says what to do", async () => {
    const file = join(folder, "aws");
    const write = (key: string): void =>
      writeFileSync(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = x\naws_session_token = y\n`);
    process.env = { ...before, AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: "/dev/null" };
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) delete process.env[name];
    const expired = { status: "403", detail: "The AWS credentials that signed the request have expired. (ref: x=)" };
    const deployment = await scriptedServer((response, { headers }) => {
      const isOld = headers.authorization?.includes("AKIAOLD");
      response.writeHead(isOld ? 403 : 200).end(JSON.stringify(isOld ? expired : { orgs: [] }));
    });
    write("AKIAOLD");
    const remote = await consoleOver({ place: at(deployment.endpoint), open: opened(at(deployment.endpoint)) });
    expect(await remote.ask("GET", "admin/orgs/acme")).toMatchObject({
      status: 502,
      json: { code: "console.refused", detail: expect.stringContaining("sign in again") },
    });
    expect(remote.said).toEqual([expect.stringContaining("sign in again")]);
    write("AKIANEW");
    expect(await remote.ask("GET", "admin/orgs/acme")).toMatchObject({ status: 200, json: { orgs: [] } });
    expect(deployment.arrived).toHaveLength(4);
    deployment.stop();
  });

  test.each([
    [
      "no portal",
      404,
      { status: "404", detail: "There is no such address. (ref: 0a1b2c3d4e5f)" },
      501,
      "console.noPortal",
    ],
    [
      "no such organization",
      404,
      { status: "404", code: "notFound.org", detail: "No. (ref: 0a1b2c3d4e5f)" },
      404,
      "notFound.org",
    ],
    [
      "a 401, which the page would take for its own",
      401,
      { status: "401", detail: "Not signed" },
      502,
      "console.refused",
    ],
    ["a proxy's page", 200, "<html>", 502, "console.answer"],
  ])("a deployment with %s", async (_what, answered, body, status, code) => {
    signing(server.credentials);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const deployment = await scriptedServer((response) => response.writeHead(answered).end(text));
    const remote = await consoleOver({ place: at(deployment.endpoint), open: opened(at(deployment.endpoint)) });
    expect(await remote.ask("GET", "orgs/acme/overview")).toMatchObject({ status, json: { code } });
    deployment.stop();
  });
});

describe("of a deployed stack", () => {
  const stack: Place = { kind: "stack", stack: "Rollcall", region: "eu-west-1" };
  const words = ["--stack", "Rollcall", "--region", "eu-west-1"];
  let leaveAws = (): void => undefined;
  afterEach(() => leaveAws());
  const nobody = () => Promise.reject(new Refused("The stack Rollcall cannot be read: AccessDenied."));
  test("tail and explain read CloudWatch Logs with the operator's credentials, as the commands do", async () => {
    const cloud = await startFakeCloudWatch();
    leaveAws = reachAws(cloud.url);
    const lines = readFileSync(join(folder, "requests.log"), "utf8").split("\n").filter(Boolean);
    cloud.groups
      .get(USERS_LOG)
      ?.push(...lines.map((line) => JSON.parse(line)).filter(({ op }) => op === "users.create"));
    const { ask } = await consoleOver({ place: stack, open: nobody });
    const tail = await ask("GET", "console/orgs/acme/lines?follow=false&status=409");
    const printedTail = await runPrinting(
      COMMANDS,
      ["tail", "acme", "--status", "409", "--no-follow", "--json", ...words],
      nobody,
    );
    const shown = tail.lines.flatMap(({ item }) => (item === undefined ? [] : [item as JsonObject]));
    expect(shown.map(({ line }) => JSON.stringify(line))).toEqual(printedTail.out.trim().split("\n"));
    const explained = await ask("POST", "console/explain", { body: { text: refusal } });
    const { found } = resultOf(explained.lines);
    const { out } = await runPrinting(COMMANDS, ["explain", refusal, "--json", ...words], nobody);
    expect(found).toMatchObject([JSON.parse(out)]);
    expect(new Set(cloud.asked)).toEqual(new Set(["ListStackResources", "StartQuery", "GetQueryResults"]));
    // What AWS refuses is a sentence, on the page and in the terminal.
    cloud.refuses.set("StartQuery", { status: 400, type: "ExpiredTokenException", message: "expired" });
    const { said, ...late } = await consoleOver({ place: stack, open: nobody });
    const refused = await late.ask("POST", "console/explain", { body: { text: refusal } });
    expect(refused).toMatchObject({
      status: 502,
      json: { detail: expect.stringContaining("does not accept your credentials") },
    });
    expect(said).toEqual([refused.json.detail]);
    await cloud.close();
  });

  test("shows its dead letters", async () => {
    const content = { kind: "foreign" } as const;
    const waiting = new Map(["one", "two"].map((id) => [id, { id, queue: "events", content, handle: id } as const]));
    const queues: DeadLetterQueues = {
      look: async () => [{ queue: "events", waiting: waiting.size, shown: [...waiting.values()] }],
      take: async () => [...waiting.values()],
      remove: async ({ id }) => void waiting.delete(id),
      putBack: async () => undefined,
      republish: async () => ({}),
      journal: async () => undefined,
    };
    const { ask } = await consoleOver({ place, open: opened(place), openQueues: async () => queues });
    const shown = async () => (await ask("GET", "console/jobs")).lines.at(-1)?.result;
    expect(await shown()).toMatchObject({ deadLetters: [{ waiting: 2, shown: [{ id: "one" }, { id: "two" }] }] });
  });

  test("is refused at the start, in the terminal, where it cannot be read", async () => {
    const result = await runPrinting(COMMANDS, ["console", ...words], nobody);
    expect(result).toEqual({ code: 1, out: "", err: "The stack Rollcall cannot be read: AccessDenied.\n" });
  });
});

test("without a server the data are opened for one request at a time, and given back after each", async () => {
  const data = newFolder();
  const solo: Place = { kind: "local", folder: data };
  await runPrinting(COMMANDS, ["org", "create", "solo", "--data", data], (of, actor, api) => reach(of, actor, {}, api));
  let [now, most] = [0, 0];
  const open: OpenApi = async (api) => {
    now += 1;
    most = Math.max(most, now);
    const transport = await reach(solo, undefined, {}, api);
    const close = async () => {
      now -= 1;
      await transport.close();
    };
    return { send: (request) => transport.send(request), close };
  };
  const { ask } = await consoleOver({ place: solo, open });
  const paths = ["admin/orgs/solo", "orgs/solo/overview", "admin/orgs/nobody", "console/orgs?search=solo"];
  const answers = await Promise.all(paths.map((path) => ask("GET", path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200]);
  expect([now, most]).toEqual([0, 1]);
  removeData(data);
});

describe("rollcall console", () => {
  test("needs no running server, leaves the data to other commands, and ends by a signal", async () => {
    const data = newFolder();
    await runPrinting(COMMANDS, ["org", "create", "solo", "--sso", "--data", data], (of, actor, api) =>
      reach(of, actor, {}, api),
    );
    // What opens a browser writes down what it was given: other users may read a program's words.
    const opener = join(data, "xdg-open");
    writeFileSync(
      opener,
      // Under its name only when it is whole.
      `#!/bin/sh\ncd '${data}'\necho "$@" > words; stat -c %a "$1" >> words; cp "$1" copy; mv copy opened\n`,
      { mode: 0o755 },
    );
    const environment = { PATH: `${data}:${process.env.PATH}` };
    const command = run(["bin/rollcall.ts", "console", "--data", data, "--json", "--open"], environment);
    const { console: address } = await eventually(
      () => command.stdout().includes("\n") && JSON.parse(command.stdout()),
    );
    const { origin } = new URL(address);
    await eventually(() => existsSync(join(data, "opened")));
    expect(readFileSync(join(data, "opened"), "utf8")).toContain(`content="0;url=${address}"`);
    expect(readFileSync(join(data, "words"), "utf8")).toMatch(/^\/\S+\/console\.html\n600\n$/);
    const began = await fetch(`${origin}/portal/v1/console/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: tokenIn(address) }),
    });
    const { bearer } = (await began.json()) as JsonObject;
    const ask = async (path: string) => {
      const response = await fetch(`${origin}/portal/v1/${path}`, { headers: { Authorization: `Bearer ${bearer}` } });
      return (await response.json()) as JsonObject;
    };
    // All at once: the data are opened for one after the other.
    const answers = await Promise.all(["admin/orgs/solo", "orgs/solo/overview", "console/orgs?search=so"].map(ask));
    expect(answers).toMatchObject([{ org: "solo" }, { org: "solo" }, { orgs: [{ org: "solo" }] }]);
    const beside = await startServer({ port: 0, dataFolder: data, org: "solo", memory: false });
    expect(await ask("orgs/solo/overview")).toMatchObject({ tenantUrl: beside.tenantUrl });
    await beside.close();
    expect(await ask("admin/orgs/solo")).toMatchObject({ org: "solo" });
    command.child.kill("SIGTERM");
    expect([await command.ended, command.stderr()]).toEqual([0, "The console has ended.\n"]);
    removeData(data);
  });

  test("says that no browser can be opened where its file cannot be written, and runs on", async () => {
    const words = ["bin/rollcall.ts", "console", "--data", folder, "--open"];
    const command = run(words, { TMPDIR: join(folder, "nowhere") });
    await eventually(() => command.stderr().includes("No browser can be opened here: open the address yourself.\n"));
    command.child.kill("SIGTERM");
    expect([await command.ended, command.stderr()]).toEqual([0, expect.stringMatching(/\nThe console has ended\.\n$/)]);
  });

  test("refuses a port that no machine has", async () => {
    const words = ["console", "--data", folder, "--port", "65536"];
    const refused = await runPrinting(COMMANDS, words, (of, actor, api) => reach(of, actor, {}, api));
    expect(refused).toEqual({ code: 1, out: "", err: "--port takes a number from 0 to 65535, not 65536.\n" });
  });

  test.each([
    [["--data", "/nowhere/at/all"], 1, "There is no Rollcall in /nowhere/at/all"],
    [["--port", "x"], 2, "--port takes a whole number"],
    [["--data", "a", "--stack", "b"], 2, "exclude each other"],
  ])("with %j exits with %d and says why", async (words, code, says) => {
    const result = await runPrinting(COMMANDS, ["console", ...words], (of, actor, api) => reach(of, actor, {}, api));
    expect(result).toMatchObject({ code, out: "", err: expect.stringContaining(says) });
  });
});
