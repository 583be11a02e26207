import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { newPortalText } from "../../../functions/provisioning/portal/portalText.ts";
import type { OrgId } from "../../../functions/store/keys.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore, localTable } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at } from "../../support/wire.ts";
import {
  cookieOf,
  fromPage,
  type MadeSession,
  makePortalSession,
  portalRequest,
  redeem,
  signIn,
} from "./portalCaller.ts";
import { filledPath, PORTAL_CALLS, type PortalOperation, type SeededOrg, seedPortalOrg } from "./portalOperations.ts";

type Headers = Readonly<Record<string, string>>;

const LISTED = "https://app.example";
const OTHER = "https://evil.example";
const HOUR = 3_600_000;

const lines: Readonly<Record<string, unknown>>[] = [];
/** What the table is asked for, as text. */
let asked: string[] = [];
let now = Date.parse("2026-03-01T00:00:00.000Z");
const table = localTable();
const watched = new Proxy(table, {
  get(inner, name) {
    const value: unknown = Reflect.get(inner, name);
    if (typeof value !== "function") return value;
    return (...given: readonly unknown[]) => {
      asked.push(JSON.stringify(given));
      return Reflect.apply(value, inner, given);
    };
  },
});
const endpoint = { ...testEndpoint(localStore(watched), (line) => lines.push(line)), now: () => now++ };
const target = inProcessTarget("memory", endpoint, 1);

let acme: SeededOrg;
let other: SeededOrg;
/** Texts of links and sessions, which no line may hold. */
const texts: string[] = [];

async function embedded(org: string, wishes = {}): Promise<MadeSession> {
  const made = await makePortalSession(target, org, { embed: true, ...wishes });
  texts.push(made.text);
  return made;
}

async function page(org: string, wishes = {}): Promise<Headers> {
  // Thirty links of an org are taken in a minute.
  now += 3_000;
  const headers = await signIn(target, org, wishes);
  texts.push(textOf(headers));
  return headers;
}

function textOf({ Cookie = "" }: Headers): string {
  return Cookie.slice(Cookie.indexOf("=") + 1);
}

const bearer = (text: string): Headers => ({ Authorization: `Bearer ${text}` });
const without = (headers: Headers, name: string): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

function call(
  operation: PortalOperation,
  headers: Headers,
  { org = acme.slug, values = acme.values } = {},
): Promise<Answer> {
  const { method, body } = operation;
  return portalRequest(target, method, filledPath(operation, org, values), { headers, ...(body && { body }) });
}

const withoutReference = ({ text }: Answer) => text.replace(/ref: \w+/, "");

beforeAll(async () => {
  [acme, other] = [await seedPortalOrg(target), await seedPortalOrg(target)];
});

describe("an operation of the portal", () => {
  test("has a call here, whatever was declared since", () => {
    expect(PORTAL_CALLS.length).toBeGreaterThan(20);
    expect(new Set(PORTAL_CALLS.map(({ name }) => name)).size).toBe(PORTAL_CALLS.length);
  });

  test.each(PORTAL_CALLS)("$name is for who comes with a live session, by cookie or as a bearer", async (operation) => {
    for (const session of [await page(acme.slug), bearer((await embedded(acme.slug)).text)]) {
      const answer = await call(operation, session);
      expect([401, 403, 405, 415, 429, 500]).not.toContain(answer.status);
      expect(lines.at(-1)).toMatchObject({ org: acme.slug, actor: "portal/u-17", sessionId: expect.any(String) });
    }
  });
});

