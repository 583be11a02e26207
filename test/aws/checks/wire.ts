import { setTimeout as wait } from "node:timers/promises";
import { MAX_BODY_BYTES } from "../../../functions/http/requestContext.ts";
import { same, scimError, wants } from "../../deploy/smoke.ts";
import { type Answer, at, connect, type Tenant, type WireRequest } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { groupNamed, idOf, json, patch, patiently, userNamed } from "./asking.ts";

/** Two clocks that a signature would accept: AWS allows five minutes. */
const CLOCKS_MS = 5 * 60_000;
/** Headers that API Gateway renames and nobody misses. */
const RENAMED = /^x-amzn-remapped-(?!(connection|content-length|date|server)$)/;

/** 8 requests. */
export const headers: LiveCheck = {
  name: "headers of the functions arrive as they were sent, and the challenge of a 401 under a name that is known",
  run: async ({ target }) => {
    const tenant = await target.org();
    const post = (path: string, body: object) => tenant.request({ method: "POST", path, body });
    const stranger = connect(target.transport, { ...tenant, token: "made-up" });
    const refused = await stranger.request({ method: "GET", path: "/Users" });
    const made = await post("/Users", userNamed("ada@example.com"));
    const group = await post("/Groups", groupNamed("Crew"));
    const path = `/Groups/${idOf(group)}`;
    const known = { "If-None-Match": group.headers.etag ?? "none came" };
    const unchanged = await tenant.request({ method: "GET", path, headers: known });
    const wrongMethod = await tenant.request({ method: "DELETE", path: "/Users" });
    const deleted = await tenant.request({ method: "DELETE", path });
    // RFC 7235 section 3.1. API Gateway Developer Guide, "Important notes", lists WWW-Authenticate among the remapped headers.
    const challenges = Object.entries(refused.headers).filter(([name]) => /(^|-)www-authenticate$/.test(name));
    const allowed = (wrongMethod.headers.allow ?? "").split(",").map((method) => method.trim());
    const apart = Math.abs(Date.parse(made.headers.date ?? "") - Date.now());
    return {
      differences: [
        ...wants("a made-up token", refused, 401),
        ...(challenges.some(([, value]) => /^Bearer\b/.test(value)) ? [] : ["the 401 has no challenge"]),
        ...created("POST user", made, `${tenant.tenantUrl}/Users/${idOf(made)}`),
        ...created("POST group", group, tenant.tenantUrl + path),
        ...wants("GET of a known version", unchanged, 304),
        ...same("its ETag", unchanged.headers.etag, group.headers.etag),
        ...same("its body", unchanged.text, ""),
        ...wants("DELETE /Users", wrongMethod, 405),
        ...(allowed.includes("POST") ? [] : [`its Allow is ${wrongMethod.headers.allow}`]),
        ...wants("DELETE of a group", deleted, 204),
        ...same("its body", deleted.text, ""),
        ...(apart <= CLOCKS_MS ? [] : [`Date is ${made.headers.date}, here it is ${new Date().toUTCString()}`]),
      ],
      notes: [
        ...challenges.map(([name]) => `the challenge of a 401 arrives as ${name}`),
        `a 204 comes with Content-Type ${deleted.headers["content-type"] ?? "absent"}`,
      ],
    };
  },
};

/** @param location RFC 7644 section 3.3: that of the resource, in header and body */
function created(what: string, answer: Answer, location: string): string[] {
  return [
    ...wants(what, answer, 201),
    ...same(`${what}, Location`, answer.headers.location, location),
    ...same(`${what}, meta.location`, at(answer.json, "meta.location"), location),
    ...same(`${what}, ETag`, answer.headers.etag, at(answer.json, "meta.version")),
    ...same(`${what}, Content-Type`, answer.headers["content-type"], "application/scim+json"),
    ...same(`${what}, Cache-Control`, answer.headers["cache-control"], "no-store"),
    ...Object.keys(answer.headers)
      .filter((name) => RENAMED.test(name))
      .map((name) => `${what}: a header arrives as ${name}`),
  ];
}

/** At a time, so that half a minute is enough. */
const LANES = 5;

/** Whether a read right behind a write saw it. */
interface Reading {
  /** For example `GET by id after POST`. */
  readonly kind: string;
  readonly fresh: boolean;
  /** To be looked up when it was stale. */
  readonly evidence: string;
}

/** product.md 5.9, 5.14 and 5.3 promise each of these strongly. 50 users at 14 requests each: 701. */
export const consistency = consistencyOf(50);

