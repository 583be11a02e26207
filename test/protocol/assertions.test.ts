import { createHmac, hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { OAuthEndpoint } from "../../functions/http/oauth.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { ProcessBuckets } from "../../functions/store/buckets.ts";
import { issuerKeysKey, usedAssertionKey } from "../../functions/store/keys.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import type { PublicJwk, Trust } from "../../functions/store/tokenRecords.ts";
import { askToken } from "../support/askToken.ts";
import { BOTH_STORES, type OpenedStore } from "../support/dynoxideStore.ts";
import { given, inProcessTarget } from "../support/inProcess.ts";
import { type Issuer, part, type SigningKey, signed, signingKey, startIssuer } from "../support/issuer.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { changeTrust, localIssuerKeys, makeTrust } from "../support/trusts.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const TENANT = "ce5f061f-abe6-4e40-9615-301f87bcb7f0";
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const SUBJECT = "d2f8ee76-c549-45b8-a143-f5b640669704";
const APP = "b5ba7a93-4452-4522-aeb4-a2b5da870c16";

type Claims = Readonly<Record<string, unknown>>;

describe.each(BOTH_STORES)("an assertion buys an access token %s", (place, open) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: OpenedStore;
  let target: Target;
  let issuer: Issuer;
  let later = 0;
  let endpoint: AdminEndpoint & OAuthEndpoint;

  beforeAll(async () => {
    opened = await open();
    endpoint = {
      ...testEndpoint(opened.store, (line) => lines.push(line)),
      now: () => Date.now() + later,
      wait: (milliseconds) => wait(milliseconds / 10),
      issuerKeys: localIssuerKeys(),
    };
    target = inProcessTarget("assertions", endpoint, 1);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    later = 0;
    lines.length = 0;
    issuer = await startIssuer();
    issuer.publish(KEY);
  });
  afterEach(() => issuer.close());

  interface Client extends Tenant {
    readonly trustId: string;
  }

  const KEY = signingKey("of-today");
  const federated = (more: Partial<Extract<Trust, { kind: "federated" }>> = {}): Trust => ({
    kind: "federated",
    ...{ issuer: ISSUER, keysUrl: issuer.keysUrl, subject: SUBJECT, tenant: TENANT },
    audiences: [`api://${APP}`, APP],
    ...more,
  });
  async function trusting(trust: Trust = federated()): Promise<Client> {
    const tenant = await target.org();
    return { ...tenant, trustId: await makeTrust(opened.store, tenant.slug, trust) };
  }

  const seconds = () => Math.floor(endpoint.now() / 1_000);
  /** As Entra makes them (AzureAD/SCIMReferenceCode). */
  const claims = (more: Claims = {}): Claims => ({
    ...{ aud: `api://${APP}`, iss: ISSUER, sub: SUBJECT, tid: TENANT, appid: APP, oid: SUBJECT, ver: "2.0" },
    ...{ iat: seconds(), nbf: seconds(), exp: seconds() + 3_900 },
    ...more,
  });
  const form = (parameters: Readonly<Record<string, string | undefined>>): string =>
    new URLSearchParams(
      Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      ),
    ).toString();

  function ask(
    slug: string,
    assertion: string,
    more: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Answer> {
    const parameters = { grant_type: "client_credentials", client_id: slug, client_assertion_type: TYPE };
    return askToken(target, slug, form({ ...parameters, client_assertion: assertion, scope: "scim", ...more }));
  }

  function expectRefusal(answer: Answer, why: string): void {
    expect({ status: answer.status, error: at(answer.json, "error"), why: lines.at(-1)?.why }).toEqual({
      status: 401,
      error: "invalid_client",
      why: `assertion.${why}`,
    });
  }

  async function withAccess(client: Client, answer?: Answer): Promise<Tenant> {
    const granted = answer ?? (await ask(client.slug, signed(KEY, claims())));
    expect([granted.status, lines.at(-1)?.why]).toEqual([200, undefined]);
    const { slug, tenantUrl } = client;
    return connect(target.transport, { slug, tenantUrl, token: String(at(granted.json, "access_token")) });
  }
  const users = async (tenant: Tenant): Promise<number> =>
    (await tenant.request({ method: "GET", path: "/Users" })).status;

  test("that opens SCIM for an hour, for the scopes that Entra asks for, with and without its client id", async () => {
    const client = await trusting();
    for (const more of [
      {},
      { scope: "scim.readwrite" },
      { client_id: undefined, scope: undefined, baseAddress: "x" },
    ]) {
      const answer = await ask(client.slug, signed(KEY, claims()), more);
      expect(answer.json).toEqual({
        access_token: expect.stringMatching(/^rollcall_access_/),
        ...{ token_type: "Bearer", expires_in: 3_600 },
        ...(more.scope === undefined && "scope" in more ? {} : { scope: more.scope ?? "scim" }),
      });
      expect(lines.at(-1)).toMatchObject({
        type: "oauth.request",
        status: 200,
        org: client.slug,
        tokenId: client.trustId,
      });
      const tenant = await withAccess(client, answer);
      expect(await users(tenant)).toBe(200);
      expect(lines.at(-1)).toMatchObject({ type: "scim.request", org: client.slug, tokenId: client.trustId });
      later = HOUR + 1;
      expect(await users(tenant)).toBe(401);
      later = 0;
    }
    expect(issuer.asked).toEqual(["GET /discovery/v2.0/keys"]);
  });

  test("the same federated assertion counts again until it expires, and either audience does", async () => {
    const client = await trusting();
    const assertion = signed(KEY, claims({ aud: [APP] }));
    for (let times = 0; times < 3; times += 1) await withAccess(client, await ask(client.slug, assertion));
    const es256 = signingKey("curve", "ES256");
    issuer.publish(KEY, es256);
    later = 2 * MINUTE;
    await withAccess(client, await ask(client.slug, signed(es256, claims({ aud: APP }))));
    await withAccess(client, await ask(client.slug, signed(KEY, claims(), { typ: undefined })));
  });

  const AT_MOST_MINUTE = 60;
  const wrong: readonly (readonly [what: string, why: string, assertion: () => string])[] = [
    ["another issuer", "trust", () => signed(KEY, claims({ iss: `${ISSUER}/` }))],
    ["the issuer in capitals", "trust", () => signed(KEY, claims({ iss: ISSUER.toUpperCase() }))],
    ["no issuer", "claims", () => signed(KEY, claims({ iss: undefined }))],
    ["another subject", "trust", () => signed(KEY, claims({ sub: APP }))],
    ["a subject that is a list", "claims", () => signed(KEY, claims({ sub: [SUBJECT] }))],
    ["another audience", "audience", () => signed(KEY, claims({ aud: `api://${APP}/` }))],
    ["no audience", "claims", () => signed(KEY, claims({ aud: undefined }))],
    ["two audiences, both right", "claims", () => signed(KEY, claims({ aud: [APP, `api://${APP}`] }))],
    ["an empty list of audiences", "claims", () => signed(KEY, claims({ aud: [] }))],
    ["another tenant", "tenant", () => signed(KEY, claims({ tid: APP }))],
    ["no tenant", "tenant", () => signed(KEY, claims({ tid: undefined }))],
    ["a tenant that is no text", "claims", () => signed(KEY, claims({ tid: 1 }))],
    ["no end", "claims", () => signed(KEY, claims({ exp: undefined }))],
    ["an end in quotes", "claims", () => signed(KEY, claims({ exp: String(seconds() + 60) }))],
    [
      "an end that is infinite",
      "claims",
      () => signed(KEY, JSON.stringify(claims({ exp: 1 })).replace('"exp":1', '"exp":1e999')),
    ],
    ["an end a minute ago", "expired", () => signed(KEY, claims({ exp: seconds() - AT_MOST_MINUTE - 1 }))],
    [
      "an end after more than a day",
      "lifetime",
      () => signed(KEY, claims({ exp: seconds() + 86_400 + AT_MOST_MINUTE + 5 })),
    ],
    ["a beginning in more than a minute", "early", () => signed(KEY, claims({ nbf: seconds() + AT_MOST_MINUTE + 5 }))],
    ["made in more than a minute", "early", () => signed(KEY, claims({ iat: seconds() + AT_MOST_MINUTE + 5 }))],
    ["made at no time", "claims", () => signed(KEY, claims({ iat: "now" }))],
    ["alg none and no signature", "malformed", () => `${part({ alg: "none", kid: KEY.kid })}.${part(claims())}.`],
    ["alg none and some signature", "algorithm", () => `${part({ alg: "none", kid: KEY.kid })}.${part(claims())}.AAAA`],
    ["alg None", "algorithm", () => signed(KEY, claims(), { alg: "None" })],
    ["HS256 with the public key", "algorithm", () => withHmac(KEY, claims())],
    ["PS256", "algorithm", () => signed(KEY, claims(), { alg: "PS256" })],
    ["RS512", "algorithm", () => signed(KEY, claims(), { alg: "RS512" })],
    ["an algorithm that is not the key's", "key", () => signed(KEY, claims(), { alg: "ES256" })],
    ["no algorithm", "algorithm", () => signed(KEY, claims(), { alg: undefined })],
    ["no name of a key", "header", () => signed(KEY, claims(), { kid: undefined })],
    ["a name of a key that is none", "header", () => signed(KEY, claims(), { kid: { toString: "x" } })],
    ["a key that nobody published", "key", () => signed(signingKey("of-nobody"), claims())],
    ["a key in the header", "key", () => signed(OTHER_KEY, claims(), { kid: "mine", jwk: OTHER_KEY.jwk })],
    [
      "the address of a key in the header",
      "key",
      () => signed(OTHER_KEY, claims(), { kid: "mine", jku: "http://127.0.0.1:1/" }),
    ],
    [
      "somebody else's signature under a known name",
      "signature",
      () => signed({ ...OTHER_KEY, kid: KEY.kid }, claims()),
    ],
    ["critical extensions", "header", () => signed(KEY, claims(), { crit: ["exp"], exp: 1 })],
    ["an empty list of critical extensions", "header", () => signed(KEY, claims(), { crit: [] })],
    ["a token of another type", "header", () => signed(KEY, claims(), { typ: "at+jwt" })],
    ["a claim twice", "malformed", () => signed(KEY, `{"iss":"x",${JSON.stringify(claims()).slice(1)}`)],
    [
      "a claim twice, spelled otherwise",
      "malformed",
      () => signed(KEY, `{"\\u0069ss":"x",${JSON.stringify(claims()).slice(1)}`),
    ],
    ["claims that are a list", "malformed", () => signed(KEY, "[]")],
    ["claims that are no JSON", "malformed", () => signed(KEY, "{iss}")],
    ["claims under the name of a prototype", "claims", () => signed(KEY, `{"__proto__":${JSON.stringify(claims())}}`)],
    [
      "claims that changed behind the signature",
      "signature",
      () => changed(signed(KEY, claims({ exp: seconds() + 60 })), claims()),
    ],
    ["two parts", "malformed", () => signed(KEY, claims()).split(".").slice(0, 2).join(".")],
    ["four parts", "malformed", () => `${signed(KEY, claims())}.AAAA`],
    ["base64 of the other kind", "malformed", () => signed(KEY, claims()).replace(/.$/, "+")],
    [
      "another spelling of its last bits",
      "malformed",
      () => signed(KEY, claims()).replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    ],
    ["padding", "malformed", () => `${signed(KEY, claims())}=`],
    ["no text at all but dots", "malformed", () => ".."],
    [
      "bytes that are no UTF-8",
      "malformed",
      () => `${part({ alg: "RS256", kid: "x" })}.${Buffer.from([0x7b, 0xff, 0x7d]).toString("base64url")}.AAAA`,
    ],
  ];
  const OTHER_KEY = signingKey("of-another", "RS256", 1);

  test("and none with one thing wrong; all of them hear the same", async () => {
    const client = await trusting();
    await withAccess(client);
    const texts = new Set<string>();
    for (const [what, why, assertion] of wrong) {
      lines.length = 0;
      const answer = await ask(client.slug, assertion());
      expect([what, answer.status, lines.at(-1)?.why]).toEqual([what, 401, `assertion.${why}`]);
      texts.add(String(at(answer.json, "error_description")).replace(/ \(ref.*/, ""));
      // Whose trouble it is, as far as it is clear.
      const isKnown = !["malformed", "header", "algorithm", "claims", "trust"].includes(why);
      expect([what, lines.at(-1)?.tokenId]).toEqual([what, isKnown ? client.trustId : undefined]);
    }
    expect(texts.size).toBe(1);
    // One at the beginning, and one for all the keys that nobody published.
    expect(issuer.asked.length).toBeLessThanOrEqual(2);
    await withAccess(client);
  });

  test("up to a minute of two clocks is forgiven, and the longest life is a day", async () => {
    const client = await trusting();
    for (const edge of [
      { exp: seconds() - AT_MOST_MINUTE + 5 },
      { nbf: seconds() + AT_MOST_MINUTE - 5, iat: seconds() + AT_MOST_MINUTE - 5 },
      { exp: seconds() + 86_400 },
      { nbf: undefined, iat: undefined },
      { exp: seconds() + 60.5 },
    ]) {
      await withAccess(client, await ask(client.slug, signed(KEY, claims(edge))));
    }
  });

  test("another client id is another client; two ways to say who one is are one too many", async () => {
    const client = await trusting();
    const assertion = signed(KEY, claims());
    expectRefusal(await ask(client.slug, assertion, { client_id: APP }), "client");
    for (const more of [
      { client_secret: "x" },
      { client_assertion_type: undefined },
      { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" },
      { client_assertion: undefined },
    ]) {
      const answer = await ask(client.slug, assertion, more);
      expect([answer.status, at(answer.json, "error")]).toEqual([400, "invalid_request"]);
    }
    const tooLong = await ask(client.slug, assertion, { filler: "x".repeat(8_192) });
    expect([tooLong.status, at(tooLong.json, "error")]).toEqual([400, "invalid_request"]);
  });

  test("one org's assertion buys nothing of another org, also where both trust the issuer", async () => {
    const [one, other] = [await trusting(), await trusting(federated({ subject: APP }))];
    expectRefusal(await ask(other.slug, signed(KEY, claims())), "trust");
    expectRefusal(await ask("nobody", signed(KEY, claims())), "org");
    const none = await target.org();
    expectRefusal(await ask(none.slug, signed(KEY, claims())), "trust");
    await withAccess(one);
  });

  test("a trust that was revoked, replaced or is over: its access tokens die at once, and nothing is bought any more", async () => {
    for (const [why, end] of [
      [
        "revoked",
        (client: Client) =>
          changeTrust(opened.store, client.slug, client.trustId, { revokedAt: new Date().toISOString() }),
      ],
      [
        "expired",
        (client: Client) =>
          changeTrust(opened.store, client.slug, client.trustId, { expiresAt: new Date().toISOString() }),
      ],
    ] as const) {
      const client = await trusting();
      const tenant = await withAccess(client);
      expect(await users(tenant)).toBe(200);
      await end(client);
      expect(await users(tenant)).toBe(401);
      expectRefusal(await ask(client.slug, signed(KEY, claims())), why);
    }
    const client = await trusting();
    const tenant = await withAccess(client);
    expect((await target.admin("POST", `/orgs/${client.slug}/tokens/regenerate`)).status).toBe(201);
    expect(await users(tenant)).toBe(401);
    const again = await ask(client.slug, signed(KEY, claims()));
    expect(again.status).toBe(401);
  });

  test("is what is left where tokens and client secrets are forbidden", async () => {
    const client = await trusting();
    const changedRules = { bearerTokens: "forbidden", clientSecrets: "forbidden" };
    expect((await target.admin("PATCH", `/orgs/${client.slug}`, { changedRules })).status).toBe(200);
    expect(await users(client)).toBe(403);
    expect(await users(await withAccess(client))).toBe(200);
  });

  test("a paused org gets none, and the reason", async () => {
    const client = await trusting();
    expect((await target.admin("POST", `/orgs/${client.slug}/pause`, { reason: "merger" })).status).toBe(200);
    const answer = await ask(client.slug, signed(KEY, claims()));
    expect([answer.status, at(answer.json, "error")]).toEqual([400, "unauthorized_client"]);
    expect(at(answer.json, "error_description")).toContain("merger");
    expect(lines.at(-1)).toMatchObject({ org: client.slug, tokenId: client.trustId });
  });

  describe("keys of issuers", () => {
    test("rotate: the new one is found by one request, and the old one is gone", async () => {
      const client = await trusting();
      await withAccess(client);
      const next = signingKey("of-tomorrow", "RS256", 1);
      issuer.publish(next);
      later = 2 * MINUTE;
      await withAccess(client, await ask(client.slug, signed(next, claims())));
      expect(issuer.asked.length).toBe(2);
      expect(lines.findLast(({ type }) => type === "oauth.request")).toMatchObject({ issuerKeys: "fetched" });
      expectRefusal(await ask(client.slug, signed(KEY, claims())), "key");
      expect(issuer.asked.length).toBe(2);
    });

    test("fetched by a clock that was days ahead are fetched again once it is right: a withdrawn one counts no more", async () => {
      const client = await trusting();
      later = 3 * DAY;
      await withAccess(client);
      issuer.publish(signingKey("of-tomorrow", "RS256", 1));
      later = 0;
      expectRefusal(await ask(client.slug, signed(KEY, claims())), "key");
    });

    test("are asked for once at most, however many unknown ones are named at once", async () => {
      const client = await trusting();
      await withAccess(client);
      later = 2 * MINUTE;
      const storm = Array.from({ length: place === "in memory" ? 200 : 40 }, (_, n) =>
        ask(client.slug, signed({ ...KEY, kid: `k${n}` }, claims())),
      );
      // Those that wait for what the one fetch brings may give up before it is there.
      for (const { status } of await Promise.all(storm)) expect([401, 503]).toContain(status);
      expect(issuer.asked.length).toBe(2);
      // Nor do other processes ask.
      const other = { ...endpoint, issuerKeys: localIssuerKeys() };
      target = inProcessTarget("others", other, 1);
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => ask(client.slug, signed({ ...KEY, kid: `o${n}` }, claims()))),
      );
      await withAccess(client);
      expect(issuer.asked.length).toBe(2);
      target = inProcessTarget("assertions", endpoint, 1);
    });

    test("that somebody damaged where they are kept are fetched again", async () => {
      const client = await trusting();
      await withAccess(client);
      for (const d of ["broken", "7", "{}", "[7]"]) {
        await opened.store
          .begin()
          .database.write([{ update: issuerKeysKey(hash("sha256", issuer.keysUrl)), set: { d } }]);
        const other = { ...endpoint, issuerKeys: localIssuerKeys() };
        target = inProcessTarget("others", other, 1);
        expect([401, 503]).toContain((await ask(client.slug, signed(KEY, claims()))).status);
        later += 2 * MINUTE;
        await withAccess(client, await ask(client.slug, signed(KEY, claims())));
      }
      target = inProcessTarget("assertions", endpoint, 1);
    });

    test("are found among many with names that take much room", async () => {
      const client = await trusting();
      const others = Array.from({ length: 49 }, (_, n) => signingKey(`${n}${"\u0001".repeat(250)}`));
      issuer.publish(...others, KEY);
      await withAccess(client);
    });

    test("count no more once the deployment trusts no issuer there, though they are kept", async () => {
      const client = await trusting();
      await withAccess(client);
      const other = { ...endpoint, issuerKeys: localIssuerKeys("public") };
      target = inProcessTarget("closed", other, 1);
      expectRefusal(await ask(client.slug, signed(KEY, claims())), "host");
      expect(issuer.asked.length).toBe(1);
      target = inProcessTarget("assertions", endpoint, 1);
      await withAccess(client);
    });

    test("count while the issuer is down, for a week and no longer; a new one is asked for again later", async () => {
      const client = await trusting();
      await withAccess(client);
      issuer.answer((_request, response) => response.writeHead(500).end());
      later = DAY + MINUTE;
      await withAccess(client);
      expect(lines.at(-1)).toMatchObject({ issuerKeys: "stale" });
      const unknown = await ask(client.slug, signed({ ...KEY, kid: "new" }, claims()));
      expect([unknown.status, at(unknown.json, "error"), unknown.headers["retry-after"]]).toEqual([
        503,
        "temporarily_unavailable",
        "60",
      ]);
      expect(issuer.asked.length).toBe(2);
      later = 7 * DAY - HOUR;
      await withAccess(client);
      later = 7 * DAY + HOUR;
      expect((await ask(client.slug, signed(KEY, claims()))).status).toBe(503);
      issuer.answer(undefined);
      later += 2 * MINUTE;
      await withAccess(client);
    });

    test.each<[string, Parameters<Issuer["answer"]>[0]]>([
      [
        "sends elsewhere by 302",
        (_r, response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
      ],
      [
        "sends elsewhere by 301, where the keys would be",
        (request, response) => {
          if (request.url === "/keys") response.end(JSON.stringify({ keys: [KEY.jwk] }));
          else response.writeHead(301, { location: `http://${request.headers.host}/keys` }).end();
        },
      ],
      [
        "sends elsewhere by 307",
        (_r, response) => response.writeHead(307, { location: "http://169.254.169.254/" }).end(),
      ],
      ["has no keys", (_r, response) => response.end('{"keys":[]}')],
      [
        "has no key that counts",
        (_r, response) =>
          response.end(
            JSON.stringify({
              keys: [
                { ...KEY.jwk, use: "enc" },
                { kty: "oct", kid: KEY.kid, k: "AAAA" },
                { ...KEY.jwk, d: "AAAA" },
                { ...KEY.jwk, key_ops: ["sign"] },
              ],
            }),
          ),
      ],
      [
        "has keys with the exponent 1, in any spelling",
        (_r, response) =>
          response.end(JSON.stringify({ keys: ["AQ", "AAE", "AAAB", "AAAAAQ"].map((e) => ({ ...KEY.jwk, e })) })),
      ],
      ["says something else", (_r, response) => response.end("<html>")],
      ["says too much", (_r, response) => response.end(" ".repeat(300_000))],
      [
        "breaks off after what looks whole",
        (_r, response) =>
          response
            .writeHead(200, { "content-length": "9999" })
            .write(JSON.stringify({ keys: [KEY.jwk] }), () => response.destroy()),
      ],
      [
        "breaks off",
        (_r, response) => response.writeHead(200, { "content-length": "9999" }).write("{", () => response.destroy()),
      ],
    ])("are none of an issuer that %s", async (_what, listener) => {
      const client = await trusting();
      issuer.answer(listener);
      expect((await ask(client.slug, signed(KEY, claims()))).status).toBe(503);
      expect(issuer.asked.length).toBe(1);
    });
  });

  describe("of the client's own keys", () => {
    const own = signingKey("own", "ES256", 1);
    const OWN: Trust = { kind: "privateKey", keys: [publicOf(own)] };
    const endpointOf = ({ slug }: Tenant) => `${target.base}/scim/v2/${slug}/oauth/token`;
    const ownClaims = (client: Tenant, more: Claims = {}): Claims => ({
      ...{ iss: client.slug, sub: client.slug, aud: endpointOf(client), jti: `${Math.random()}`, exp: seconds() + 300 },
      ...more,
    });

    test("each counts once, for the token endpoint or the Tenant URL, and lives an hour at most", async () => {
      const client = await trusting(OWN);
      const assertion = signed(own, ownClaims(client));
      await withAccess(client, await ask(client.slug, assertion));
      expectRefusal(await ask(client.slug, assertion), "replayed");
      await withAccess(client, await ask(client.slug, signed(own, ownClaims(client, { aud: client.tenantUrl }))));
      const other = signingKey("other", "ES256", 2);
      await makeTrust(opened.store, client.slug, { kind: "privateKey", keys: [publicOf(other)] });
      for (const key of [own, other])
        await withAccess(
          client,
          await ask(client.slug, signed(key, ownClaims(client, { jti: "of each key its own" }))),
        );
      const cases: readonly (readonly [Claims, string])[] = [
        [{ jti: undefined }, "jti"],
        [{ jti: "" }, "claims"],
        [{ aud: `${endpointOf(client)}/` }, "audience"],
        [{ aud: endpointOf({ ...client, slug: "other" }) }, "audience"],
        [{ iss: "other" }, "trust"],
        [{ sub: "other" }, "trust"],
        [{ exp: seconds() + 3_600 + 65 }, "lifetime"],
        [{ exp: seconds() - 65 }, "expired"],
      ];
      for (const [more, why] of cases) expectRefusal(await ask(client.slug, signed(own, ownClaims(client, more))), why);
      expectRefusal(
        await ask(client.slug, signed({ ...signingKey("x", "ES256", 2), kid: "own" }, ownClaims(client))),
        "signature",
      );
      expectRefusal(await ask(client.slug, signed(signingKey("x", "ES256", 2), ownClaims(client))), "trust");
      expect(issuer.asked).toEqual([]);
    });

    test("one that was used is remembered for as long as it could be presented", async () => {
      const client = await trusting(OWN);
      const [jti, exp] = ["remembered", seconds() + 300];
      await withAccess(client, await ask(client.slug, signed(own, ownClaims(client, { jti, exp }))));
      const { database } = opened.store.begin();
      const org = await new SettingsStore(database).orgBySlug(client.slug);
      const used = await database.get(usedAssertionKey(org?.id ?? "", hash("sha256", `own\n${jti}`)));
      expect(used).toMatchObject({ ttl: exp + AT_MOST_MINUTE });
    });

    test("an assertion for one org is none for another one with the same keys", async () => {
      const [one, other] = [await trusting(OWN), await trusting(OWN)];
      expectRefusal(await ask(other.slug, signed(own, ownClaims(one))), "trust");
      const meant = ownClaims(other, { aud: endpointOf(one) });
      expectRefusal(await ask(other.slug, signed(own, meant)), "audience");
      const same = ownClaims(one, { jti: "the same" });
      await withAccess(one, await ask(one.slug, signed(own, same)));
      await withAccess(other, await ask(other.slug, signed(own, ownClaims(other, { jti: "the same" }))));
    });

    test("one that was used counts no more for a later trust in the same key", async () => {
      const client = await trusting(OWN);
      const assertion = signed(own, ownClaims(client));
      await withAccess(client, await ask(client.slug, assertion));
      await changeTrust(opened.store, client.slug, client.trustId, { revokedAt: new Date().toISOString() });
      await makeTrust(opened.store, client.slug, OWN);
      expectRefusal(await ask(client.slug, assertion), "replayed");
      await withAccess(client, await ask(client.slug, signed(own, ownClaims(client))));
    });

    test("one that was refused for the budget counts when it is sent again, once", async () => {
      const budgeted = { ...endpoint, budget: new RequestBudget({ rate: 1, burst: 1 }, new ProcessBuckets()) };
      target = inProcessTarget("budgeted", budgeted, 1);
      const client = await trusting(OWN);
      const [first, second] = [1, 2].map(() => signed(own, ownClaims(client)));
      expect((await ask(client.slug, String(first))).status).toBe(200);
      const refused = await ask(client.slug, String(second));
      expect(refused.status).toBe(429);
      later = Number(refused.headers["retry-after"]) * 1_000;
      expect((await ask(client.slug, String(second))).status).toBe(200);
      for (const used of [first, second]) expectRefusal(await ask(client.slug, String(used)), "replayed");
      target = inProcessTarget("assertions", endpoint, 1);
    });

    test("one whose request found out too late who asks counts when it is sent again, once", async () => {
      const client = await trusting(OWN);
      const assertion = signed(own, ownClaims(client));
      let isSlow = true;
      const slow: OAuthEndpoint["store"] = {
        begin: (allowance) => {
          const session = opened.store.begin(allowance);
          const { database } = session;
          const { write } = database;
          database.write = async (...given) => {
            // What gives the token: the database takes no notice of it until nobody waits any more.
            if (isSlow && JSON.stringify(given).includes('\\"kind\\":\\"access\\"')) {
              isSlow = false;
              await new Promise((resolve) => allowance?.signal?.addEventListener("abort", resolve));
            }
            return write.apply(database, given);
          };
          return session;
        },
      };
      target = inProcessTarget("slow", { ...endpoint, store: slow }, 1, given(4_400));
      const refused = await ask(client.slug, assertion);
      expect([isSlow, refused.status, refused.headers["retry-after"]]).toEqual([false, 503, expect.any(String)]);
      target = inProcessTarget("assertions", endpoint, 1);
      await withAccess(client, await ask(client.slug, assertion));
      expectRefusal(await ask(client.slug, assertion), "replayed");
    });

    test("of two at once with one jti exactly one is granted", async () => {
      const client = await trusting(OWN);
      const assertion = signed(own, ownClaims(client));
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(client.slug, assertion)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  test("nothing that an assertion says is in a log line", async () => {
    const client = await trusting();
    await withAccess(client);
    for (const [, , assertion] of wrong) await ask(client.slug, assertion());
    const text = JSON.stringify(lines);
    for (const secret of [TENANT, SUBJECT, APP, ISSUER, KEY.kid, issuer.keysUrl]) expect(text).not.toContain(secret);
    // JSON in base64, longer than any random id that holds these letters.
    expect(text).not.toMatch(/eyJ[\w-]{30}/);
  });

  test("what a token costs: three reads and one write; nothing is fetched for an assertion of nobody", async () => {
    const client = await trusting();
    await withAccess(client);
    await withAccess(client);
    expect(lines.at(-1)).toMatchObject({ ddbCalls: 4, trips: 4, rcu: 3, wcu: 1 });
    expectRefusal(await ask(client.slug, signed(KEY, claims({ sub: "x" }))), "trust");
    expect(lines.at(-1)).toMatchObject({ ddbCalls: 3, trips: 3, rcu: 3, wcu: 0 });
    expectRefusal(await ask(client.slug, "x.y"), "malformed");
    expect(lines.at(-1)).toMatchObject({ ddbCalls: 0, rcu: 0 });
  });
});

/** With the public key as its secret, which everybody has. */
function withHmac({ kid, jwk }: SigningKey, claims: Claims): string {
  const input = `${part({ alg: "HS256", kid })}.${part(claims)}`;
  return `${input}.${createHmac("sha256", JSON.stringify(jwk)).update(input).digest("base64url")}`;
}

function changed(assertion: string, claims: Claims): string {
  return assertion.split(".").with(1, part(claims)).join(".");
}

function publicOf({ kid, jwk }: SigningKey): PublicJwk {
  return { kid, alg: "ES256", kty: "EC", crv: "P-256", x: String(jwk.x), y: String(jwk.y) };
}
