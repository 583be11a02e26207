import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { newPortalText } from "../../../functions/provisioning/portal/portalText.ts";
import { type OrgId, portalKeys } from "../../../functions/store/keys.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { amountOf } from "../../support/proof.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import { cookieOf, fromPage, makePortalSession, portalRequest, redeem, signIn } from "./portalCaller.ts";

const lines: Readonly<Record<string, unknown>>[] = [];
const target = inProcessTarget(
  "memory",
  testEndpoint(localStore(), (line) => lines.push(line)),
  1,
);

describe("a link", () => {
  test("is redeemed once, and its session acts in the name of its person", async () => {
    const { slug } = await target.org();
    const { id, text } = await makePortalSession(target, slug, { actor: "u-17", intent: "activity" });
    const redeemed = await redeem(target, text);
    expect(redeemed).toMatchObject({ status: 200, json: { org: slug, intent: "activity" } });
    const page = fromPage(cookieOf(redeemed));
    expect((await portalRequest(target, "GET", "/session", { headers: page })).json).toMatchObject({
      kind: "session",
      org: slug,
      actor: "u-17",
      access: "manage",
      csrf: page["Rollcall-Csrf"],
    });
    expect(await redeem(target, text)).toMatchObject({ status: 410, json: { code: "gone.linkUsed" } });
    const made = await portalRequest(target, "POST", `/admin/orgs/${slug}/tokens/regenerate`, {
      headers: page,
      body: {},
    });
    expect(at(made.json, "token.createdBy")).toBe("portal/u-17");
    expect(lines.at(-1)).toMatchObject({
      type: "portal.request",
      actor: "portal/u-17",
      org: slug,
      op: "portal.regenerateToken",
    });
    const ended = await target.admin("DELETE", `/orgs/${slug}/portal-sessions/${id}`);
    expect(ended).toMatchObject({ status: 200, json: { kind: "link", status: "revoked" } });
    expect(await portalRequest(target, "GET", "/session", { headers: page })).toMatchObject({ status: 401 });
  });

  test("leaves a session that ends when its person signs out, and the cookie with it", async () => {
    const { slug } = await target.org();
    const page = await signIn(target, slug);
    const ended = await portalRequest(target, "DELETE", "/admin/session", { headers: page });
    expect(ended).toMatchObject({ status: 204, headers: { "set-cookie": expect.stringContaining("Max-Age=0") } });
    expect(await portalRequest(target, "GET", "/session", { headers: page })).toMatchObject({ status: 401 });
  });
});

test("of the rules an organization changes those that the operator left to it, and no other", async () => {
  const { slug } = await target.org();
  const headers = await signIn(target, slug);
  const path = `/admin/orgs/${slug}/rules`;
  const change = (rules: Record<string, string | number | null>) =>
    portalRequest(target, "PATCH", path, { headers, body: { rules } });
  expect(await change({ teamNameMaxLength: 80 })).toMatchObject({
    status: 200,
    json: { rules: { teamNameMaxLength: 80 } },
  });
  expect(await change({ teamNameMaxLength: 90, unknownMembers: "refuse" })).toMatchObject({
    status: 403,
    json: { code: "portal.rule", values: ["unknownMembers"] },
  });
  for (const rules of [null, [], "teamNameMaxLength", 80]) {
    expect(await portalRequest(target, "PATCH", path, { headers, body: { rules } })).toMatchObject({
      status: 400,
      json: { code: "value.memberType", values: ["rules", "an object"] },
    });
  }
  expect(await change({ teamNameMaxLength: null })).toMatchObject({
    status: 200,
    json: { rules: { teamNameMaxLength: 40 } },
  });
});

