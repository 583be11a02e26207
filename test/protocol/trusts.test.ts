import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Json } from "../../functions/scim/json.ts";
import type { OrgRecord } from "../../functions/store/records.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";

const DAY = 86_400_000;
const TENANT = "11111111-2222-3333-4444-555555555555";
const OBJECT = "66666666-7777-8888-9999-000000000000";
const APP = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const KEYS_URL = `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`;
const ENTRA = { tenant: TENANT, objectId: OBJECT, appId: APP };
const FEDERATED = { issuer: ISSUER, subject: "sync", audiences: ["api://scim"] };
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });
const RSA = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const publicOf = ({ publicKey }: typeof EC): JsonWebKey => publicKey.export({ format: "jwk" });

describe("trusts, over the wire", () => {
  let lines: Readonly<Record<string, unknown>>[];
  let target: Target;
  let tenant: Tenant;
  let later: number;
  const store = localStore();

  beforeEach(async () => {
    lines = [];
    later = 0;
    const endpoint = testEndpoint(store, (line) => lines.push(line));
    target = inProcessTarget("trusts", { ...endpoint, now: () => Date.now() + later }, 1);
    tenant = await target.org();
  });

  const make = (body: unknown): Promise<Answer> => target.admin("POST", `/orgs/${tenant.slug}/trusts`, body);
  const list = async (): Promise<readonly Json[]> => {
    const { json } = await target.admin("GET", `/orgs/${tenant.slug}/trusts`);
    return at(json, "trusts") as readonly Json[];
  };
  const kept = (): SettingsStore => new SettingsStore(store.begin().database);
  const settings = async (): Promise<OrgRecord | undefined> => {
    return kept().orgBySlug(tenant.slug);
  };

  async function expectRefusal(body: unknown, status: number, code: string): Promise<void> {
    const before = lines.length;
    const answer = await make(body);
    expect({ status: answer.status, code: at(answer.json, "code") }).toEqual({ status, code });
    expect(lines.slice(before)).toMatchObject([{ op: "admin.createTrust", status, detailCode: code }]);
    expect(await list()).toEqual([]);
    expect((await settings())?.trusts).toBeUndefined();
  }

  test("Entra's ids become its issuer, its keys' address and both spellings of its audience", async () => {
    const { status, json } = await make({ description: "Entra", entra: { ...ENTRA, tenant: TENANT.toUpperCase() } });
    expect(status).toBe(201);
    expect(json).toEqual({
      clientId: tenant.slug,
      tenantUrl: tenant.tenantUrl,
      tokenEndpoint: `${tenant.tenantUrl}/oauth/token`,
      trust: {
        id: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
        description: "Entra",
        status: "live",
        createdAt: expect.any(String),
        createdBy: expect.any(String),
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: null,
        kind: "federated",
        issuer: ISSUER,
        subject: OBJECT,
        audiences: [`api://${APP}`, APP],
        tenant: TENANT,
        keysUrl: KEYS_URL,
        keys: [],
      },
      warnings: [],
    });
    expect(lines.at(-1)).toMatchObject({ op: "admin.createTrust", status: 201, tokenId: at(json, "trust.id") });
    expect(await list()).toEqual([at(json, "trust")]);
  });

  test("an audience as Entra's page shows it, with the scope at its end, is the one its tokens name", async () => {
    const entra = {
      tenant: TENANT,
      objectId: OBJECT,
      audiences: [`api://${APP}/.default`, `api://${APP}/acme.example`],
    };
    const { json } = await make({ entra });
    expect(at(json, "trust.audiences")).toEqual([`api://${APP}`, `api://${APP}/acme.example`]);
  });

  test("an issuer of Entra's needs no address of its keys and no tenant; any other one needs the address", async () => {
    expect(at((await make({ federated: FEDERATED })).json, "trust")).toMatchObject({
      keysUrl: KEYS_URL,
      tenant: TENANT,
    });
    const pinned = {
      ...FEDERATED,
      subject: "other",
      keysUrl: "https://login.microsoftonline.com/common/keys",
      tenant: "t",
    };
    expect(at((await make({ federated: pinned })).json, "trust")).toMatchObject({
      keysUrl: "https://login.microsoftonline.com/common/keys",
      tenant: "t",
    });
  });

  test("a client's own keys are kept without what says nothing, under their kid or their thumbprint, for two years", async () => {
    const named = { ...publicOf(EC), kid: "one", alg: "ES256", use: "sig", x5t: "left out" };
    const { status, json } = await make({ keys: { keys: [named, publicOf(RSA)] } });
    expect(status).toBe(201);
    const [first, second] = at(json, "trust.keys") as [Json, Json];
    expect(first).toEqual({ kid: "one", alg: "ES256", thumbprint: expect.stringMatching(/^[\w-]{43}$/) });
    expect(at(second, "kid")).toBe(at(second, "thumbprint"));
    expect(at(json, "trust")).toMatchObject({
      kind: "privateKey",
      issuer: tenant.slug,
      subject: tenant.slug,
      audiences: [`${tenant.tenantUrl}/oauth/token`],
    });
    const life = Date.parse(String(at(json, "trust.expiresAt"))) - Date.parse(String(at(json, "trust.createdAt")));
    expect(life).toBe(730 * DAY);
    const org = await settings();
    const [record] = org === undefined ? [] : await kept().tokens(org.id);
    expect(record?.trust).toEqual({
      kind: "privateKey",
      keys: [
        { kid: "one", alg: "ES256", kty: "EC", crv: "P-256", x: named.x, y: named.y },
        { kid: at(second, "kid"), alg: "RS256", kty: "RSA", n: publicOf(RSA).n, e: "AQAB" },
      ],
    });
  });

  test("the thumbprint is RFC 7638's", async () => {
    const { n, e, thumbprint } = RFC_7638;
    const { json } = await make({ keys: { keys: [{ kty: "RSA", n, e }] } });
    expect(at(json, "trust.keys.0.kid")).toBe(thumbprint);
  });

  test.each<[string, unknown, number, string]>([
    ["no form", {}, 400, "value.trustForm"],
    ["two forms", { entra: ENTRA, federated: FEDERATED }, 400, "value.trustForm"],
    ["a member of none", { kind: "federated" }, 400, "value.unknownMember"],
    ["a secret's own member", { entra: { ...ENTRA, clientSecret: "x" } }, 400, "value.unknownMember"],
    ["no object id", { entra: { tenant: TENANT, appId: APP } }, 400, "value.memberType"],
    ["a tenant by its domain", { entra: { ...ENTRA, tenant: "acme.onmicrosoft.com" } }, 400, "value.guid"],
    ["an object id that is none", { entra: { ...ENTRA, objectId: `${OBJECT}0` } }, 400, "value.guid"],
    ["no audience", { entra: { tenant: TENANT, objectId: OBJECT } }, 400, "value.trustAudience"],
    ["three audiences", { federated: { ...FEDERATED, audiences: ["a", "b", "c"] } }, 400, "value.audiences"],
    ["an audience of two lines", { federated: { ...FEDERATED, audiences: ["a\nb"] } }, 400, "value.audiences"],
    ["http", { federated: { ...FEDERATED, issuer: ISSUER.replace("https", "http") } }, 400, "value.trustUrl"],
    ["a query", { federated: { ...FEDERATED, issuer: `${ISSUER}?a` } }, 400, "value.trustUrl"],
    ["a bare ?", { federated: { ...FEDERATED, issuer: `${ISSUER}?` } }, 400, "value.trustUrl"],
    ["a user name", { federated: { ...FEDERATED, issuer: ISSUER.replace("//", "//a@") } }, 400, "value.trustUrl"],
    [
      "capitals in a host",
      { federated: { ...FEDERATED, issuer: ISSUER.replace("login", "LOGIN") } },
      400,
      "value.trustUrl",
    ],
    ["another host", { federated: { ...FEDERATED, issuer: "https://issuer.example" } }, 409, "conflict.federationHost"],
    [
      "keys at another host",
      { federated: { ...FEDERATED, keysUrl: "https://169.254.169.254/k" } },
      409,
      "conflict.federationHost",
    ],
    [
      "the host at another port",
      { federated: { ...FEDERATED, keysUrl: KEYS_URL.replace(".com", ".com:8443") } },
      409,
      "conflict.federationHost",
    ],
    [
      "no address of keys",
      { federated: { ...FEDERATED, issuer: "https://login.microsoftonline.com/x" } },
      400,
      "value.keysUrlMissing",
    ],
    ["an empty subject", { federated: { ...FEDERATED, subject: "" } }, 400, "value.trustClaim"],
    ["no key", { keys: { keys: [] } }, 400, "value.jwks"],
    ["six keys", { keys: { keys: Array.from({ length: 6 }, () => publicOf(EC)) } }, 400, "value.jwks"],
    ["a lone key", { keys: publicOf(EC) }, 400, "value.jwks"],
    ["another curve", { keys: { keys: [ecOf("P-384")] } }, 400, "value.jwkKind"],
    ["a key to encrypt with", { keys: { keys: [{ ...publicOf(EC), use: "enc" }] } }, 400, "value.jwkKind"],
    ["another algorithm", { keys: { keys: [{ ...publicOf(RSA), alg: "PS256" }] } }, 400, "value.jwkKind"],
    ["no object", { keys: { keys: ["key"] } }, 400, "value.jwkKind"],
    ["a short RSA key", { keys: { keys: [rsaOf(1_024)] } }, 400, "value.jwkSize"],
    ["a small exponent", { keys: { keys: [{ ...publicOf(RSA), e: "Aw" }] } }, 400, "value.jwkBroken"],
    ["a long exponent", { keys: { keys: [{ ...publicOf(RSA), e: "AQAAAAE" }] } }, 400, "value.jwkBroken"],
    ["a point off the curve", { keys: { keys: [{ ...publicOf(EC), y: publicOf(EC).x }] } }, 400, "value.jwkBroken"],
    ["a number for a coordinate", { keys: { keys: [{ ...publicOf(EC), x: 1 }] } }, 400, "value.jwkBroken"],
    ["a kid with a space", { keys: { keys: [{ ...publicOf(EC), kid: "a b" }] } }, 400, "value.jwkKid"],
    ["one key twice", { keys: { keys: [publicOf(EC), { ...publicOf(EC), kid: "b" }] } }, 400, "value.jwkAlike"],
    ["a day of keys", { expiresInDays: 1, keys: { keys: [publicOf(EC)] } }, 400, "value.range"],
  ])("a trust with %s is refused, and nothing is kept", async (_what, body, status, code) => {
    await expectRefusal(body, status, code);
  });

  test.each([
    ["private", EC.privateKey.export({ format: "jwk" })],
    ["private RSA", RSA.privateKey.export({ format: "jwk" })],
    ["symmetric", { kty: "oct", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQ" }],
  ])(
    "a %s key among the public ones is refused before anything else, and no part of it is written or said",
    async (_kind, key) => {
      const body = { keys: { keys: [publicOf(RSA), { ...key, kid: "a b" }] } };
      await expectRefusal(body, 400, "value.jwkSecret");
      const answer = await make({ keys: key });
      expect(at(answer.json, "code")).toBe("value.jwkSecret");
      const said = JSON.stringify(lines) + answer.text;
      for (const [member, text] of Object.entries(key)) {
        if (member.length <= 2 && String(text).length > 8) expect(said).not.toContain(String(text).slice(0, 12));
      }
    },
  );

  test("two trusts that one assertion would match are refused, unless the first was revoked", async () => {
    const first = await make({ federated: FEDERATED });
    const twin = { ...FEDERATED, audiences: ["api://other"] };
    const refused = await make({ federated: twin });
    expect({ status: refused.status, code: at(refused.json, "code") }).toEqual({
      status: 409,
      code: "conflict.trustExists",
    });
    expect(refused.text).toContain(String(at(first.json, "trust.id")));
    expect((await make({ federated: { ...twin, subject: "other" } })).status).toBe(201);
    expect((await make({ keys: { keys: [publicOf(EC)] } })).status).toBe(201);
    expect((await make({ keys: { keys: [publicOf(RSA), { ...publicOf(EC), kid: "again" }] } })).status).toBe(409);
    expect((await target.admin("DELETE", `/orgs/${tenant.slug}/trusts/${at(first.json, "trust.id")}`)).status).toBe(
      200,
    );
    expect((await make({ federated: twin })).status).toBe(201);
  });

  test("the settings name every live trust and no other, at most five", async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, (_none, n) =>
        make({ federated: { ...FEDERATED, subject: `sync ${n}` }, expiresInDays: n + 1 }),
      ),
    );
    const ids = made.map(({ json }) => String(at(json, "trust.id")));
    expect(new Set((await settings())?.trusts)).toEqual(new Set(ids));
    expect(at((await make({ entra: ENTRA })).json, "code")).toBe("conflict.tooManyTrusts");
    const [revoked = ""] = ids.slice(3);
    expect(at((await target.admin("DELETE", `/orgs/${tenant.slug}/trusts/${revoked}`)).json, "status")).toBe("revoked");
    expect((await settings())?.trusts).toHaveLength(4);
    expect((await settings())?.trusts).not.toContain(revoked);
    // The first expires after a day: its place is free.
    later = 1.5 * DAY;
    const next = [
      at((await make({ entra: ENTRA })).json, "trust.id"),
      at((await make({ keys: { keys: [publicOf(EC)] } })).json, "trust.id"),
    ];
    expect((await settings())?.trusts).toEqual(expect.arrayContaining(next));
    expect((await settings())?.trusts).toHaveLength(5);
    expect((await settings())?.trusts).not.toContain(ids[0]);
  });

  test("a regenerated token ends every trust, and a revoked one stays revoked", async () => {
    await make({ entra: ENTRA });
    await target.admin("POST", `/orgs/${tenant.slug}/tokens/regenerate`, {});
    expect(await list()).toMatchObject([{ status: "superseded" }]);
    expect((await settings())?.trusts).toBeUndefined();
    expect((await make({ entra: ENTRA })).status).toBe(201);
  });

  test("a trust is nowhere among tokens and client secrets, nor revoked as one", async () => {
    const { json } = await make({ entra: ENTRA });
    const id = at(json, "trust.id");
    const { slug } = tenant;
    expect(at((await target.admin("GET", `/orgs/${slug}/tokens`)).json, "tokens")).toHaveLength(1);
    expect(at((await target.admin("GET", `/orgs/${slug}/clients`)).json, "secrets")).toEqual([]);
    expect((await target.admin("DELETE", `/orgs/${slug}/tokens/${id}`)).status).toBe(404);
    expect((await target.admin("DELETE", `/orgs/${slug}/clients/${id}`)).status).toBe(404);
    expect((await target.admin("DELETE", `/orgs/${slug}/trusts/AAAAAAAAAAAA`)).status).toBe(404);
    expect(await list()).toMatchObject([{ status: "live" }]);
  });
});

function ecOf(namedCurve: string): JsonWebKey {
  return generateKeyPairSync("ec", { namedCurve }).publicKey.export({ format: "jwk" });
}

function rsaOf(modulusLength: number): JsonWebKey {
  return generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" });
}

/** Section 3.1's example. */
const RFC_7638 = {
  e: "AQAB",
  n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
  thumbprint: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
};
