import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openRequestsLog } from "../../bin/local/requestsLog.ts";
import { startServer } from "../../bin/local/server.ts";
import { explainCommand } from "../../bin/rollcall/explainCommand.ts";
import { historyCommand } from "../../bin/rollcall/historyCommand.ts";
import { followLines, localLog } from "../../bin/rollcall/log/localLog.ts";
import { tailCommand } from "../../bin/rollcall/tailCommand.ts";
import { GROUP_SCHEMA, PATCH_OP } from "../../functions/scim/schema.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import {
  ACCESS_LOG,
  type FakeCloudWatch,
  GROUPS_LOG,
  startFakeCloudWatch,
  USERS_LOG,
} from "../support/fakeCloudWatch.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { reachAws } from "../support/reachAws.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { endAll, eventually, run } from "./processes.ts";

/** Lines of real requests: one user's life from creation to the end, a refusal, and a team. */
const lines: Readonly<Record<string, unknown>>[] = [];
let org: Tenant;
let ada: string;
let crew: string;
let refused: Answer;
let rollcall: ReturnType<typeof rollcallOver>;
let folder: string;

beforeAll(async () => {
  const endpoint = testEndpoint(localStore(), (line) => lines.push(JSON.parse(JSON.stringify(line))));
  rollcall = rollcallOver(endpoint, [explainCommand, tailCommand, historyCommand]);
  org = await inProcessTarget("memory", endpoint, 1).org();
  const entra = { "User-Agent": "Microsoft Entra" };
  const ask = (method: string, path: string, body?: unknown, headers = {}) =>
    org.request({ method, path, body, headers });
  const patch = (...Operations: unknown[]) => ({ schemas: [PATCH_OP], Operations });
  await ask("GET", '/Users?filter=userName eq "ada@acme.example"', undefined, entra);
  ada = String(at((await ask("POST", "/Users", ordinaryUser("ada"), entra)).json, "id"));
  const group = { schemas: [GROUP_SCHEMA], displayName: "Crew", members: [{ value: ada }] };
  crew = String(at((await ask("POST", "/Groups", group)).json, "id"));
  const rename = patch({ op: "replace", path: "userName", value: "lovelace" });
  refused = await ask("PATCH", `/Users/${ada}`, rename, entra);
  await ask("PATCH", `/Users/${ada}`, patch({ op: "replace", path: "active", value: false }), entra);
});

beforeEach(() => {
  folder = newFolder();
  const log = openRequestsLog(folder);
  for (const line of lines) log.append(line);
  log.close();
});
afterEach(() => removeData(folder));
afterAll(endAll);

describe("history", () => {
  test.each([
    ["by userName", () => "ada@acme.example"],
    ["by id", () => ada],
  ])("tells a user's life from the log, %s", async (_how, name) => {
    const { code, out, err } = await rollcall("history", org.slug, "user", name(), "--data", folder);
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.replace(/^\S+Z {2}/, "").replace(/ {2,}/g, " | "))).toEqual([
      expect.stringMatching(/^User /),
      "TIME | WHO | WANTED TO | OUTCOME | REF",
      expect.stringMatching(/^Entra ID, token \w+ \| create a user \| 201, done \| [0-9a-f]{12}$/),
      expect.stringMatching(/\| change the user \(replace userName\) \| refused: 400 mutability.userName \|/),
      expect.stringMatching(/\| change the user \(replace active\) \| 200, changed \|/),
      "",
    ]);
    expect(err).toContain("3 requests, 1 refused.");
  });

  test("says of a request that was taken how many members it left out", async () => {
    const log = openRequestsLog(folder);
    log.append({ ...lines.find(({ op }) => op === "groups.create"), skippedMembers: 2 });
    log.close();
    const { err, out } = await rollcall("history", org.slug, "team", crew, "--data", folder);
    expect(out).toMatch(/ 201, done {2,}[0-9a-f]{12}\n.* 201, done; 2 unknown members left out {2}[0-9a-f]{12}\n$/);
    expect(err).toMatch(/^2 requests, 0 refused\./);
  });

  test("tells a team's life by its name", async () => {
    const { out } = await rollcall("history", org.slug, "team", "Crew", "--data", folder, "--json");
    expect(JSON.parse(out)).toMatchObject({ id: crew, lines: [{ op: "groups.create" }] });
  });

  test("says in a sentence that there is nothing to tell", async () => {
    const unknown = await rollcall("history", org.slug, "user", "bob", "--data", folder);
    expect(unknown).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(
        /^No user of .* To find a deleted user, give the id.* a user did not arrive: .*tail \S+ --op users.create --errors --data .+$/m,
      ),
    });
    const silent = await rollcall("history", org.slug, "user", `u${"0".repeat(22)}`, "--data", folder);
    expect(silent).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^No request about u0+ from the last 90d is in the log in /),
    });
    const quiet = await rollcall("history", "quiet", "user", ada, "--data", folder);
    expect(quiet).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^No line of quiet from the last 90d is in the log in /),
    });
    expect(await rollcall("history", org.slug, "people", "x", "--data", folder)).toMatchObject({ code: 2 });
  });
});

