import { randomUUID } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Json } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, SEARCH_REQUEST } from "../../../functions/scim/schema.ts";
import { type DynamoSend, tableThrough } from "../../../functions/store/dynamoCalls.ts";
import { CALLS, sdkSend } from "../../../functions/store/dynamoTable.ts";
import { createStore } from "../../../functions/store/session.ts";
import { CONNECTION_LIMITS } from "../../../functions/store/signed/connections.ts";
import type { TableClient } from "../../../lib/bundling.ts";
import { askToken } from "../../support/askToken.ts";
import { freshTable, signedLocally } from "../../support/dynamoTable.ts";
import { startDynoxide } from "../../support/dynoxide.ts";
import { DATABASE_FAULTS, type DatabaseFault, faultyDatabase } from "../../support/faultyDatabase.ts";
import { freePort } from "../../support/freePort.ts";
import { given, inProcessTarget } from "../../support/inProcess.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/setup.ts";
import { patchOf } from "../rows/client.ts";

/**
 * Every call of every kind of request against databases that ail. A process of its own, without Jest: there the errors of
 * Node's own modules are of another realm, and the SDK takes none of them for an error.
 * Its arguments are the client that the requests go through, at every which of its calls the database ails (1: at each), and
 * with which of them that begins. Prints one JSON object: by fault what it found.
 */

/** A function has so little left that the timer ends after 3.2 s, and who asks is found out in 1 s; and yet time to write. */
const MILLISECONDS = 3_900;

/** Every use of a token is remembered beside the request, and no request fails with that. */
const isMark = (body: string): boolean => body.includes('"L#');

interface People {
  readonly user: string;
  readonly crew: string;
}

interface Given {
  readonly org: Tenant;
  readonly user: string;
  readonly group: string;
  readonly secret: string;
}

type Target = ReturnType<typeof inProcessTarget>;

const body = (method: string, path: string, json: Json) => ({ method, path, body: json }) as const;

/** HTTP requests that this process sent to one database, the SDK's own repetitions among them. */
interface Sent {
  count: number;
}

/** By port, which a later database may have again: then it has a count of its own. */
const sentTo = new Map<number, Sent>();
subscribe("http.client.request.created", (message) => {
  const { request } = message as { readonly request: ClientRequest };
  const port = Number(request.host === undefined ? 0 : String(request.getHeader("host")).split(":")[1]);
  const sent = sentTo.get(port);
  if (sent !== undefined) sent.count += 1;
});

type Ask = (target: Target, given: Given) => Promise<Answer>;

const readUser: Ask = (_target, { org, user }) => org.request({ method: "GET", path: `/Users/${user}` });

/** By name: a request of each kind. */
const REQUESTS: Readonly<Record<string, Ask>> = {
  "GET of a user": readUser,
  "a list": (_target, { org }) => org.request({ method: "GET", path: "/Users" }),
  "a filter": (_target, { org }) => org.request({ method: "GET", path: '/Users?filter=userName eq "ada"' }),
  "a search over everything": (_target, { org }) =>
    org.request(body("POST", "/.search", { schemas: [SEARCH_REQUEST] })),
  "POST of a user": (_target, { org }) => org.request(body("POST", "/Users", ordinaryUser(randomUUID()))),
  "PATCH of a user": (_target, { org, user }) =>
    org.request(body("PATCH", `/Users/${user}`, patchOf({ op: "add", path: "title", value: randomUUID() }))),
  "PATCH of a group's members": (_target, { org, user, group: id }) =>
    org.request(body("PATCH", `/Groups/${id}`, patchOf({ op: "add", path: "members", value: [{ value: user }] }))),
  "PUT of a group": (_target, { org, group: id }) =>
    org.request(body("PUT", `/Groups/${id}`, group(`Crew ${randomUUID()}`, { members: [] }))),
  "DELETE of a group": (_target, { org, group: id }) => org.request({ method: "DELETE", path: `/Groups/${id}` }),
  "/Schemas": (_target, { org }) => org.request({ method: "GET", path: "/Schemas" }),
  "a token request": (target, { org, secret }) => askToken(target, org.slug, { client_secret: secret }),
  "a change by the operator": ({ admin }, { org }) => admin("PATCH", `/orgs/${org.slug}`, { displayName: "Acme" }),
  "the sign-in gate": ({ directory }, { org }) => directory("GET", `/orgs/${org.slug}/access?userName=ada`),
  "a look at all of an org": ({ admin }, { org }) => admin("GET", `/orgs/${org.slug}/data/totals`),
};

