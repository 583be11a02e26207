import { subscribe } from "node:diagnostics_channel";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { type LocalServer, startServer } from "../../bin/local/server.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { PATCH_OP } from "../../functions/scim/schema.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { runPrinting } from "../support/rollcallOver.ts";
import { endAll, eventually, run } from "./processes.ts";

const SECRET = "Enchantress-of-Numbers";
let folder: string;
let server: LocalServer;
beforeEach(async () => {
  folder = newFolder();
  server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
});
afterEach(async () => {
  await server.close();
  removeData(folder);
});
afterAll(endAll);

async function scim(method: string, path: string, body?: unknown): Promise<string> {
  const response = await fetch(`${server.tenantUrl}${path}`, {
    method,
    headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  const text = await response.text();
  return text === "" ? "" : String(JSON.parse(text).id);
}

/** The command in this process, through the server as any client. */
async function rollcall(...words: string[]) {
  return runPrinting(COMMANDS, [...words, "--data", folder], (place, actor, api) => reach(place, actor, {}, api));
}
/** All bytes of the data folder. */
const bytes = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("");
const nickName = (value: string) => ({
  schemas: [PATCH_OP],
  Operations: [{ op: "replace", path: "nickName", value }],
});

test("npm start logs what happens; events follows it, and history tells of values before and after", async () => {
  const following = run(["bin/rollcall.ts", "events", "acme", "--follow", "--last", "1", "--data", folder]);
  await eventually(() => following.stdout().includes("\n"));
  const ada = await scim("POST", "/Users", ordinaryUser("ada"));
  await eventually(() => following.stdout().includes(`user.created        ${ada}`));
  await scim("PATCH", `/Users/${ada}`, nickName("Countess"));
  const line = await eventually(() => /^.*user\.updated.*$/m.exec(following.stdout())?.[0]);
  expect(line).toMatch(
    new RegExp(`^\\d{4}-\\S+Z {2,}\\d+ {2}user\\.updated {8}${ada} {2}nickName {2}\\(\\w{12}, ref [0-9a-f]{12}\\)$`),
  );
  const answered: unknown[] = [];
  subscribe("http.server.response.finish", (message) => {
    answered.push((message as { request: IncomingMessage }).request.url);
  });
  following.child.kill("SIGINT");
  // Ctrl-C does not wait for the answer, which comes with the next event, or after 20 seconds.
  expect([await following.ended, answered]).toEqual([0, []]);

  await scim("PATCH", `/Users/${ada}`, nickName("Lady"));
  await eventually(async () => (await rollcall("events", "acme", "--resource", ada, "--json")).out.includes('"Lady"'));
  const { out } = await rollcall("history", "acme", "user", "ada@acme.example");
  expect(out).toMatch(/user\.updated +nickName +Countess +Lady /);
  expect(out).toMatch(/TIME +WHO +WANTED TO/);
  const types = await rollcall("events", "acme", "--types", "user.created,token.*", "--json");
  expect(JSON.parse(types.out).map(({ type }: { type: string }) => type)).toEqual(["token.created", "user.created"]);
  expect(await rollcall("events", "acme", "--types", "user.renamed")).toMatchObject({
    code: 1,
    err: expect.stringContaining("--types is a list with commas between its names, and knows only"),
  });
  expect((await rollcall("fsck", "acme", "--events")).code).toBe(0);
});

test("a request that waits for events is answered when the server stops", async () => {
  const place = { kind: "local", folder } as const;
  const transport = await reach(place, undefined, {}, "directory");
  const ask = async (query: string) => {
    const { status, text } = await transport.send({ method: "GET", path: `orgs/acme/events?${query}` });
    return { status, json: JSON.parse(text) };
  };
  const { head } = await eventually(async () => {
    const { json } = await ask("types=token.created");
    return json.events.length > 0 && json;
  });
  const arrived = Promise.withResolvers<void>();
  subscribe("http.server.request.start", (message) => {
    if ((message as { request: IncomingMessage }).request.url?.includes("wait=20")) arrived.resolve();
  });
  const waiting = ask(`after=${head}&wait=20`);
  // On a connection of its own, perhaps, which the next one's would be ahead of.
  await arrived.promise;
  // It waits, which the server's log of what it answered shows by nothing: another request overtakes it.
  expect(await ask(`after=${head}`)).toMatchObject({ status: 200, json: { events: [] } });
  await server.close();
  expect(await waiting).toMatchObject({ status: 200, json: { events: [], next: head } });
});

test("erase leaves a person's values nowhere: not in the table, nor in the log of changes, nor in a file beside it", async () => {
  const ada = await scim("POST", "/Users", { ...ordinaryUser("ada"), nickName: SECRET });
  await scim("PATCH", `/Users/${ada}`, nickName("Ada"));
  await eventually(async () => (await rollcall("events", "acme", "--resource", ada, "--json")).out.includes('"Ada"'));
  expect(bytes()).toContain(SECRET);
  expect(await rollcall("erase", "acme", ada)).toMatchObject({ code: 0, out: expect.stringMatching(/^2 events of u/) });
  expect(bytes()).not.toContain(SECRET);
  const { out } = await rollcall("events", "acme", "--resource", ada);
  expect(out).toMatch(/user\.created[\s\S]*user\.updated/);
  expect(await rollcall("erase", "acme", `u${"0".repeat(22)}`)).toMatchObject({ code: 1 });
});

test("events go into an export on request, and an import leaves them where they are", async () => {
  const ada = await scim("POST", "/Users", ordinaryUser("ada"));
  await eventually(async () => (await rollcall("events", "acme")).out.includes(ada));
  expect(await rollcall("link", "acme", ada, "4711")).toMatchObject({ code: 0 });
  await eventually(async () => (await rollcall("events", "acme")).out.includes("user.linked"));
  const file = join(folder, "acme.ndjson");
  const count = JSON.parse((await rollcall("events", "acme", "--json", "--last", "1000")).out).length;
  expect((await rollcall("org", "update", "acme", "--event-retention-days", "30")).out).toContain("→ 30 days");
  const exported = await rollcall("export", "acme", "--events", "--out", file);
  expect(exported).toMatchObject({
    code: 0,
    err: expect.stringMatching(new RegExp(`acme: ${count}|${count + 1} events\\.`)),
  });
  const lines = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ type }) => type === "event").length).toBeGreaterThanOrEqual(count);
  expect(lines.find(({ event }) => event?.resource === ada)).toMatchObject({
    event: { after: { userName: "ada@acme.example" } },
  });
  await rollcall("org", "create", "copy");
  await rollcall("org", "pause", "copy", "--reason", "import");
  const imported = await rollcall("import", "copy", file);
  expect(imported).toMatchObject({ code: 0, err: expect.stringContaining("events in the file stay there") });
  expect((await rollcall("org", "show", "copy", "--json")).out).toContain('"eventRetentionDays": 30');
  await eventually(async () => (await rollcall("events", "copy")).out.includes("org.imported"));
  const events: { type: string }[] = JSON.parse((await rollcall("events", "copy", "--json")).out);
  expect(events.filter(({ type }) => !type.startsWith("org."))).toEqual([]);
});
