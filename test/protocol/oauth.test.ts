import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { BOTH_STORES, type OpenedStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const FORM = "application/x-www-form-urlencoded";

describe.each(BOTH_STORES)("OAuth 2.0 client credentials %s", (_name, open) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: OpenedStore;
  let target: Target;
  let later = 0;

  beforeAll(async () => {
    opened = await open();
    const endpoint: AdminEndpoint = {
      ...testEndpoint(opened.store, (line) => lines.push(line)),
      now: () => Date.now() + later,
    };
    target = inProcessTarget("oauth", endpoint, 1);
  });
  afterAll(() => opened.close());

  interface Client extends Tenant {
    readonly secret: string;
    readonly secretId: string;
  }

  async function newClient(): Promise<Client> {
    const tenant = await target.org();
    const made = await newSecret(tenant);
    return { ...tenant, ...made };
  }

  async function newSecret({ slug }: { readonly slug: string }) {
    const { status, json } = await target.admin("POST", `/orgs/${slug}/clients`, { description: "Entra" });
    expect(status).toBe(201);
    expect(at(json, "clientId")).toBe(slug);
    expect(at(json, "tokenEndpoint")).toBe(`${target.base}/scim/v2/${slug}/oauth/token`);
    return { secret: String(at(json, "clientSecret")), secretId: String(at(json, "secret.id")) };
  }

  function ask(slug: string, body: string, headers: Record<string, string> = {}, query = ""): Promise<Answer> {
    return target.transport({
      method: "POST",
      target: `/scim/v2/${slug}/oauth/token${query}`,
      headers: { "Content-Type": FORM, ...headers },
      body,
    });
  }

  const form = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();
  const inBody = (client: { readonly slug: string; readonly secret: string }, more: Record<string, string> = {}) =>
    form({ grant_type: "client_credentials", client_id: client.slug, client_secret: client.secret, ...more });
  const basicText = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  const basic = (id: string, secret: string) => basicText(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`);
  /** As `oauth4webapi` encodes, and with it `openid-client`: all but letters and digits. */
  const encodedWhole = (text: string) =>
    encodeURIComponent(text).replace(/[-_.!~*'()]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

  /** The org as a client with this access token sees it. */
  async function withAccess(client: Client): Promise<Tenant> {
    const answer = await ask(client.slug, inBody(client));
    expect(answer.status).toBe(200);
    const { slug, tenantUrl } = client;
    return connect(target.transport, { slug, tenantUrl, token: String(at(answer.json, "access_token")) });
  }
  const users = async (tenant: Tenant): Promise<number> =>
    (await tenant.request({ method: "GET", path: "/Users" })).status;

  function expectRefusal(answer: Answer, status: number, error: string): void {
    expect({ status: answer.status, error: at(answer.json, "error") }).toEqual({ status, error });
    expect(Object.keys(answer.json as object).sort()).toEqual(["error", "error_description"]);
    expect(at(answer.json, "error_description")).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+ \(ref: [0-9a-f]{12}\)$/);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
    expect(answer.headers["www-authenticate"]).toBe(status === 401 ? 'Basic realm="rollcall"' : undefined);
  }

  test("an access token lasts as long as its answer says, also where its secret ends earlier", async () => {
    const client = await newClient();
    later = 2 * YEAR - HOUR / 2;
    const { json } = await ask(client.slug, inBody(client));
    const life = Number(at(json, "expires_in"));
    expect([life > 1_700, life <= 1_800]).toEqual([true, true]);
    const { slug, tenantUrl } = client;
    const tenant = connect(target.transport, { slug, tenantUrl, token: String(at(json, "access_token")) });
    expect(await users(tenant)).toBe(200);
    later += life * 1_000;
    expect(await users(tenant)).toBe(401);
    later = 0;
  });

  test("an access token for the secret in the body or in the header opens SCIM for exactly one hour", async () => {
    const client = await newClient();
    for (const answer of [
      await ask(client.slug, inBody(client, { scope: "scim read" })),
      // An empty header is none.
      await ask(client.slug, inBody(client, { scope: "scim read" }), { Authorization: "" }),
      await ask(client.slug, "grant_type=client_credentials&scope=scim+read", basic(client.slug, client.secret)),
      await ask(
        client.slug,
        "grant_type=client_credentials&scope=scim+read",
        basicText(`${encodedWhole(client.slug)}:${encodedWhole(client.secret)}`),
      ),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        access_token: expect.stringMatching(
          /^rollcall_access_[0-9A-Za-z]{8}_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/,
        ),
        token_type: "Bearer",
        expires_in: 3600,
        scope: "scim read",
      });
      expect(answer.headers).toMatchObject({
        "content-type": "application/json",
        "cache-control": "no-store",
        pragma: "no-cache",
      });
      const { slug, tenantUrl } = client;
      const tenant = connect(target.transport, { slug, tenantUrl, token: String(at(answer.json, "access_token")) });
      expect(await users(tenant)).toBe(200);
      later = HOUR - 5_000;
      expect(await users(tenant)).toBe(200);
      later = HOUR + 1;
      expect(await users(tenant)).toBe(401);
      later = 0;
    }
  });

  test("the word grant_type may stand in the address, where Basic and no form at all come with it, and nothing else may", async () => {
    const client = await newClient();
    const header = basic(client.slug, client.secret);
    const query = "?grant_type=client_credentials";
    const bare = (headers: Record<string, string>, asked = query) =>
      target.transport({ method: "POST", target: `/scim/v2/${client.slug}/oauth/token${asked}`, headers, body: "" });
    for (const headers of [header, { ...header, "Content-Type": "application/json" }]) {
      const answer = await bare(headers);
      expect(answer.status).toBe(200);
      expect(lines.at(-1)).toMatchObject({ op: "oauth.token", bent: { grantTypeInQuery: 1 } });
      const { slug, tenantUrl } = client;
      const tenant = connect(target.transport, { slug, tenantUrl, token: String(at(answer.json, "access_token")) });
      expect(await users(tenant)).toBe(200);
    }
    expect((await ask(client.slug, "", header, query)).status).toBe(200);
    expect((await ask(client.slug, form({ client_id: client.slug }), header, query)).status).toBe(200);
    expectRefusal(await bare(header, "?grant_type=password"), 400, "unsupported_grant_type");
    expectRefusal(await bare(header, ""), 400, "invalid_request");
    expectRefusal(await bare(header, `${query}&scope=scim`), 400, "invalid_request");
    expectRefusal(await bare({}, `${query}&client_secret=${client.secret}`), 400, "invalid_request");
    expectRefusal(await bare({}), 401, "invalid_client");
    expectRefusal(await ask(client.slug, inBody(client), {}, query), 400, "invalid_request");
    const json = { ...header, "Content-Type": "application/json" };
    expectRefusal(await ask(client.slug, "{}", json, query), 400, "invalid_request");
  });

  test("an access token costs no round trip more than an org token", async () => {
    const client = await newClient();
    const trips: unknown[] = [];
    for (const tenant of [client, await withAccess(client)]) {
      await users(tenant);
      await tenant.request({ method: "GET", path: "/Users/u0000000000000000000000" });
      trips.push(lines.at(-1)?.trips);
    }
    expect(trips[1]).toBe(trips[0]);
  });

  test("an access token of one org opens no other, and a client secret opens no SCIM", async () => {
    const [one, other] = [await newClient(), await newClient()];
    const tenant = await withAccess(one);
    expect(await users(connect(target.transport, { ...other, token: tenant.token }))).toBe(401);
    expect(await users(connect(target.transport, { ...one, token: one.secret }))).toBe(401);
    expectRefusal(await ask(other.slug, inBody(one)), 401, "invalid_client");
    expectRefusal(await ask(one.slug, inBody({ slug: one.slug, secret: other.secret })), 401, "invalid_client");
    expectRefusal(await ask(one.slug, inBody({ slug: one.slug, secret: one.token })), 401, "invalid_client");
  });

  test("access tokens die with their secret from the next request on; the other secret still works", async () => {
    const client = await newClient();
    const second = { ...client, ...(await newSecret(client)) };
    const [dying, staying] = [await withAccess(client), await withAccess(second)];
    expect([await users(dying), await users(staying)]).toEqual([200, 200]);
    const revoked = await target.admin("DELETE", `/orgs/${client.slug}/clients/${client.secretId}`);
    expect(revoked.json).toMatchObject({ status: "revoked", lastUsedAt: expect.stringMatching(/^\d{4}-/) });
    expect([await users(dying), await users(staying)]).toEqual([401, 200]);
    expectRefusal(await ask(client.slug, inBody(client)), 401, "invalid_client");
    expect((await ask(client.slug, inBody(second))).status).toBe(200);
  });

  test("regenerate ends access tokens and client secrets too", async () => {
    const client = await newClient();
    const tenant = await withAccess(client);
    expect((await target.admin("POST", `/orgs/${client.slug}/tokens/regenerate`)).status).toBe(201);
    expect(await users(tenant)).toBe(401);
    expectRefusal(await ask(client.slug, inBody(client)), 401, "invalid_client");
  });

  test("a secret ends after two years, and its access tokens with it", async () => {
    const client = await newClient();
    later = 2 * YEAR - HOUR / 2;
    const tenant = await withAccess(client);
    expect(await users(tenant)).toBe(200);
    later = 2 * YEAR + 60_000;
    expect(await users(tenant)).toBe(401);
    expectRefusal(await ask(client.slug, inBody(client)), 401, "invalid_client");
    later = 0;
  });

  test("an access token that a clock years ahead gave is over once the clock is right again, one of a minute ahead is not", async () => {
    const client = await newClient();
    later = YEAR;
    const wrong = await withAccess(client);
    expect(await users(wrong)).toBe(200);
    later = 50_000;
    const right = await withAccess(client);
    later = 0;
    expect([await users(wrong), await users(right)]).toEqual([401, 200]);
  });

  test("client secrets are listed with their last use and never shown again; they are no org tokens", async () => {
    const client = await newClient();
    await users(await withAccess(client));
    const list = await target.admin("GET", `/orgs/${client.slug}/clients`);
    expect(at(list.json, "secrets.0")).toMatchObject({
      id: client.secretId,
      description: "Entra",
      status: "live",
      lastUsedAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(list.text).not.toContain(client.secret);
    const tokens = await target.admin("GET", `/orgs/${client.slug}/tokens`);
    expect(tokens.text).not.toContain(client.secretId);
    expect((await target.admin("DELETE", `/orgs/${client.slug}/tokens/${client.secretId}`)).status).toBe(404);
  });

  test.each([
    [{ expiresInDays: 364 }, 400],
    [{ expiresInDays: 1096 }, 400],
    [{ expiresInDays: 1095 }, 201],
    [{ boundTo: "x" }, 400],
  ])("a client secret with %j is answered with %d", async (wishes, status) => {
    const { slug } = await target.org();
    expect((await target.admin("POST", `/orgs/${slug}/clients`, wishes)).status).toBe(status);
  });

  test("the tenth secret is the last that may live", async () => {
    const { slug } = await target.org();
    for (let made = 0; made < 10; made++) await newSecret({ slug });
    expect((await target.admin("POST", `/orgs/${slug}/clients`)).status).toBe(409);
  });

  test.each([
    ["paused", { path: "/pause", method: "POST", body: { reason: 'Merger "Ü" under way' } }, "Merger '?' under way"],
    ["not entitled (F10)", { path: "", method: "PATCH", body: { entitled: false } }, "plan"],
    ["without SSO (P2)", { path: "", method: "PATCH", body: { sso: null } }, "SAML SSO"],
    ["scheduled for deletion", { path: "/deletion", method: "POST", body: { reason: "left" } }, "deletion: left."],
  ])("an org that is %s gets no access token, and the reason", async (_state, { path, method, body }, reason) => {
    const client = await newClient();
    expect((await target.admin(method, `/orgs/${client.slug}${path}`, body)).status).toBe(200);
    const answer = await ask(client.slug, inBody(client));
    expectRefusal(answer, 400, "unauthorized_client");
    expect(at(answer.json, "error_description")).toContain(reason);
  });

  describe("is refused as RFC 6749 section 5.2 says", () => {
    let client: Client;
    beforeAll(async () => {
      client = await newClient();
    });

    test("a secret in the address, whatever the body says", async () => {
      const query = `?${form({ client_id: client.slug, client_secret: client.secret })}`;
      expectRefusal(await ask(client.slug, inBody(client), {}, query), 400, "invalid_request");
    });

    test("a body that is no form", async () => {
      for (const type of ["application/json", "text/plain"]) {
        expectRefusal(await ask(client.slug, inBody(client), { "Content-Type": type }), 400, "invalid_request");
      }
      expectRefusal(await ask(client.slug, ""), 400, "invalid_request");
    });

    test("another grant, a missing one, a parameter twice", async () => {
      expectRefusal(await ask(client.slug, inBody(client, { grant_type: "password" })), 400, "unsupported_grant_type");
      expectRefusal(await ask(client.slug, inBody(client, { grant_type: "" })), 400, "invalid_request");
      expectRefusal(await ask(client.slug, `${inBody(client)}&client_id=${client.slug}`), 400, "invalid_request");
      expectRefusal(await ask(client.slug, inBody(client, { scope: 'a"b' })), 400, "invalid_scope");
    });

    test("two ways to authenticate at once", async () => {
      const header = basic(client.slug, client.secret);
      expectRefusal(await ask(client.slug, inBody(client), header), 400, "invalid_request");
      const same = form({ grant_type: "client_credentials", client_id: client.slug });
      expect((await ask(client.slug, same, header)).status).toBe(200);
      const another = form({ grant_type: "client_credentials", client_id: "other" });
      expectRefusal(await ask(client.slug, another, header), 400, "invalid_request");
    });

    test("no or wrong credentials: 401 with one text, and the way to authenticate", async () => {
      const grant = "grant_type=client_credentials";
      const { Authorization } = basic(client.slug, client.secret);
      const answers = [
        // One spelling of the credentials: the firewall counts requests by the header.
        await ask(client.slug, grant, { Authorization: Authorization.replace(" ", "  ") }),
        await ask(client.slug, grant, { Authorization: Authorization.replace(/=*$/, "====") }),
        await ask(client.slug, grant, { Authorization: Authorization.replace(/.{4}$/, "=$&") }),
        await ask(client.slug, grant, basicText(`${client.slug}:${client.secret.replace("_", "%5F")}`)),
        await ask(client.slug, grant, basicText(`${client.slug}:${encodedWhole(client.secret).replace("%5F", "%5f")}`)),
        await ask(client.slug, grant),
        await ask(client.slug, `${grant}&client_id=${client.slug}`),
        await ask(client.slug, inBody({ ...client, secret: "wrong" })),
        await ask(client.slug, inBody({ ...client, secret: `${client.secret}x` })),
        await ask(client.slug, inBody({ ...client, slug: "other" }), {}),
        await ask(client.slug, grant, { Authorization: `Bearer ${client.secret}` }),
        await ask(client.slug, grant, { Authorization: "Basic ***" }),
        await ask(client.slug, grant, { Authorization: `Basic ${Buffer.from("nocolon").toString("base64")}` }),
        await ask(client.slug, grant, basic(client.slug, "wrong")),
        await ask("nobody", inBody({ ...client, slug: "nobody" })),
      ];
      for (const answer of answers) expectRefusal(answer, 401, "invalid_client");
      const texts = answers.map(({ json }) => String(at(json, "error_description")).replace(/ \(ref.*/, ""));
      expect(new Set(texts).size).toBe(1);
    });

    test("GET", async () => {
      const get = { method: "GET", target: `/scim/v2/${client.slug}/oauth/token`, headers: {}, body: undefined };
      const answer = await target.transport(get);
      expectRefusal(answer, 405, "invalid_request");
      expect(answer.headers.allow).toBe("POST");
    });
  });

  test("no log line holds a secret, and each names the client secret it was for", async () => {
    const client = await newClient();
    lines.length = 0;
    const tenant = await withAccess(client);
    await users(tenant);
    await ask(client.slug, inBody({ ...client, slug: "other" }));
    expect(lines.map(({ type, status, tokenId }) => ({ type, status, tokenId }))).toEqual([
      { type: "oauth.request", status: 200, tokenId: client.secretId },
      { type: "scim.request", status: 200, tokenId: client.secretId },
      { type: "oauth.request", status: 401, tokenId: client.secretId },
    ]);
    const text = JSON.stringify(lines);
    expect(text).not.toContain(client.secret.slice(24));
    expect(text).not.toContain(tenant.token.slice(38));
    expect([729, 730]).toContain(lines[1]?.tokenExpiresInDays);
  });
});