describe("a link that is not good any more says why to who holds it, and to nobody else whether it ever was", () => {
  const codeOf = ({ status, json }: Answer) => [status, at(json, "code")];

  test("used, revoked, expired; forged, foreign and unknown ones are alike", async () => {
    let now = Date.parse("2026-03-01T00:00:00.000Z");
    const own = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now++ }, 1);
    const { slug } = await own.org();
    const org = String(at((await own.admin("GET", `/orgs/${slug}`)).json, "id"));
    const [used, revoked, expired, live] = [
      await makePortalSession(own, slug),
      await makePortalSession(own, slug),
      await makePortalSession(own, slug, { expiresIn: 60 }),
      await makePortalSession(own, slug),
    ];
    const session = await makePortalSession(own, slug, { embed: true });
    expect((await redeem(own, used.text)).status).toBe(200);
    expect((await own.admin("DELETE", `/orgs/${slug}/portal-sessions/${revoked.id}`)).status).toBe(200);
    now += 60_000;
    for (const [link, code] of [
      [used, "gone.linkUsed"],
      [revoked, "gone.linkRevoked"],
      [expired, "gone.linkExpired"],
    ] as const) {
      expect(codeOf(await redeem(own, link.text))).toEqual([410, code]);
    }
    const strange = [
      ...["", "x", "rollcalllink_", live.text.slice(0, -1), `${live.text.slice(0, -6)}000000`, session.text],
      newPortalText("link", org as OrgId, randomBytes),
      newPortalText("link", "Xx1Xx1Xx" as OrgId, randomBytes),
    ];
    const answers = await Promise.all(strange.map((text) => redeem(own, text)));
    expect(new Set(answers.map(({ text }) => text.replace(/ref: \w+/, ""))).size).toBe(1);
    expect(answers.map(codeOf)).toEqual(strange.map(() => [404, "notFound.portalLink"]));
    // Nothing of all that used it up; nor does looking at it, as scanners of mail do.
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT"]) {
      await portalRequest(own, method, "/admin/redeem", { headers: { Cookie: "a=b" } });
      await own.transport({ method, target: "/portal", headers: {}, body: undefined });
    }
    expect((await redeem(own, live.text)).status).toBe(200);
  });

  test("a page of another site redeems none, nor does a form", async () => {
    const { slug } = await target.org();
    const { text } = await makePortalSession(target, slug);
    const pages: Record<string, string>[] = [
      { Origin: "https://evil.example" },
      { "Sec-Fetch-Site": "cross-site" },
      { Origin: "https://app.example" },
      { "Sec-Fetch-Site": "none" },
    ];
    for (const headers of pages) {
      expect(codeOf(await redeem(target, text, headers))).toEqual([403, "portal.otherSite"]);
    }
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/scim+json", ""]) {
      expect((await redeem(target, text, { "Content-Type": type })).status).toBe(415);
    }
    const redeemed = await redeem(target, text, { Origin: "http://rollcall.example", "Sec-Fetch-Site": "same-origin" });
    expect(redeemed.status).toBe(200);
    expect(redeemed.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("of any number of redemptions at once one succeeds, and the others hear that it is used", async () => {
    let raced: Tenant = await target.org();
    for (let round = 0; round < amountOf("redemptions"); round += 1) {
      if (round > 0 && round % 25 === 0) raced = await target.org();
      const { text } = await makePortalSession(target, raced.slug);
      const answers = await Promise.all([redeem(target, text), redeem(target, text), redeem(target, text)]);
      const outcomes = answers.map(({ status }) => status).sort();
      expect(outcomes).toEqual([200, 410, 410]);
    }
  });
});

test("over TLS the cookie is bound to the host, and no other name counts", async () => {
  const tls = inProcessTarget("memory", { ...testEndpoint(localStore()), publicUrl: "https://scim.example.com" }, 1);
  const { slug } = await tls.org();
  const made = await tls.admin("POST", `/orgs/${slug}/portal-sessions`, { actor: "u-17" });
  const [page, link = ""] = String(at(made.json, "url")).split("#link=");
  expect(page).toBe("https://scim.example.com/portal");
  const redeemed = await redeem(tls, link, { Origin: "https://scim.example.com" });
  expect(redeemed.headers["set-cookie"]).toMatch(
    /^__Host-rollcall-portal=rollcallportal_\w+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
  );
  const headers = fromPage(cookieOf(redeemed));
  expect((await portalRequest(tls, "GET", "/session", { headers })).status).toBe(200);
  const plain = { ...headers, Cookie: headers.Cookie?.replace("__Host-", "") ?? "" };
  expect((await portalRequest(tls, "GET", "/session", { headers: plain })).status).toBe(401);
});

test("what is wished of a session is checked, and nothing is made of wrong wishes", async () => {
  const { slug } = await target.org();
  const path = `/orgs/${slug}/portal-sessions`;
  for (const [wishes, code] of [
    [{}, "value.memberType"],
    [{ actor: "ada@acme.example" }, "value.portalActor"],
    [{ actor: "portal/u-17" }, "value.portalActor"],
    [{ actor: "u", expiresIn: 59 }, "value.range"],
    [{ actor: "u", expiresIn: 86_401 }, "value.range"],
    [{ actor: "u", expiresIn: 3_601, embed: true }, "value.range"],
    [{ actor: "u", intent: "elsewhere" }, "value.portalPage"],
    [{ actor: "u", access: "write" }, "value.portalAccess"],
    [{ actor: "u", returnUrl: "http://app.example" }, "value.returnUrl"],
    [{ actor: "u", returnUrl: "javascript:alert(1)" }, "value.returnUrl"],
    [{ actor: "u", returnUrl: "//app.example" }, "value.returnUrl"],
    [{ actor: "u", returnUrl: "https://ada:secret@app.example" }, "value.returnUrl"],
  ] as const) {
    const { status, json } = await target.admin("POST", path, wishes);
    expect([wishes, status, at(json, "code")]).toEqual([wishes, 400, code]);
  }
  expect((await target.admin("GET", path)).json).toEqual({ sessions: [] });
  for (const returnUrl of ["https://app.example/settings?a=b", "http://localhost:5173/", "http://127.0.0.1:1/x"]) {
    expect((await target.admin("POST", path, { actor: "u", returnUrl })).status).toBe(201);
  }
  await target.admin("POST", `/orgs/${slug}/deletion`, { reason: "left" });
  expect((await target.admin("POST", path, { actor: "u" })).status).toBe(409);
});