export interface Found {
  readonly points: number;
  readonly faults: readonly string[];
  /** Databases that were sent something after the answer. */
  readonly sentLate: number;
  /** Milliseconds of the slowest answer. */
  readonly slowest: number;
}

const group = (displayName: string, own: object = {}) => ({ schemas: [GROUP_SCHEMA], displayName, ...own });

interface Opened {
  readonly send: DynamoSend;
  close(): void;
}

/** A client of its own for a database, with the limits of a function but for the wait for an answer, in milliseconds. */
const OPENED: Readonly<Record<TableClient, (endpoint: string, silence: number) => Opened>> = {
  sdk: (endpoint, silence) => {
    const { httpsAgent: _https, ...handler } = CALLS.requestHandler;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const requestHandler = { ...handler, requestTimeout: silence };
    const client = new DynamoDBClient({ ...CALLS, endpoint, region: "local", credentials, requestHandler });
    const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    return { send: sdkSend(documents), close: () => client.destroy() };
  },
  signed: (endpoint, silence) => signedLocally(endpoint, { limits: { ...CONNECTION_LIMITS, silence } }),
};

const [, , kindGiven, everyGiven, firstGiven] = process.argv;
const clientKind: TableClient = kindGiven === "signed" ? "signed" : "sdk";
const [every, first] = [Number(everyGiven), Number(firstGiven)];
const dynoxide = await startDynoxide();
const tableName = await freshTable(dynoxide.endpoint);
const plain = signedLocally(dynoxide.endpoint);
const sound = inProcessTarget("sound", testEndpoint(createStore(tableThrough(plain.send, tableName))), 1);
interface Org {
  readonly tenant: Tenant;
  readonly secret: string;
}

async function newOrg(): Promise<Org> {
  const tenant = await sound.org({ preset: "open" });
  const { json } = await sound.admin("POST", `/orgs/${tenant.slug}/clients`, {});
  return { tenant, secret: String(at(json, "clientSecret")) };
}

async function made({ tenant }: Org, path: string, json: Json): Promise<string> {
  const answer = await tenant.request(body("POST", path, json));
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return String(at(answer.json, "id"));
}

async function newPeople(org: Org): Promise<People> {
  const user = await made(org, "/Users", ordinaryUser(randomUUID()));
  return { user, crew: await made(org, "/Groups", group(randomUUID())) };
}

/** A process of its own that is given so little time, and whose database ails from the n-th call on. */
async function tried(
  org: Org,
  { user, crew }: People,
  ask: Ask,
  fault: DatabaseFault,
  nth: number,
  counted = (text: string) => !isMark(text),
) {
  const database = await faultyDatabase(dynoxide.endpoint, fault, nth, counted);
  const sent: Sent = { count: 0 };
  sentTo.set(database.port, sent);
  const client = OPENED[clientKind](database.endpoint, Number.isFinite(nth) ? 400 : 15_000);
  const lines: Readonly<Record<string, unknown>>[] = [];
  const store = createStore(tableThrough(client.send, tableName));
  const endpoint = testEndpoint(store, (line) => lines.push(line));
  // A request that nothing disturbs has all the time of a function, on a busy machine too.
  const target = inProcessTarget("faulty", endpoint, 1, Number.isFinite(nth) ? given(MILLISECONDS) : undefined);
  const answer = await ask(target, {
    org: connect(target.transport, org.tenant),
    user,
    group: crew,
    secret: org.secret,
  });
  const atAnswer = sent.count;
  client.close();
  database.stop();
  return { answer, lines, calls: database.counted(), sent, atAnswer };
}