test("explain tells what the local gateway answered by itself, from the log of a running server", async () => {
  const server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: true });
  const unsigned = await fetch(`${server.url}/admin/v1/orgs`);
  expect(unsigned.status).toBe(403);
  const { code, out } = await rollcall("explain", await unsigned.text(), "--data", folder);
  await server.close();
  expect(code).toBe(0);
  expect(out).toMatch(/wanted to send GET to \/admin\/v1\/\S+\.\n {2}It was refused: 403 gateway\.forbidden/);
  expect(out).toMatch(/called without a valid signature[\s\S]*Sign the request with AWS credentials/);
});

describe("tail", () => {
  const ended = (...words: string[]) => rollcall("tail", org.slug, "--data", folder, "--no-follow", ...words);
  const printed = (out: string) => out.split("\n").filter((line) => line !== "");

  test("shows the last lines of the organization, those that the filters let through", async () => {
    const all = await ended("--last", "100");
    expect(printed(all.out)).toHaveLength(lines.filter((line) => line.org === org.slug).length);
    expect(printed((await ended("--last", "2")).out)).toHaveLength(2);
    expect((await ended("--errors")).out).toMatch(/^\S+ PATCH .* 400 mutability\.userName .*\n$/);
    expect(printed((await ended("--status", "4xx,204")).out)).toHaveLength(1);
    expect(printed((await ended("--op", "users")).out)).toHaveLength(4);
    expect(printed((await ended("--op", "users.patch")).out)).toHaveLength(2);
    expect(printed((await ended("--idp", "entra", "--resource", ada)).out)).toHaveLength(3);
    const [line = ""] = printed((await ended("--errors", "--json")).out);
    expect(JSON.parse(line)).toMatchObject({ org: org.slug, detailCode: "mutability.userName" });
  });

  test("counts a bulk request as refused of which an operation was, and no other", async () => {
    const bulk = { ...lines.find(({ status }) => status === 200), org: org.slug, op: "bulk.run" };
    const log = openRequestsLog(folder);
    log.append({ ...bulk, ref: "b".repeat(12), operationsRefused: 1 });
    log.append({ ...bulk, ref: "c".repeat(12) });
    log.close();
    const refs = printed((await ended("--errors", "--op", "bulk", "--json")).out).map((line) => JSON.parse(line).ref);
    expect(refs).toEqual(["b".repeat(12)]);
  });

  test("says in a sentence that nothing is there", async () => {
    const silent = await rollcall("tail", "silent", "--data", folder, "--no-follow");
    expect(silent).toMatchObject({ code: 1, out: "", err: `Nothing of silent is in the log in ${folder}.\n` });
    expect(await ended("--idp", "okta")).toMatchObject({ code: 1, err: expect.stringContaining("passes the filters") });
    expect(await ended("--status", "bad")).toMatchObject({ code: 2, err: expect.stringContaining("--status") });
    expect(await rollcall("tail", "acme", "--url", "https://x.example/admin/v1")).toMatchObject({ code: 2 });
  });

  test("says so where it searched only the last lines", async () => {
    const log = openRequestsLog(folder);
    const line = { ...lines.find(({ op }) => op === "groups.create"), org: "busy" };
    for (let i = 0; i < 5001; i++) log.append({ ...line, status: i === 0 ? 500 : 200 });
    log.close();
    const busy = (...words: string[]) => rollcall("tail", "busy", "--data", folder, "--no-follow", ...words);
    const capped = "Only the last 5000 lines of busy were searched.\n";
    const failed = await busy("--status", "500");
    expect([failed.code, failed.out, failed.err]).toEqual([1, "", expect.stringMatching(`^${capped}`)]);
    expect((await busy("--last", "5001")).err).toBe(capped);
    expect((await busy("--last", "2")).err).toBe("");
  });

  test("goes on while it happens, over the beginning of a new file, in colours for a terminal, until Ctrl-C", async () => {
    const words = ["bin/rollcall.ts", "tail", org.slug, "--data", folder, "--last", "1"];
    const [coloured, plain] = [run(words, { FORCE_COLOR: "1", NO_COLOR: undefined }), run(words, { NO_COLOR: "1" })];
    await eventually(() => coloured.stdout() !== "" && plain.stdout() !== "");
    const log = openRequestsLog(folder, 1);
    for (const [index, ref] of ["a".repeat(12), "b".repeat(12), "c".repeat(12)].entries()) {
      log.append({ ...lines.find(({ status }) => status === [200, 201, 400][index]), ref, org: org.slug });
      await eventually(() => coloured.stdout().includes(ref) && plain.stdout().includes(ref));
    }
    log.close();
    for (const { child } of [coloured, plain]) child.kill("SIGINT");
    expect(await Promise.all([coloured.ended, plain.ended])).toEqual([0, 0]);
    expect(
      plain
        .stdout()
        .split("\n")
        .filter((line) => line !== ""),
    ).toHaveLength(4);
    expect(coloured.stdout()).toContain("\u001b[33m 400\u001b[39m");
    expect(plain.stdout()).not.toContain("\u001b");
  });

  test("shows what began before the last line that was read, and ended after it", async () => {
    const [since, end, taken] = [Date.now() + 20_000, new AbortController(), [] as unknown[]];
    const following = localLog(folder).follow(org.slug, since, (line) => taken.push(line.ref), end.signal);
    end.abort();
    await following;
    expect(taken).toEqual(lines.filter((line) => line.org === org.slug).map(({ ref }) => ref));
  });

  test("follows a file that is not there yet", async () => {
    const taken: string[] = [];
    const path = join(folder, "later.log");
    const follower = followLines(path, (line) => taken.push(line));
    appendFileSync(path, "one\ntw");
    follower.drain();
    appendFileSync(path, "o\n");
    follower.drain();
    follower.stop();
    expect(taken).toEqual(["one", "two"]);
  });

  test("follows a file that was emptied, and letters of several bytes", () => {
    const taken: string[] = [];
    const path = join(folder, "emptied.log");
    writeFileSync(path, "");
    const follower = followLines(path, (line) => taken.push(line));
    appendFileSync(path, "a long first line\n");
    follower.drain();
    writeFileSync(path, "");
    follower.drain();
    const [begun, ended] = [Buffer.from("zwölf\n").subarray(0, 3), Buffer.from("zwölf\n").subarray(3)];
    appendFileSync(path, begun);
    follower.drain();
    appendFileSync(path, ended);
    follower.drain();
    follower.stop();
    expect(taken).toEqual(["a long first line", "zwölf"]);
  });
});

