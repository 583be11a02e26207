import { AsyncLocalStorage } from "node:async_hooks";
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { canaryHandler } from "../../functions/http/canary.ts";
import { eventsHandler, eventsVisit } from "../../functions/http/events.ts";
import { journalHandler } from "../../functions/http/journal.ts";
import { rolesHandler } from "../../functions/http/roles.ts";
import { sweepHandler } from "../../functions/http/sweep.ts";
import { tokensReportHandler } from "../../functions/http/tokensReport.ts";
import { webhooksHandler } from "../../functions/http/webhooks.ts";
import { webhooksVisit } from "../../functions/http/webhooksVisit.ts";
import type { Send } from "../../functions/probe/wire.ts";
import { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { type JsonObject, objectIn } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA } from "../../functions/scim/schema.ts";
import { DynamoBuckets } from "../../functions/store/buckets.ts";
import { CANARY_SLUG } from "../../functions/store/canaryKeys.ts";
import { Database, type DatabaseOptions } from "../../functions/store/database.ts";
import { createDynamoStore, dynamoTable, sdkSend } from "../../functions/store/dynamoTable.ts";
import { type OrgId, OrgKeys } from "../../functions/store/keys.ts";
import { readDeletion } from "../../functions/store/openDeletions.ts";
import { RemovalCountStore } from "../../functions/store/removalCounts.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { readRecord } from "../../functions/store/streamRecord.ts";
import { WebhookStore } from "../../functions/store/webhooks.ts";
import { keyedCalls, signedCalls } from "../protocol/calls/everyCall.ts";
import { pageCalls } from "../protocol/growth/portalCalls.ts";
import { replays } from "../protocol/idp/replays.ts";
import { portalRequest, signIn } from "../protocol/portal/portalCaller.ts";
import { rows } from "../protocol/rows/rows.ts";
import { askToken } from "../support/askToken.ts";
import { duringTests } from "../support/duringTests.ts";
import { eventsEndpoint } from "../support/eventLogs.ts";
import { clientAround } from "../support/faultyClient.ts";
import { type Around, inProcessConsole, inProcessTarget } from "../support/inProcess.ts";
import { signed, signingKey, startIssuer } from "../support/issuer.ts";
import { idOf, orgIdOf } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import { startStreamed } from "../support/streamedStore.ts";
import { runChecks, type Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { makeTrust } from "../support/trusts.ts";
import { PLAIN_SECRETS } from "../support/webhooks.ts";
import { at } from "../support/wire.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { playHold, playRoles, userNamed } from "./roleCalls.ts";
import { type Statement, synthesise } from "./synthesis.ts";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const { resources } = synthesise({
  applicationKeys: true,
  webhooks: true,
  portal: true,
  roles: true,
  canary: true,
  observability: true,
});

function statementsOf(name: string): Statement[] {
  return resources("AWS::IAM::Policy")
    .filter(([id]) => new RegExp(`^${name}RoleDefaultPolicy[0-9A-F]{8}$`).test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

const streamed = duringTests(startStreamed);

/** What a call asks IAM for: each action, at all the keys of the request. */
interface Call {
  readonly actions: readonly string[];
  readonly keys: readonly string[];
  readonly index: boolean;
}

const PARTS = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem", ConditionCheck: "ConditionCheckItem" };

/**
 * AWS does not document whether `dynamodb:LeadingKeys` of an action inside a transaction are its own key or those of the
 * whole transaction. What is allowed at all of them is allowed either way: ForAllValues holds for a part of them too.
 */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of a dozen commands, of which only the keys are read.
function callOf(command: { readonly input: any }): Call {
  const { input } = command;
  const name = command.constructor.name.replace(/Command$/, "");
  const keyOf = ({ Key, Item }: { Key?: { pk: string }; Item?: { pk: string } }) => String((Key ?? Item)?.pk);
  switch (name) {
    case "TransactWrite": {
      const parts = input.TransactItems.flatMap((item: object) => Object.entries(item));
      const actions: string[] = parts.map(([part]: [keyof typeof PARTS]) => PARTS[part]);
      return {
        actions: [...new Set(actions)],
        keys: parts.map(([, one]: [string, object]) => keyOf(one)),
        index: false,
      };
    }
    case "TransactGet":
      return {
        actions: ["GetItem"],
        keys: input.TransactItems.map(({ Get }: { Get: object }) => keyOf(Get)),
        index: false,
      };
    case "BatchGet": {
      const [{ Keys }] = Object.values(input.RequestItems) as [{ Keys: { pk: string }[] }];
      return { actions: ["BatchGetItem"], keys: Keys.map(({ pk }) => pk), index: false };
    }
    case "BatchWrite": {
      const [requests] = Object.values(input.RequestItems) as [{ PutRequest?: object; DeleteRequest?: object }[]];
      const keys = requests.map((one) => keyOf(one.PutRequest ?? one.DeleteRequest ?? {}));
      return { actions: ["BatchWriteItem"], keys, index: false };
    }
    case "Query": {
      // The partition is the first value of every query, of the table and of the index.
      const { ":v0": partition } = input.ExpressionAttributeValues;
      return { actions: ["Query"], keys: [String(partition)], index: input.IndexName !== undefined };
    }
    default:
      return { actions: [`${name}Item`], keys: [keyOf(input)], index: false };
  }
}

test("no function asks the table for what its role may not, whichever keys of a transaction IAM compares", async () => {
  const current = new AsyncLocalStorage<string>();
  const { access, records } = await streamed().fresh();
  const refused = new Set<string>();
  const [seen, writing, spending] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const client = clientAround(access.client, (send, command) => {
    const name = current.getStore() ?? "nobody";
    const { actions, index, keys } = callOf(command);
    if (command instanceof TransactWriteCommand) writing.add(name);
    if (actions.includes("UpdateItem") && keys.some((key) => key.startsWith("B#"))) spending.add(name);
    seen.add(name);
    for (const action of actions) {
      const resource = `table/${TABLE}${index ? "/index/gsi1" : ""}`;
      if (isAllowed(statementsOf(name), `dynamodb:${action}`, { keys, resource })) continue;
      refused.add(`${name}: ${action} at ${[...new Set(keys.map(shapeOf))].sort().join(" + ")}`);
    }
    return send();
  });
  const store = createDynamoStore({ client, tableName: access.tableName });
  // Every request asks for the next one, at a rate that refuses nobody.
  const buckets = new DynamoBuckets({ send: sdkSend(client), tableName: access.tableName });
  const endpoint = { ...testEndpoint(store), budget: new RequestBudget({ rate: 1_000_000, burst: 10 }, buckets) };
  const around: Around = (name, handler) => (event, context) => current.run(name, () => handler(event, context));
  const target = inProcessTarget("dynoxide", { ...endpoint, sweepLater: () => undefined }, 20, around);
  const checks = [signedCalls, keyedCalls, pageCalls, ...rows, ...replays().filter((_one, index) => index % 4 === 0)];
  const results = await runChecks(target, checks);
  expect(results.flatMap(({ differences }) => differences)).toEqual([]);

  const org = await target.org();
  const id = orgIdOf(org.token.split("_")[1] ?? "");
  // The rows present assertions of clients' own keys; here an issuer's are fetched, and kept.
  const issuer = await startIssuer();
  const key = signingKey("of-today");
  issuer.publish(key);
  const trust = { issuer: "https://issuer.example", keysUrl: issuer.keysUrl, subject: "sync", audiences: ["a"] };
  await current.run("admin", () => makeTrust(store, org.slug, { kind: "federated", ...trust }));
  const claims = { iss: trust.issuer, sub: "sync", aud: "a", exp: Math.floor(Date.now() / 1_000) + 300 };
  const form = `grant_type=client_credentials&client_assertion_type=${JWT_BEARER}&client_assertion=${signed(key, claims)}`;
  const granted = await askToken(target, org.slug, form);
  await issuer.close();
  expect([granted.status, issuer.asked.length]).toEqual([200, 1]);
  const common = { now: Date.now, log: endpoint.log, version: "test", deadLetters: { send: async () => true } };
  const context = { awsRequestId: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", getRemainingTimeInMillis: () => 600_000 };
  const readMarker = (record: DynamoDBRecord) => readDeletion(readRecord(record));
  await current.run("sweep", async () => {
    const sweep = sweepHandler({ ...common, store, readDeletion: readMarker });
    await sweep({ Records: (await records()) as DynamoDBRecord[] }, context);
    const later = sweepHandler({ ...common, now: () => Date.now() + 600_000, store, readDeletion: readMarker });
    await later({}, context);
  });
  const made = await org.request({ method: "POST", path: "/Users", body: userNamed("ada") });
  const place = `/orgs/${org.slug}/users`;
  const own = await target.directory("POST", place, { userName: "own", applicationId: "4711" });
  expect((await target.directory("DELETE", `${place}/${at(own.json, "id")}`)).status).toBe(204);
  expect((await org.request({ method: "DELETE", path: `/Users/${at(made.json, "id")}` })).status).toBe(204);
  const options = { table: dynamoTable(client, access.tableName), now: Date.now, random: Math.random, wait: noPause };
  await current.run("admin", () => makeWebhook(options, id));
  const changed = (await records()) as DynamoDBRecord[];
  await current.run("tokensReport", () => tokensReportHandler(endpoint)({}, context));
  await current.run("events", async () => {
    const counts = new RemovalCountStore(options);
    await counts.add(id, { deactivated: 1, deleted: 0, membersRemoved: 0 }, Date.now());
    await counts.users(id);
    await counts.claim(id, "users", Date.now());
    const settings = new SettingsStore(new Database(options));
    expect(await settings.orgById(id)).toMatchObject({ slug: org.slug });
    const lines: Readonly<Record<string, unknown>>[] = [];
    const log = (line: Readonly<Record<string, unknown>>) => lines.push(line);
    const parts = { log, wakeSender: async () => true };
    await eventsHandler(eventsEndpoint(() => new Database(options), parts))({ Records: changed }, context);
    // When values have to be erased.
    const later = { ...options, now: () => Date.now() + 15 * 86_400_000 };
    await eventsVisit(eventsEndpoint(() => new Database(later), { ...parts, now: later.now }))(context);
    await webhooksVisit(eventsEndpoint(() => new Database(options), parts))(context);
    expect(lines).toMatchObject([
      { type: "events.batch", level: "INFO", events: { "user.deleted": 2, "user.linked": 1 }, messages: 1 },
      { type: "events.visit", level: "INFO", erased: 2 },
    ]);
  });
  await current.run("webhooks", async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    // A failure, a success, and nothing left, each an hour after the other; then one that says not to come again.
    for (const [hours, status] of [
      [0, 503],
      [1, 204],
      [2, 204],
    ] as const) {
      const clock = () => Date.now() + hours * 3_600_000;
      const deliver = async () => ({ outcome: "answered", status }) as const;
      const parts = { log: (line: Readonly<Record<string, unknown>>) => lines.push(line), version: "test" };
      const open = () => new Database(options);
      const sender = { ...parts, open, deliver, secrets: PLAIN_SECRETS, now: clock, random: Math.random };
      await webhooksHandler(sender)({}, context);
    }
    expect(lines).toMatchObject([{ outcomes: { "5xx": 1 } }, { outcomes: { "2xx": 1 } }]);
  });
  const work = async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const parts = { log: (line: Readonly<Record<string, unknown>>) => lines.push(line), wakeRoles: async () => true };
    const Records = (await records()) as DynamoDBRecord[];
    const events = eventsHandler(eventsEndpoint(() => new Database(options), parts));
    await current.run("events", () => events({ Records }, context));
    await current.run("roles", () => rolesHandler({ ...common, ...parts, store })({}, context));
    return lines.at(-1);
  };
  await playRoles(target, work, (update) => current.run("roles", () => new Database(options).write([update])));
  await playHold(target);
  // An organization of its own: its token ends.
  await playPortal(target, (await target.org()).slug, inProcessConsole(endpoint, around));
  await current.run("journal", async () => {
    const mark = { ts: new Date().toISOString(), ref: "0a1b2c3d4e5f", orgId: id, idp: "entra", method: "POST" };
    const lines = [
      { type: "scim.request", ...mark, op: "users.create", status: 201, tokenId: "Xk29fLq0aB71" },
      { type: "scim.request", ...mark, op: "users.create", status: 409, detailCode: "uniqueness.userName" },
      { type: "scim.request", ...mark, op: "users.list", status: 200, method: "GET" },
      { type: "org.massChange", ...mark, kind: "users", lost: 30, roster: 40 },
    ];
    const readDelivery = () => lines.map((line) => JSON.stringify(line));
    await journalHandler({ ...common, readDelivery, open: () => new Database(options) })(
      { awslogs: { data: "" } },
      context,
    );
  });
  await current.run("canary", () => playCanary(target, { ...endpoint, store }));
  for (const path of ["totals", "export", "export/managed/users", "import", "jobs/managed/deletions"]) {
    expect((await target.admin("GET", `/orgs/${org.slug}/data/${path}`)).status).toBe(200);
  }
  const search = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], count: 1, cursor: "" };
  for (const path of ["/.search", "/Users/.search"]) {
    expect((await org.request({ method: "POST", path, body: search })).status).toBe(200);
  }
  // An edge that leads nowhere, for fsck to remove.
  const team = { schemas: [GROUP_SCHEMA], displayName: "Engines" };
  const group = String(at((await org.request({ method: "POST", path: "/Groups", body: team })).json, "id"));
  const keys = new OrgKeys(id);
  const edge = { ...keys.membership(group, idOf("u", 1)), g1p: keys.reverse(idOf("u", 1)), g1s: group, sv: 1 };
  await access.client.send(new PutCommand({ TableName: access.tableName, Item: edge }));
  const repaired = await target.admin("POST", `/orgs/${org.slug}/data/fsck`, { repair: true });
  expect(repaired.text).toContain("edge.member");
  // An hour later everything that has no event lacks one.
  const later = inProcessTarget("dynoxide", { ...endpoint, now: () => Date.now() + 3_600_000 }, 1, around);
  const data = `/orgs/${org.slug}/data`;
  expect((await later.admin("POST", `${data}/events/fsck`, { repair: true })).text).toContain('"repair":"done"');
  const { text } = await target.directory("GET", `/orgs/${org.slug}/events`);
  expect(text).toContain(group);
  for (const path of [`orgs/${org.slug}/events?resource=${group}`, `orgs/${org.slug}/history/${group}`, "orgs"])
    expect((await target.directory("GET", `/${path}`)).status).toBe(200);
  expect((await target.directory("GET", "/feed?shard=0&after=0")).status).toBe(200);
  expect((await target.admin("GET", `${data}/export/events`)).status).toBe(200);
  expect((await target.admin("POST", `${data}/events/${group}/erase`)).status).toBe(200);
  expect((await target.admin("POST", `${data}/events/renew`, { feed: true })).status).toBe(200);
  expect((await org.request({ method: "POST", path: "/Users", body: userNamed("eve") })).status).toBe(201);
  const quiet = { ...options, table: dynamoTable(access.client, access.tableName) };
  await putRoles(quiet, id, [role("viewer", { default: true, keepOne: true })]);
  await new RoleWork(new Database(quiet)).walk(id, { at: new Date().toISOString(), tokenId: "tests", reference: "r" });
  const ofRoles: Readonly<Record<string, unknown>>[] = [];
  const worker = rolesHandler({ ...endpoint, store, log: (line) => ofRoles.push(line) });
  await current.run("roles", () => worker({}, context));
  expect(ofRoles).toMatchObject([{ type: "roles.run", level: "INFO", rolesChanged: 1, walks: expect.any(Number) }]);

  expect([...refused]).toEqual([]);
  const names = resources("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));
  expect([...seen].sort()).toEqual(names.filter((name) => statementsOf(name).length > 0).sort());
  // Those that count requests.
  expect([...spending].sort()).toEqual(["bulk", "discovery", "groups", "oauth", "search", "users"]);
  // Those that write in transactions did.
  expect([...writing].sort()).toEqual(
    [
      "admin",
      "appAdmin",
      "appWrite",
      "bulk",
      "directory",
      "events",
      "groups",
      "journal",
      "maintenance",
      "portalAdmin",
      "roles",
      "sweep",
      "users",
      "webhooks",
    ].sort(),
  );
}, 300_000);

/** A run of the canary, whose requests take no way through a network. */
async function playCanary(target: Target, endpoint: Omit<Parameters<typeof canaryHandler>[0], "send" | "tenantUrl">) {
  const send: Send = async ({ body, headers = {}, method, url }) => {
    const request = { method, target: url.slice(target.base.length), headers, body };
    const { headers: received, status, text } = await target.transport(request);
    return { status, headers: received, text, json: objectIn(text), ms: 1, certificateEnds: undefined };
  };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const parts = { log: (line: Readonly<Record<string, unknown>>) => lines.push(line), send };
  const canary = canaryHandler({ ...endpoint, ...parts, tenantUrl: `${target.base}/scim/v2/${CANARY_SLUG}` });
  await canary({}, { awsRequestId: "canary", getRemainingTimeInMillis: () => 120_000 });
  expect(lines).toMatchObject([{ type: "canary.run", outcome: "green" }]);
}

/** What a session does in the portal, and what the operator asks for as its pages would. */
async function playPortal(target: Target, org: string, operator: Target["admin"]): Promise<void> {
  const page = await signIn(target, org);
  const read = [
    ["overview", "contact", "activity", "problems", "health", "people", "people?search=ada", "groups"],
    ["people/u0f3KbTqYw9ZpLmN4xR7sVd", "people/u0f3KbTqYw9ZpLmN4xR7sVd/history"],
    ["groups/g0f3KbTqYw9ZpLmN4xR7sVd", "groups/g0f3KbTqYw9ZpLmN4xR7sVd/members"],
  ].flat();
  for (const path of read) {
    const shown = await portalRequest(target, "GET", `/orgs/${org}/${path}`, { headers: page });
    expect([path, shown.status < 500]).toEqual([path, true]);
    expect([path, (await operator("GET", `/orgs/${org}/${path}`)).status]).toEqual([path, shown.status]);
  }
  const change = async (method: string, path: string, body: JsonObject = {}) =>
    (await portalRequest(target, method, `/admin/${path}`, { headers: page, body })).status;
  expect(await change("POST", `orgs/${org}/tokens/regenerate`)).toBe(201);
  expect(await change("POST", `orgs/${org}/clients`)).toBe(201);
  expect(await change("PATCH", `orgs/${org}/rules`, { rules: { teamNameMaxLength: 80 } })).toBe(200);
  expect(await change("DELETE", "session")).toBe(204);
}

async function noPause(): Promise<void> {}

/** As the function of administration makes the first webhook of all. */
async function makeWebhook(options: DatabaseOptions, owner: OrgId): Promise<void> {
  const database = new Database(options);
  const org = await new SettingsStore(database).orgById(owner);
  const id = "pX3kq8LmT0aZ";
  const secrets = [{ sealed: await PLAIN_SECRETS.seal("whsec_AAAA", { org: owner, endpoint: id }) }];
  const made = { createdAt: new Date().toISOString(), createdBy: "test", version: 1 };
  const record = { id, owner, url: "https://app.example.com/hook", description: "", secrets, ...made };
  expect(await new WebhookStore(database).create(record, org)).toBe("created");
}

/** `O#…#U` for the key of an org's users. */
function shapeOf(key: string): string {
  return key.replace(/^([A-Z])#[^#]{8,}/, "$1#…").replace(/#[ug][0-9A-Za-z]{22}$/, "#…");
}