/** @param counted which calls of which requests are disturbed */
async function everyPoint(fault: DatabaseFault, requests: typeof REQUESTS, counted?: typeof isMark): Promise<Found> {
  const org = await newOrg();
  const shared = await newPeople(org);
  // Those whom a request changes are nobody else's.
  const peopleFor = (name: string) => (/^(?:PATCH|PUT|DELETE)/.test(name) ? newPeople(org) : shared);
  const faults: string[] = [];
  const answered: { readonly sent: Sent; readonly atAnswer: number }[] = [];
  let [points, slowest] = [0, 0];
  const triedAt = async (name: string, ask: Ask, nth: number): Promise<void> => {
    const began = performance.now();
    const { answer, calls, lines, sent, atAnswer } = await tried(org, await peopleFor(name), ask, fault, nth, counted);
    slowest = Math.max(slowest, Math.round(performance.now() - began));
    answered.push({ sent, atAnswer });
    // Others of the org in the way cost it more calls when nothing was disturbed.
    if (calls < nth) return;
    const { status, text, headers } = answer;
    const line = JSON.stringify(lines[0]?.detailCode);
    const isBusy = status === 503 && /^\d+$/.test(headers["retry-after"] ?? "") && !text.includes("marked");
    const isTold =
      lines.length === 1 && /^"(busy\.(storage|timeout|contended)|oauth\.temporarily_unavailable)"$/.test(line);
    // Neither the mark of a use nor the sweep behind a deletion makes a request fail.
    const isDone = (counted !== undefined && status === 200) || (name.startsWith("DELETE") && status === 204);
    const isSpared = isDone && lines.length === 1;
    if (!(isBusy && isTold) && !isSpared)
      faults.push(`call ${nth} of ${name}: ${status} ${line} ${lines.length} ${text.slice(0, 150)}`);
    points += 1;
  };
  await Promise.all(
    Object.entries(requests).map(async ([name, ask], at) => {
      const never = Number.POSITIVE_INFINITY;
      const { answer, calls } = await tried(org, await peopleFor(name), ask, fault, never, counted);
      if (answer.status >= 300) throw new Error(`undisturbed, ${name} is answered ${answer.status} ${answer.text}`);
      const points = Array.from({ length: calls }, (_none, index) => index + 1);
      // Of one request the first calls, of another one the next: the same call of each is the same read.
      const chosen = counted === undefined ? points.filter((nth) => (at + nth + first) % every === 0) : points;
      await Promise.all(chosen.map((nth) => triedAt(name, ask, nth)));
    }),
  );
  // Everything has ended by now, also what an answer left under way.
  const sentLate = answered.filter(({ sent, atAnswer }) => sent.count !== atAnswer).length;
  return { points, faults, sentLate, slowest };
}

const found: Record<string, Found> = {};
const all = Object.keys(DATABASE_FAULTS) as DatabaseFault[];
// Two at once: they wait most of the time, and all at once would keep the database itself waiting.
for (let next = 0; next < all.length; next += 2) {
  await Promise.all(
    all.slice(next, next + 2).map(async (fault) => {
      found[fault] = await everyPoint(fault, REQUESTS);
      const mark = await everyPoint(fault, { "GET of a user": readUser }, isMark);
      found[`${fault}, at the mark of a token's use`] = mark;
    }),
  );
}

const lines: object[] = [];
/** Nobody listens there. */
const client = OPENED[clientKind](`http://127.0.0.1:${await freePort()}`, 3_000);
const target = inProcessTarget(
  "gone",
  testEndpoint(createStore(tableThrough(client.send, tableName)), (line) => lines.push(line)),
  1,
);
const { status } = await connect(target.transport, (await newOrg()).tenant).request({ method: "GET", path: "/Users" });

client.close();
plain.close();
await dynoxide.stop();
process.stdout.write(JSON.stringify({ found, gone: { status, lines } }));