/** @param readers users that are written and read again */
export function consistencyOf(readers: number): LiveCheck {
  return {
    name: "a read right behind a write sees it",
    run: async ({ target }) => {
      const tenant = await target.org();
      const group = idOf(await tenant.request({ method: "POST", path: "/Groups", body: groupNamed("Crew") }));
      const readings: Reading[] = [];
      const numbers = Array.from({ length: readers }, (_, n) => n).values();
      const lane = async (): Promise<void> => {
        for (const n of numbers) readings.push(...(await oneLife(tenant, group, n)));
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      const kinds = [...Map.groupBy(readings, ({ kind }) => kind)].map(([kind, all]) => {
        return { kind, all: all.length, stale: all.filter(({ fresh }) => !fresh) };
      });
      return {
        differences: kinds.flatMap(({ all, kind, stale: [first, ...others] }) =>
          first === undefined ? [] : [`${kind}: ${others.length + 1} of ${all} missed, the first: ${first.evidence}`],
        ),
        figures: kinds.map(({ all, kind, stale }) => ({
          name: `${kind}: missed, of ${all}`,
          value: stale.length,
          unit: "",
        })),
      };
    },
  };
}

async function oneLife(tenant: Tenant, group: string, n: number): Promise<Reading[]> {
  const readings: Reading[] = [];
  const saw = async (kind: string, request: WireRequest, fresh: (answer: Answer) => boolean): Promise<Answer> => {
    const answer = await tenant.request(request);
    readings.push({ kind, fresh: fresh(answer), evidence: `${answer.status} ${answer.text.slice(0, 200)}` });
    return answer;
  };
  const write = (request: WireRequest) => saw("write", request, ({ status }) => status < 300);
  const get = (kind: string, path: string, fresh: (answer: Answer) => boolean) =>
    saw(kind, { method: "GET", path }, fresh);
  const [userName, externalId] = [`person${n}@example.com`, `x${n}`];
  const id = idOf(await write({ method: "POST", path: "/Users", body: userNamed(userName, { externalId }) }));
  const finds = async (when: string, total: number): Promise<void> => {
    for (const [name, value] of [
      ["userName", userName],
      ["externalId", externalId],
      ["emails.value", userName],
    ]) {
      const path = `/Users?filter=${name} eq "${value}"`;
      await get(`filter by ${name} after ${when}`, path, (found) => at(found.json, "totalResults") === total);
    }
  };
  await get("GET by id after POST", `/Users/${id}`, (read) => at(read.json, "userName") === userName);
  await finds("POST", 1);
  await write(patch(`/Users/${id}`, { op: "replace", path: "active", value: false }));
  await get("GET by id after PATCH", `/Users/${id}`, (read) => at(read.json, "active") === false);
  await write(patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: id }] }));
  const joined = `/Groups?filter=id eq "${group}" and members eq "${id}"`;
  await get("member after PATCH of a group", joined, (found) => at(found.json, "totalResults") === 1);
  await write({ method: "DELETE", path: `/Users/${id}` });
  await get("GET by id after DELETE", `/Users/${id}`, ({ status }) => status === 404);
  await finds("DELETE", 0);
  return readings;
}

/** From a write to what the stream's functions make of it. */
const PATIENCE = { seconds: 90, everyMs: 1000 };
const MEMBERS = 20;

/** 25 requests. IAM lets the sweep do both, or the memberships stay: a user's leave in transactions with their groups. */
export const sweeps: LiveCheck = {
  name: "the memberships of a deleted user and of a deleted group are swept behind the answer",
  run: async (stack) => {
    const tenant = await stack.target.org();
    const post = async (path: string, body: object) => idOf(await tenant.request({ method: "POST", path, body }));
    const members: { readonly value: string }[] = [];
    for (let n = 0; n < MEMBERS; n++)
      members.push({ value: await post("/Users", userNamed(`member${n}@example.com`)) });
    const group = await post("/Groups", groupNamed("Crew", members));
    const left = () => membershipsOf(stack, tenant.token, group);
    const falls = (to: number) => patiently(async () => ((await left()) === to ? Date.now() : undefined), PATIENCE);
    const before = await left();
    await tenant.request({ method: "DELETE", path: `/Users/${members[0]?.value}` });
    const userSwept = await falls(MEMBERS - 1);
    await tenant.request({ method: "DELETE", path: `/Groups/${group}` });
    const deleted = Date.now();
    const swept = await falls(0);
    return {
      differences: [
        ...same("memberships before the deletions", before, MEMBERS),
        ...(userSwept === undefined ? ["that of the deleted user was not swept in time"] : []),
        ...(swept === undefined ? [`${await left()} of the deleted group were not swept in time`] : []),
      ],
      figures:
        swept === undefined ? [] : [{ name: `${MEMBERS} memberships swept after`, value: swept - deleted, unit: "ms" }],
    };
  },
};