describe("over the logs of a deployed stack", () => {
  const PLACE = ["--stack", "Rollcall", "--region", "eu-west-1"];
  let cloud: FakeCloudWatch;
  let leaveAws: () => void;

  beforeEach(async () => {
    cloud = await startFakeCloudWatch();
    leaveAws = reachAws(cloud.url);
    for (const line of lines)
      cloud.groups.get(String(line.op).startsWith("groups") ? GROUPS_LOG : USERS_LOG)?.push(line);
  });
  afterEach(async () => {
    leaveAws();
    await cloud.close();
  });

  test("explain asks Logs Insights for the line and for what happened around it", async () => {
    const { code, out } = await rollcall("explain", refused.text, ...PLACE);
    expect(code).toBe(0);
    expect(out).toMatch(/Entra ID, token \w+ wanted to change the user/);
    expect(out).toMatch(/userNameMutability is immutable now/);
    expect(out).toMatch(/Around it, u\w+\n.*\n.*create a user.*\n.*replace active/);
    expect(cloud.asked.filter((call) => call === "StartQuery")).toHaveLength(2);
  });

  test("explain finds what API Gateway answered by itself in the access log", async () => {
    const extendedRequestId = "JKJaXmPLvHc+SHA=";
    const integrationRequestId = "0b6f7c3a-7b61-4c24-a982-80578daff09f";
    const line = {
      extendedRequestId,
      integrationRequestId,
      requestTimeEpoch: Date.now(),
      status: "429",
      errorResponseType: "THROTTLED",
    };
    cloud.groups.get(ACCESS_LOG)?.push({ ...line, httpMethod: "POST", resourcePath: "/scim/v2/{orgName}/Users" });
    const { out } = await rollcall("explain", `Too many requests at once. (ref: ${extendedRequestId})`, ...PLACE);
    expect(out).toContain("API Gateway answered POST /scim/v2/{orgName}/Users with 429");
    expect(out).toMatch(/All organizations together sent[\s\S]*raise throttle/);
    cloud.groups.get(ACCESS_LOG)?.splice(0, 1, { ...line, status: "200", errorResponseType: "-" });
    expect((await rollcall("explain", "80578daff09f", ...PLACE)).out).toContain("wrote no log line");
  });

  test("explain says why a reference may not be found", async () => {
    const { code, err } = await rollcall("explain", "0a1b2c3d4e5f", ...PLACE);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^No line with the reference 0a1b2c3d4e5f is in the log groups of stack Rollcall in eu-west-1\./,
    );
    expect(err).toMatch(/some seconds, at times a minute[\s\S]*another stack or region[\s\S]*older than 14 days/);
  });

  test("tail follows every log group, each line once, and history asks for one resource", async () => {
    const tail = run(["bin/rollcall.ts", "tail", org.slug, ...PLACE, "--last", "1"]);
    await eventually(() => tail.stdout() !== "");
    const now = new Date().toISOString();
    cloud.groups.get(GROUPS_LOG)?.push({ ...lines.at(-1), ref: "a".repeat(12), ts: now });
    cloud.groups.get(USERS_LOG)?.push({ ...lines.at(-1), ref: "b".repeat(12), ts: now });
    await eventually(() => /a{12}[\s\S]*b{12}|b{12}[\s\S]*a{12}/.test(tail.stdout()));
    const polls = cloud.asked.length;
    await eventually(() => cloud.asked.length > polls + 2);
    tail.child.kill("SIGINT");
    expect(await tail.ended).toBe(0);
    expect(
      tail
        .stdout()
        .split("\n")
        .filter((line) => line !== ""),
    ).toHaveLength(3);
    const { out } = await rollcall("history", org.slug, "team", crew, ...PLACE);
    expect(out).toContain("create a group");
  });

  test("without credentials there is one sentence and exit code 1", async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: undefined };
    const command = run(["bin/rollcall.ts", "explain", "0a1b2c3d4e5f", ...PLACE], {
      ...none,
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: folder,
    });
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(/^There are no usable AWS credentials \(.+\)\. Sign in: aws sso login.*\n$/);
  });

  test("credentials that AWS does not accept are to be renewed", async () => {
    cloud.refuses.set("ListStackResources", { status: 403, type: "ExpiredToken" });
    const { code, err } = await rollcall("explain", "0a1b2c3d4e5f", ...PLACE);
    cloud.refuses.delete("ListStackResources");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/your credentials \(ExpiredToken\)\. Renew them \(aws sso login/),
    ]);
  });

  test("a refusal that stays is one sentence and exit code 1", async () => {
    cloud.refuses.set("ListStackResources", { status: 400, type: "ValidationError" });
    const { code, out, err } = await rollcall("explain", "0a1b2c3d4e5f", ...PLACE);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^The stack Rollcall cannot be read in eu-west-1: .*\n$/);
  });

  test("a moment of throttling and a lost connection are waited for, with a note", async () => {
    cloud.refuses.set("StartQuery", { status: 400, type: "ThrottlingException", times: 1 });
    cloud.refuses.set("GetQueryResults", { status: "cut", times: 1 });
    const { code, err } = await rollcall("explain", refused.text, ...PLACE);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^CloudWatch is busy \(ThrottlingException\): waiting\.\n.* does not answer \(\w+\)\. Waiting\.\n$/,
    );
  });

  test("without the permission for Logs Insights, explain reads the log through", async () => {
    const denied = { status: 400, type: "AccessDeniedException" } as const;
    const well = await rollcall("explain", refused.text, ...PLACE);
    cloud.refuses.set("StartQuery", denied);
    expect(await rollcall("explain", refused.text, ...PLACE)).toEqual({
      ...well,
      err: "Your credentials may not use Logs Insights, so the command reads the whole log. That takes longer.\n",
    });
    cloud.refuses.set("FilterLogEvents", denied);
    const none = await rollcall("explain", refused.text, ...PLACE);
    expect(none).toMatchObject({ code: 1, out: "", err: expect.stringContaining("may not do logs:FilterLogEvents") });
  });
});