test("a deployment without the portal makes no link, and has none of its paths", async () => {
  const without = inProcessTarget("memory", { ...testEndpoint(localStore()), portal: undefined }, 1);
  const { slug } = await without.org();
  for (const [method, path] of [
    ["POST", ""],
    ["GET", ""],
    ["DELETE", "/x"],
  ] as const) {
    const { status, json } = await without.admin(
      method,
      `/orgs/${slug}/portal-sessions${path}`,
      method === "POST" ? { actor: "u" } : undefined,
    );
    expect([status, at(json, "code")]).toEqual([409, "conflict.portalOff"]);
  }
  expect((await without.transport({ method: "GET", target: "/portal", headers: {}, body: undefined })).status).toBe(
    404,
  );
});

test("links and sessions are listed, newest first, and a purge leaves none of them", async () => {
  let now = Date.parse("2026-03-01T00:00:00.000Z");
  const store = localStore();
  const own = inProcessTarget("memory", { ...testEndpoint(store), now: () => now++ }, 1);
  const { slug } = await own.org();
  const first = await makePortalSession(own, slug);
  await redeem(own, first.text);
  const second = await makePortalSession(own, slug, { embed: true, access: "read" });
  const listed = (await own.admin("GET", `/orgs/${slug}/portal-sessions`)).json;
  expect(at(listed, "sessions")).toMatchObject([
    { id: second.id, kind: "session", status: "live", access: "read", linkId: null },
    { kind: "session", status: "live", linkId: first.id, createdBy: expect.any(String) },
    { id: first.id, kind: "link", status: "used", redeemedAt: expect.any(String) },
  ]);
  const org = String(at((await own.admin("GET", `/orgs/${slug}`)).json, "id"));
  const partition = portalKeys.partition(org);
  const items = async () => (await store.begin().database.query(partition)).items.length;
  // With the count of the minute.
  expect(await items()).toBe(4);
  await own.admin("POST", `/orgs/${slug}/deletion`, { reason: "left" });
  now += 120_000;
  for (let done = false; !done; ) {
    done = at((await own.admin("POST", `/orgs/${slug}/purge`, { confirm: slug })).json, "done") === true;
  }
  expect(await items()).toBe(0);
});

test("links and sessions that a clock years ahead made are over once the clock is right again", async () => {
  let now = Date.parse("2036-03-01T00:00:00.000Z");
  const own = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now++ }, 1);
  const { slug } = await own.org();
  const page = await signIn(own, slug);
  const { text } = await makePortalSession(own, slug);
  now = Date.parse("2026-03-01T00:00:00.000Z");
  expect(await portalRequest(own, "GET", "/session", { headers: page })).toMatchObject({ status: 401 });
  expect(await redeem(own, text)).toMatchObject({ status: 410, json: { code: "gone.linkExpired" } });
});

test("thirty links of an organization are redeemed in a minute; the next one still works a minute later", async () => {
  let now = Date.parse("2026-03-01T00:00:30.000Z");
  const own = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now }, 1);
  const [{ slug }, other] = [await own.org(), await own.org()];
  for (let n = 0; n < 30; n += 1) {
    expect((await redeem(own, (await makePortalSession(own, slug)).text)).status).toBe(200);
  }
  const { text } = await makePortalSession(own, slug);
  expect(await redeem(own, text)).toMatchObject({
    status: 429,
    headers: { "retry-after": "30" },
    json: { code: "requests.redemptions" },
  });
  expect((await redeem(own, (await makePortalSession(own, other.slug)).text)).status).toBe(200);
  now += 30_000;
  expect((await redeem(own, text)).status).toBe(200);
});

test("what the state of an organization does not allow by the admin API, its session may not do either", async () => {
  const { slug } = await target.org();
  const headers = await signIn(target, slug);
  const make = () => portalRequest(target, "POST", `/admin/orgs/${slug}/clients`, { headers, body: {} });
  const org = `/orgs/${slug}`;
  for (const [method, path, body, status] of [
    ["POST", `${org}/pause`, { reason: "test" }, 201],
    ["PATCH", org, { entitled: false }, 409],
    ["PATCH", org, { entitled: true, sso: null }, 409],
    ["PATCH", org, { sso: {} }, 201],
    ["POST", `${org}/deletion`, { reason: "left" }, 409],
    ["DELETE", `${org}/deletion`, undefined, 201],
  ] as const) {
    expect((await target.admin(method, path, body)).status).toBe(200);
    const [byAdmin, bySession] = [await target.admin("POST", `${org}/clients`, {}), await make()];
    expect([path, body, bySession.status, at(bySession.json, "code")]).toEqual([
      ...[path, body, status, at(byAdmin.json, "code")],
    ]);
    expect((await portalRequest(target, "GET", `${org}/overview`, { headers })).status).toBe(200);
  }
});