/** As functions/store/SCHEMA.md keeps them; the org's id stands in its token (product.md 5.4). */
async function membershipsOf({ aws, outputs }: LiveStack, token: string, group: string): Promise<number> {
  const answer = await aws.json("dynamodb", "DynamoDB_20120810.Query", {
    TableName: outputs.TableName,
    ConsistentRead: true,
    Select: "COUNT",
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: `O#${token.split("_")[1]}#M#${group}` } },
  });
  return Number(at(json(answer), "Count"));
}

const USERS = 100;
const SENDINGS = 6;
/** Each takes two bytes in the resource, of which 48 KB are allowed, and four in what the function hands over. */
const QUOTES = '"'.repeat(24_000);

/** 102 requests, 5 MB of bodies (AWS Lambda Developer Guide, "Lambda quotas": 6 MB for a synchronous response). */
export const largestPage: LiveCheck = {
  name: "a page of the largest users gets through, cut where Lambda's 6 MB end, and the next one goes on behind it",
  run: async ({ target }): Promise<Finding> => {
    const tenant = await target.org();
    for (let n = 0; n < USERS; n++) {
      const body = userNamed(`large${n}@example.com`, { displayName: QUOTES });
      const answer = await unrefused(() => tenant.request({ method: "POST", path: "/Users", body }));
      if (answer.status !== 201) return { differences: wants(`POST of user ${n}`, answer, 201) };
    }
    const first = await tenant.request({ method: "GET", path: `/Users?count=${USERS}` });
    const startIndex = 1 + Number(at(first.json, "itemsPerPage"));
    const next = await tenant.request({ method: "GET", path: `/Users?count=${USERS}&startIndex=${startIndex}` });
    const [one = [], two = []] = [first, next].map((answer) => {
      const resources = at(answer.json, "Resources");
      return Array.isArray(resources) ? resources.map((user) => at(user, "id")) : [];
    });
    // RFC 7644 section 3.4.2.4: a page may be smaller than was asked for, and says so.
    return {
      differences: [
        ...wants("the first page", first, 200),
        ...wants("the next page", next, 200),
        ...same("its totalResults", at(first.json, "totalResults"), USERS),
        ...same("its itemsPerPage", at(first.json, "itemsPerPage"), one.length),
        ...same("users on both pages, each once", new Set([...one, ...two]).size, USERS),
        ...same("users on both pages", one.length + two.length, USERS),
      ],
      figures: [
        { name: "users of the first page", value: one.length, unit: "" },
        { name: "the first page", value: Buffer.byteLength(first.text), unit: "bytes" },
      ],
    };
  },
};

/** As identity providers do: what is to come later comes later. */
async function unrefused(ask: () => Promise<Answer>): Promise<Answer> {
  for (let sendings = 1; ; sendings++) {
    const answer = await ask();
    if (answer.status !== 429 || sendings === SENDINGS) return answer;
    await wait(Number(answer.headers["retry-after"]) * 1_000);
  }
}

/** 2 requests of 5.5 MB (the same page of the guide: 6 MB for a synchronous request, with the JSON around the body). */
export const largestBody: LiveCheck = {
  name: "the largest body that the functions take arrives, and one byte more is refused by them",
  run: async ({ target }) => {
    // Each in an org of its own: one has no budget for both at once.
    const [whole, over] = [await padded(await target.org(), 0), await padded(await target.org(), 1)];
    return {
      differences: [
        ...wants(`a body of ${MAX_BODY_BYTES} bytes`, whole, 201),
        ...wants("one byte more", over, 413),
        ...scimError("its body", over),
        ...(over.text.includes("10 MB") ? ["one byte more was refused by API Gateway, not by the function"] : []),
      ],
    };
  },
};

/** A user behind so many spaces that the body has the largest size, and some bytes more. */
function padded(tenant: Tenant, more: number): Promise<Answer> {
  const text = JSON.stringify(userNamed("large@example.com"));
  return tenant.request({ method: "POST", path: "/Users", body: text.padEnd(MAX_BODY_BYTES + more, " ") });
}
