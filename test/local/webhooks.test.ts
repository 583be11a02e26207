import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { startServer } from "../../bin/local/server.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { GROUP_SCHEMA } from "../../functions/scim/schema.ts";
import { ordinaryUser } from "../protocol/idp/setup.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { runPrinting } from "../support/rollcallOver.ts";
import { closed, listening } from "../support/serving.ts";
import { endAll, eventually, run } from "./processes.ts";

/** An attempt as the receiver got it, and when: milliseconds of this process. */
interface Got {
  readonly id: string;
  readonly at: number;
  /** @throws where the public client of Standard Webhooks says that it is not signed */
  verified(secret: string): { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

let folder: string;
let got: Got[];
let answer: (response: ServerResponse) => void;
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  got.push({
    id: String(headers["webhook-id"]),
    at: performance.now(),
    verified: (secret) => new Webhook(secret).verify(body, headers) as ReturnType<Got["verified"]>,
  });
  answer(response);
});
let url: string;

beforeEach(async () => {
  folder = newFolder();
  got = [];
  answer = (response) => response.writeHead(204).end();
  if (!receiver.listening) url = `http://127.0.0.1:${await listening(receiver)}/hook`;
});
afterEach(() => removeData(folder));
afterAll(async () => {
  await endAll();
  await closed(receiver);
});

/** The command in this process, as JSON. */
async function rollcall(...words: string[]) {
  const { code, err, out } = await runPrinting(COMMANDS, [...words, "--json", "--data", folder], (place, actor, api) =>
    reach(place, actor, {}, api),
  );
  if (code !== 0) throw new Error(`${words.join(" ")}: ${err}`);
  return JSON.parse(out);
}

const createUser = (server: Tenant, name: string) => create(server, "Users", ordinaryUser(name));

interface Tenant {
  readonly tenantUrl: string;
  readonly token: unknown;
}

async function create(server: Tenant, endpoint: string, body: object) {
  const response = await fetch(`${server.tenantUrl}/${endpoint}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "application/scim+json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return { id: String(JSON.parse(await response.text()).id), at: performance.now() };
}

const resourcesOf = ({ data }: ReturnType<Got["verified"]>): unknown[] =>
  [data.events ?? []].flat().map((event) => Object(event).resource);

test("npm start sends what changed as soon as it is answered, and what failed again by its ladder, under the same id", async () => {
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false, now });
  // What made the organization is logged before there is a webhook that would say it.
  await server.settled();
  const { secret, webhook } = await rollcall("webhook", "create", url, "acme");
  const { id } = await rollcall("webhook", "test", webhook.id, "acme");
  await eventually(() => got.length > 0);
  expect(got.map((one) => one.id)).toEqual([id]);
  expect(got[0]?.verified(secret).type).toBe("webhook.test");
  const other = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  expect(() => got[0]?.verified(other)).toThrow();

  const ada = await createUser(server, "ada");
  await eventually(() => got.length > 1);
  const message = got[1]?.verified(secret);
  expect(message).toMatchObject({ type: "events.logged", data: { org: "acme" } });
  expect(message && resourcesOf(message)).toEqual([ada.id]);
  process.stdout.write(`webhooks: ${Math.round((got[1]?.at ?? 0) - ada.at)} ms from the answer to the receiver\n`);

  answer = (response) => response.writeHead(500).end();
  await createUser(server, "bob");
  const failed = await eventually(() => got[2]);
  await eventually(async () =>
    /"500"/.test(JSON.stringify(await rollcall("webhook", "deliveries", webhook.id, "acme"))),
  );
  answer = (response) => response.writeHead(204).end();
  ahead = 10_000;
  // It wakes the sender, whose clock has passed the five seconds.
  await createUser(server, "eve");
  await eventually(() => got.length === 5);
  const again = got.slice(3).find((one) => one.id === failed.id);
  expect(again?.verified(secret)).toEqual(failed.verified(secret));
  await server.close();

  const key = join(folder, "webhook.key");
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  expect(kept.some((bytes) => bytes.includes(webhook.id))).toBe(true);
  expect(kept.some((bytes) => bytes.includes(secret.slice("whsec_".length)))).toBe(false);
});

test("a role that somebody gets by a team is delivered as any other change", async () => {
  const server = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  await rollcall("role", "set", "viewer", "--display-name", "Viewer");
  const { secret } = await rollcall("webhook", "create", url, "acme", "--types", "user.roles.changed");
  const { id: value } = await createUser(server, "ada");
  await create(server, "Groups", { schemas: [GROUP_SCHEMA], displayName: "Readers", members: [{ value }] });
  await rollcall("mappings", "set", "acme", "--map", "Readers=viewer");
  const { type, data } = (await eventually(() => got[0])).verified(secret);
  await server.close();
  expect({ type, data }).toMatchObject({ type: "events.logged", data: { org: "acme" } });
  // A message is a whole entry of the log: what happened just before may be in it.
  const events = [data.events].flat();
  const before = ["org.created", "token.created", "user.created", "team.created", "org.updated"];
  const types = [...before, "user.roles.changed"];
  expect(events.map((event) => Object(event).type)).toEqual(types.slice(-events.length));
  expect(events.at(-1)).toMatchObject({ resource: value, version: 1 });
});

test("a server killed while it sends loses nothing: the next start sends at once what was under way", async () => {
  const start = async () => {
    const server = run(["bin/local.ts", "--port", "0", "--data", folder, "--json"]);
    await eventually(() => server.stdout().includes("\n") || server.child.exitCode !== null);
    return { server, ...JSON.parse(server.stdout()) };
  };
  // What made the organization is logged before there is a webhook that would say it.
  const { close, settled, token } = await startServer({ port: 0, dataFolder: folder, org: "acme", memory: false });
  await settled();
  await close();
  const first = { ...(await start()), token };
  const { secret, webhook } = await rollcall("webhook", "create", url, "acme", "--types", "user.*,org.updated");
  // It never answers.
  answer = () => undefined;
  const ada = await createUser(first, "ada");
  const before = await eventually(() => got[0]);
  process.kill(first.server.pid, "SIGKILL");
  await first.server.ended;
  // Commands on the data itself, without a server.
  const { id } = await rollcall("webhook", "test", webhook.id, "acme");
  await rollcall("org", "update", "acme", "--display-name", "Acme Again");

  answer = (response) => response.writeHead(204).end();
  const second = await start();
  // Its lease would last for a minute: a second sender, and no second owner of the data, has to wait for it.
  await eventually(() => got.length === 4, 30_000);
  const later = got.slice(1);
  const after = later.find((one) => one.id === before.id);
  expect(after && resourcesOf(after.verified(secret))).toEqual([ada.id]);
  expect(later.map((one) => one.id)).toContain(id);
  const types = later.flatMap((one) => [one.verified(secret).data.events ?? []].flat()).map((one) => Object(one).type);
  expect(types.toSorted()).toEqual(["org.updated", "user.created"]);
  second.server.child.kill("SIGTERM");
  expect(await second.server.ended).toBe(0);
});
