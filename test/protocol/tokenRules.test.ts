import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Json } from "../../functions/scim/json.ts";
import { askToken } from "../support/askToken.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

const NO_WAY_IN = expect.stringMatching(/^The rules bearerTokens and clientSecrets forbid/);
const ENTRA = {
  tenant: "11111111-2222-3333-4444-555555555555",
  objectId: "66666666-7777-8888-9999-000000000000",
  appId: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
};

/** What an org forbids its identity provider to present; the way with assertions is open under both rules (assertions.test.ts). */
describe("an organization that forbids", () => {
  let lines: Readonly<Record<string, unknown>>[];
  let target: Target;
  let tenant: Tenant;

  beforeEach(async () => {
    lines = [];
    target = inProcessTarget(
      "token rules",
      testEndpoint(localStore(), (line) => lines.push(line)),
      1,
    );
    tenant = await target.org();
  });

  const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
    target.admin(method, `/orgs/${tenant.slug}${path}`, body);
  const set = async (changedRules: Readonly<Record<string, string | null>>): Promise<Json | undefined> => {
    const { status, json } = await admin("PATCH", "", { changedRules });
    expect(status).toBe(200);
    return at(json, "warnings");
  };
  const read = (as: Tenant): Promise<Answer> => as.request({ method: "GET", path: "/Users" });
  const withToken = (token: string): Tenant =>
    connect(target.transport, { slug: tenant.slug, tenantUrl: tenant.tenantUrl, token });

  async function newSecret(): Promise<string> {
    return String(at((await admin("POST", "/clients", {})).json, "clientSecret"));
  }

  function buy(secret: string): Promise<Answer> {
    return askToken(target, tenant.slug, { client_secret: secret });
  }

  function expectForbidden(answer: Answer, code: string, text: RegExp): void {
    expect(answer.status).toBe(403);
    expect(at(answer.json, "detail")).toMatch(text);
    expect(lines.at(-1)).toMatchObject({ status: 403, detailCode: code, org: tenant.slug });
  }

  test("tokens refuses a live one with the reason, and takes it again when it allows them: nothing is lost", async () => {
    const costs = async (): Promise<unknown> => {
      await read(tenant);
      const { ddbCalls, trips } = lines.at(-1) ?? {};
      return { ddbCalls, trips };
    };
    // The first use of a token leaves a mark.
    await read(tenant);
    await costs();
    await set({ bearerTokens: "forbidden" });
    expectForbidden(
      await read(tenant),
      "org.bearerTokens",
      /no longer takes secret tokens.*Workload Identity Federation/,
    );
    // The rule stands in the settings, which are read with the token.
    expect(lines.at(-1)).toMatchObject({ ddbCalls: 1, trips: 1 });
    await set({ bearerTokens: null });
    expect((await read(tenant)).status).toBe(200);
  });

  test("tokens tells its rule to nobody without a live token", async () => {
    await admin("POST", "/tokens/regenerate", {});
    await set({ bearerTokens: "forbidden" });
    const answer = await read(tenant);
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain("Workload");
  });

  test.each(["/tokens", "/tokens/rotate", "/tokens/regenerate"])("tokens makes none by POST %s", async (path) => {
    await set({ bearerTokens: "forbidden", liveTokens: "many" });
    const { status, json } = await admin("POST", path, {});
    expect({ status, code: at(json, "code") }).toEqual({ status: 409, code: "conflict.bearerTokens" });
    expect(at((await admin("GET", "/tokens")).json, "tokens")).toMatchObject([{ status: "live" }]);
  });

  test("tokens takes an access token bought with a client secret", async () => {
    await set({ bearerTokens: "forbidden" });
    const bought = await buy(await newSecret());
    expect(bought.status).toBe(200);
    expect((await read(withToken(String(at(bought.json, "access_token"))))).status).toBe(200);
  });

  test("client secrets sells no access token and takes none that was bought before, and makes no other secret", async () => {
    const secret = await newSecret();
    const bought = withToken(String(at((await buy(secret)).json, "access_token")));
    expect((await read(bought)).status).toBe(200);
    await set({ clientSecrets: "forbidden" });
    const refused = await buy(secret);
    expect({ status: refused.status, error: at(refused.json, "error") }).toEqual({
      status: 400,
      error: "unauthorized_client",
    });
    expect(at(refused.json, "error_description")).toMatch(/no longer takes client secrets/);
    expect(lines.at(-1)).toMatchObject({ why: "org.clientSecrets", tokenId: expect.any(String) });
    expectForbidden(await read(bought), "org.clientSecrets", /private_key_jwt/);
    const made = await admin("POST", "/clients", {});
    expect({ status: made.status, code: at(made.json, "code") }).toEqual({
      status: 409,
      code: "conflict.clientSecrets",
    });
    expect((await read(tenant)).status).toBe(200);
    await set({ clientSecrets: "allowed" });
    expect((await read(bought)).status).toBe(200);
  });

  test("the only way in is warned, and not one that has another", async () => {
    expect(await set({ clientSecrets: "forbidden" })).toEqual([]);
    expect(await set({ bearerTokens: "forbidden", clientSecrets: "allowed" })).toEqual([NO_WAY_IN]);
    await newSecret();
    expect(await set({ bearerTokens: "forbidden" })).toEqual([]);
    expect(await set({ clientSecrets: "forbidden" })).toEqual([NO_WAY_IN]);
    expect(at((await admin("GET", "")).json, "warnings")).toEqual([NO_WAY_IN]);
    const trusted = await admin("POST", "/trusts", { entra: ENTRA });
    expect(at(trusted.json, "warnings")).toEqual([]);
    expect(at((await admin("GET", "")).json, "warnings")).toEqual([]);
    await admin("DELETE", `/trusts/${at(trusted.json, "trust.id")}`);
    expect(at((await admin("GET", "")).json, "warnings")).toEqual([NO_WAY_IN]);
  });
});