describe("whatever is wrong with a session, the answer is the same 401, and without a read where it is none", () => {
  const cases: (readonly [what: string, headers: Headers, code: string, trips: number])[] = [];
  beforeAll(async () => {
    const [late, latePage] = [await embedded(acme.slug, { expiresIn: 60 }), await page(acme.slug)];
    now += 2 * HOUR;
    const [live, livePage] = [await embedded(acme.slug), await page(acme.slug)];
    const revoked = await embedded(acme.slug);
    const ended = await page(acme.slug);
    const link = await makePortalSession(target, acme.slug);
    texts.push(link.text);
    const gone = await purgedSession();
    const key = await target.admin("POST", "/app-keys", { scope: "admin", org: acme.slug });
    const secret = await target.admin("POST", `/orgs/${acme.slug}/clients`, {});
    expect((await target.admin("DELETE", `/orgs/${acme.slug}/portal-sessions/${revoked.id}`)).status).toBe(200);
    expect((await portalRequest(target, "DELETE", "/admin/session", { headers: ended })).status).toBe(204);
    const forged = `${live.text.slice(0, -6)}000000`;
    const unknown = newPortalText("session", acme.id as OrgId, randomBytes);
    const nowhere = newPortalText("session", "Xx1Xx1Xx" as OrgId, randomBytes);
    const ofOther = `rollcallportal_${other.id}${live.text.slice("rollcallportal_12345678".length)}`;
    for (const [what, text, code, trips] of [
      ["cut off", live.text.slice(0, -1), "malformed", 0],
      ["forged", forged, "malformed", 0],
      ["with the id of another org put in", ofOther, "malformed", 0],
      ["a link", link.text, "malformed", 0],
      ["an org token", acme.token, "malformed", 0],
      ["an application key", String(at(key.json, "secretKey")), "malformed", 0],
      ["a client secret", String(at(secret.json, "clientSecret")), "malformed", 0],
      ["unknown", unknown, "unknown", 1],
      ["of no org", nowhere, "unknown", 1],
      ["of an org that was purged, and made anew under the same name", gone, "unknown", 1],
    ] as const) {
      cases.push([`${what}, as a bearer`, bearer(text), code, trips]);
      cases.push([`${what}, by cookie`, fromPage(`rollcall-portal=${text}`), code, trips]);
    }
    cases.push(
      ["absent", {}, "missing", 0],
      ["an empty cookie", fromPage("rollcall-portal="), "missing", 0],
      ["another scheme", { Authorization: `Basic ${live.text}` }, "malformed", 0],
      ["a component's, by cookie", fromPage(`rollcall-portal=${live.text}`), "unknown", 1],
      ["a page's, as a bearer", bearer(textOf(livePage)), "unknown", 1],
      [
        "by the cookie's name for TLS, without TLS",
        fromPage(`__Host-rollcall-portal=${textOf(livePage)}`),
        "missing",
        0,
      ],
      ["expired, as a bearer", bearer(late.text), "expired", 1],
      ["expired, by cookie", latePage, "expired", 1],
      ["revoked", bearer(revoked.text), "revoked", 1],
      ["ended by its person", ended, "revoked", 1],
    );
  });

  test.each(PORTAL_CALLS)("$name", async (operation) => {
    const bodies = new Set<string>();
    for (const [what, headers, code, trips] of cases) {
      const answer = await call(operation, headers);
      expect([what, answer.status, answer.headers["set-cookie"]]).toEqual([what, 401, undefined]);
      expect([what, lines.at(-1)]).toMatchObject([what, { detailCode: `session.${code}`, trips, wcu: 0 }]);
      bodies.add(withoutReference(answer));
    }
    expect(bodies.size).toBe(1);
  });
});

describe("a browser's request counts only where the portal's own page makes it", () => {
  let own: Headers;
  let theirs: Headers;
  beforeAll(async () => {
    [own, theirs] = [await page(acme.slug), await page(acme.slug)];
  });

  test.each(PORTAL_CALLS)("$name", async (operation) => {
    const sites = ["cross-site", "same-site"].map((site) => ({ ...own, "Sec-Fetch-Site": site }));
    for (const headers of [
      ...sites,
      { ...own, Origin: OTHER },
      { ...own, Origin: LISTED },
      { ...own, Origin: "null" },
    ]) {
      const answer = await call(operation, headers);
      expect([answer.status, at(answer.json, "code")]).toEqual([403, "portal.otherSite"]);
      // No cookie counts across sites, so nothing invites one.
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
      expect(lines.at(-1)).toMatchObject({ trips: 0 });
    }
    if (operation.method === "GET") return;
    const csrf = "Rollcall-Csrf";
    for (const headers of [without(own, csrf), { ...own, [csrf]: "" }, { ...own, [csrf]: theirs[csrf] ?? "" }]) {
      const answer = await call(operation, headers);
      expect([answer.status, at(answer.json, "code")]).toEqual([403, "portal.csrf"]);
      expect(lines.at(-1)).toMatchObject({ trips: 0 });
    }
  });
});

describe("another site may ask as the component, from a listed origin", () => {
  test.each(PORTAL_CALLS)("$name", async (operation) => {
    const session = bearer((await embedded(acme.slug)).text);
    const path = filledPath(operation, acme.slug, acme.values);
    const refused = await call(operation, { ...session, Origin: OTHER });
    expect([refused.status, at(refused.json, "code")]).toEqual([403, "portal.origin"]);
    expect(refused.headers).not.toHaveProperty("access-control-allow-origin");
    const answer = await call(operation, { ...session, Origin: LISTED });
    expect([401, 403]).not.toContain(answer.status);
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": LISTED, vary: "Origin" });
    // The component can read why it was refused.
    expect((await call(operation, { ...bearer("x"), Origin: LISTED })).headers).toMatchObject({
      "access-control-allow-origin": LISTED,
    });
    for (const origin of [LISTED, OTHER]) {
      const preflight = await portalRequest(target, "OPTIONS", path, {
        headers: { Origin: origin, "Access-Control-Request-Method": operation.method },
      });
      const allowed = preflight.headers["access-control-allow-methods"] ?? "";
      expect([preflight.status, allowed.includes(operation.method)]).toEqual([204, origin === LISTED]);
      expect(preflight.headers).not.toHaveProperty("access-control-allow-credentials");
      expect(lines.at(-1)).toMatchObject({ op: "portal.preflight", ddbCalls: 0 });
    }
  });
});

