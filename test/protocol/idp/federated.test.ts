import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { OAuthEndpoint } from "../../../functions/http/oauth.ts";
import type { AdminEndpoint } from "../../../functions/http/signed/admin.ts";
import { askToken } from "../../support/askToken.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { type Issuer, type SigningKey, signed, signingKey, startIssuer } from "../../support/issuer.ts";
import { localStore } from "../../support/localStore.ts";
import type { Target } from "../../support/target.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { localIssuerKeys, makeTrust } from "../../support/trusts.ts";
import { type Answer, at, connect, type Tenant } from "../../support/wire.ts";
import { recorded } from "./recorded.ts";
import { replays } from "./replays.ts";

/** What Entra sends and wants of the answer, restated from Microsoft's own pages, which it names. */
interface Federated {
  readonly sources: Readonly<Record<string, string>>;
  readonly trust: Readonly<{ issuer: string; subject: string; tenant: string; audiences: readonly string[] }>;
  readonly header: Readonly<Record<string, string>>;
  readonly clients: readonly Client[];
  /** Seconds. */
  readonly assertionLife: number;
  readonly answer: Readonly<{ leastLife: number; longestLife: number }>;
  readonly firstRead: string;
}

interface Client {
  readonly note: string;
  readonly source: string;
  /** In the order in which it sends them. */
  readonly form: readonly (readonly [string, string])[];
  readonly claims: Readonly<Record<string, string>>;
}

const FILE = new URL("federated.json", import.meta.url);
const FEDERATED = JSON.parse(readFileSync(FILE, "utf8")) as Federated;
const IDS = {
  tenant: "ce5f061f-abe6-4e40-9615-301f87bcb7f0",
  object: "0f6d2a38-1d0e-4f3f-9a4b-3a1c5b7d9e11",
  app: "b5ba7a93-4452-4522-aeb4-a2b5da870c16",
  workload: "d2f8ee76-c549-45b8-a143-f5b640669704",
};
type Endpoint = AdminEndpoint & OAuthEndpoint;
const MINUTE = 60_000;
/** Between two requests, so that the shortest script outlives its first access token. */
const PAUSE = 25 * MINUTE;

let issuer: Issuer;
let target: Target;
let later = 0;
const store = localStore();
const now = () => Date.now() + later;

beforeAll(async () => {
  issuer = await startIssuer();
  const endpoint: Endpoint = { ...testEndpoint(store), now, issuerKeys: localIssuerKeys() };
  target = inProcessTarget("federated", endpoint, 1);
});
afterAll(() => issuer.close());

function filled<T>(value: T, names: Readonly<Record<string, string>>): T {
  const known = { ...IDS, ...names } as Readonly<Record<string, string>>;
  return JSON.parse(JSON.stringify(value).replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(known[name]))) as T;
}

/** An org that takes nothing but assertions. */
async function secretless(rules?: Parameters<Target["org"]>[0]): Promise<Tenant> {
  const org = await target.org(rules);
  await makeTrust(store, org.slug, {
    ...{ kind: "federated", keysUrl: issuer.keysUrl },
    ...filled(FEDERATED.trust, {}),
  });
  const changedRules = { ...rules?.changed, bearerTokens: "forbidden", clientSecrets: "forbidden" };
  expect((await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules })).status).toBe(200);
  return org;
}

function buy(client: Client, org: Tenant, key: SigningKey): Promise<Answer> {
  const iat = Math.floor(now() / 1_000);
  const times = { iat, nbf: iat, exp: iat + FEDERATED.assertionLife };
  const assertion = signed(key, { ...filled(client.claims, {}), ...times }, FEDERATED.header);
  const form = filled(client.form, { clientId: org.slug, tenantUrl: org.tenantUrl, assertion });
  return askToken(target, org.slug, form.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&"));
}

describe("a token request as Entra sends it", () => {
  test.each(FEDERATED.clients)("$note, opens SCIM where tokens and client secrets are forbidden", async (client) => {
    expect(FEDERATED.sources[client.source]).toMatch(/^https:\/\/github\.com\/AzureAD\/SCIMReferenceCode\//);
    const key = signingKey("of-today");
    issuer.publish(key);
    later += 2 * MINUTE;
    const org = await secretless();
    expect((await org.request({ method: "GET", path: FEDERATED.firstRead })).status).toBe(403);
    const granted = await buy(client, org, key);
    const scope = client.form.find(([name]) => name === "scope")?.[1];
    expect([granted.status, at(granted.json, "token_type"), at(granted.json, "scope")]).toEqual([200, "Bearer", scope]);
    expect(at(granted.json, "expires_in")).toBeGreaterThanOrEqual(FEDERATED.answer.leastLife);
    expect(at(granted.json, "expires_in")).toBeLessThanOrEqual(FEDERATED.answer.longestLife);
    const opened = connect(target.transport, { ...org, token: String(at(granted.json, "access_token")) });
    expect((await opened.request({ method: "GET", path: FEDERATED.firstRead })).status).toBe(200);
  });
});

/** Whose access token runs out every hour, and whose issuer has another key each time. */
function federatedTarget(seen: { renewals: number }): Target {
  const client = FEDERATED.clients[1] as Client;
  let [key, count] = [signingKey("key-0"), 0];
  async function renewed(org: Tenant): Promise<Tenant> {
    count += 1;
    const next = signingKey(`key-${count}`, "RS256", count % 2);
    issuer.publish(next, key);
    key = next;
    const granted = await buy(client, org, key);
    if (granted.status !== 200) throw new Error(`no access token: ${granted.status} ${granted.text}`);
    return connect(target.transport, { ...org, token: String(at(granted.json, "access_token")) });
  }
  return {
    ...target,
    org: async (rules) => {
      const org = await secretless(rules);
      later += PAUSE;
      let current = renewed(org);
      const { token } = await current;
      return {
        ...{ slug: org.slug, tenantUrl: org.tenantUrl, token },
        request: async (input) => {
          later += PAUSE;
          const used = current;
          const answer = await (await used).request(input);
          if (answer.status !== 401) return answer;
          if (used === current) {
            seen.renewals += 1;
            current = renewed(org);
          }
          return (await current).request(input);
        },
      };
    },
  };
}

describe("what Entra provisions with access tokens of its assertions, its keys rotating in the middle", () => {
  const seen = { renewals: 0 };
  const scripts = recorded().filter(({ client, steps }) => client.startsWith("entra") && (steps?.length ?? 0) > 2);
  for (const check of replays(scripts)) {
    test(check.name, async () => {
      expect(await check.run(federatedTarget(seen))).toEqual([]);
    });
  }
  test("meets many an access token that ran out, and a key that is new each time", () => {
    expect(scripts.length).toBeGreaterThan(5);
    expect(seen.renewals).toBeGreaterThan(scripts.length);
    // Each renewal was signed with a key that nobody had seen before.
    expect(issuer.asked.length).toBeGreaterThan(seen.renewals);
  });
});