describe("a session opens its own org, and of another one nothing is read or told", () => {
  test.each(PORTAL_CALLS.filter(({ path }) => path.includes("{org}")))("$name", async (operation) => {
    for (const session of [await page(acme.slug), bearer((await embedded(acme.slug)).text)]) {
      const answers = new Set<string>();
      for (const org of [other.slug, other.id, "nobody", "Xx1Xx1Xx", "a b", "%2e%2e"]) {
        asked = [];
        const answer = await call(operation, session, { org, values: other.values });
        expect([org, answer.status, at(answer.json, "code")]).toEqual([org, 404, "notFound.org"]);
        expect(asked.filter((text) => text.includes(other.id) || text.includes(other.slug))).toEqual([]);
        answers.add(withoutReference(answer));
      }
      expect(answers.size).toBe(1);
      // Ids of another org, in the session's own.
      const foreign = await call(operation, session, { values: other.values });
      expect(JSON.stringify(foreign.text)).not.toContain(other.slug);
      expect(asked.filter((text) => text.includes(`#${other.id}`))).toEqual([]);
    }
  });
});

describe("a session that may only look changes nothing but ends itself", () => {
  test.each(PORTAL_CALLS)("$name", async (operation) => {
    for (const session of [
      await page(acme.slug, { access: "read" }),
      bearer((await embedded(acme.slug, { access: "read" })).text),
    ]) {
      const answer = await call(operation, session);
      const may = operation.method === "GET" || operation.name === "endOwnSession";
      if (may) expect([401, 403]).not.toContain(answer.status);
      else expect([answer.status, at(answer.json, "code")]).toEqual([403, "portal.readOnly"]);
      if (operation.method === "GET") expect(lines.at(-1)).toMatchObject({ wcu: 0 });
    }
  });
});

describe("nobody comes to the operator console without a signature", () => {
  test.each(PORTAL_CALLS.filter(({ path }) => !path.startsWith("/admin/")))("$name", async (operation) => {
    const path = `/console/v1${filledPath(operation, acme.slug, acme.values)}`;
    for (const headers of [{}, await page(acme.slug), bearer((await embedded(acme.slug)).text)]) {
      const answer = await target.transport({ method: operation.method, target: path, headers, body: undefined });
      expect([answer.status, at(answer.json, "code")]).toEqual([403, "signature.missing"]);
    }
  });
});

test("no header claims to be the portal: what a session does is kept under its person's name", async () => {
  const headers = { ...(await page(acme.slug, { actor: "u-18" })), "Rollcall-Actor": "somebody-else" };
  const made = await portalRequest(target, "POST", `/admin/orgs/${acme.slug}/clients`, { headers, body: {} });
  expect(at(made.json, "secret.createdBy")).toBe("portal/u-18");
  expect((await target.admin("POST", `/orgs/${acme.slug}/portal-sessions`, { actor: "portal/u-18" })).status).toBe(400);
});

test("no line holds a link, a session or what proves that a page sent it", () => {
  const secrets = texts.map((text) => text.split("_")[2] ?? "");
  expect(secrets.length).toBeGreaterThan(50);
  const all = JSON.stringify(lines);
  expect(secrets.filter((secret) => secret === "" || all.includes(secret))).toEqual([]);
});

/** Of an org that is gone, and whose login name another one has. */
async function purgedSession(): Promise<string> {
  const { slug } = await target.org();
  const session = await embedded(slug);
  const link = await makePortalSession(target, slug);
  const cookie = cookieOf(await redeem(target, link.text));
  texts.push(link.text, cookie.split("=")[1] ?? "");
  await target.admin("POST", `/orgs/${slug}/deletion`, { reason: "left" });
  now += 120_000;
  for (let done = false; !done; ) {
    done = at((await target.admin("POST", `/orgs/${slug}/purge`, { confirm: slug })).json, "done") === true;
    // As soon as removal began nothing is shown any more.
    expect((await portalRequest(target, "GET", "/session", { headers: bearer(session.text) })).status).toBe(401);
  }
  expect((await target.admin("GET", `/orgs/${slug}`)).status).toBe(404);
  expect((await target.admin("POST", "/orgs", { org: slug, sso: {} })).status).toBe(201);
  return session.text;
}
