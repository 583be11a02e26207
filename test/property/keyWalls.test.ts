import { beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Declaration } from "../../functions/http/signed/declarations/declaration.ts";
import { hashToken } from "../../functions/provisioning/token.ts";
import { appKeys } from "../../functions/store/keys.ts";
import { byKey, neededScope } from "../protocol/calls/everyCall.ts";
import { CALLS, OPERATIONS } from "../protocol/calls/operations.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf, SEED } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

/**
 * Two organizations, each with something on both sides; whichever key is presented for whichever operation on whichever of
 * the two, the answer is the one that scope and org of the key say, and nothing of an org that the key does not open changes.
 */
const ORGS = ["one", "two"] as const;
type OrgName = (typeof ORGS)[number];
const SCOPES = ["directory.read", "directory.write", "admin"] as const;
/** By its login name, by its id, or spelled as nobody's. */
const NAMED = ["slug", "slug", "slug", "id", "id", "shouted", "unknown"] as const;

const store = localStore();
let target: Target;
const tenants = new Map<OrgName, Tenant>();
const keys = new Map<string, string>();
const owned = new Map<OrgName, ReadonlyMap<string, string>>();

beforeAll(async () => {
  target = inProcessTarget("memory", testEndpoint(store), 1);
  for (const name of ORGS) {
    const tenant = await target.org();
    tenants.set(name, tenant);
    for (const scope of SCOPES) {
      const { json } = await target.admin("POST", "/app-keys", { scope, org: tenant.slug });
      keys.set(`${name} ${scope}`, String(at(json, "secretKey")));
    }
    const trusted = await target.admin("POST", `/orgs/${tenant.slug}/trusts`, {
      federated: {
        ...{
          issuer: "https://login.microsoftonline.com/common",
          subject: `sync of ${name}`,
          audiences: ["api://scim"],
        },
        keysUrl: "https://login.microsoftonline.com/common/discovery/v2.0/keys",
      },
    });
    expect(trusted.status).toBe(201);
    const user = await target.directory("POST", `/orgs/${tenant.slug}/users`, { userName: `ada of ${name}` });
    const team = await target.directory("POST", `/orgs/${tenant.slug}/teams`, { displayName: `team of ${name}` });
    const ids = { user: String(at(user.json, "id")), team: String(at(team.json, "id")) };
    owned.set(name, new Map(Object.entries(ids)));
  }
  for (const scope of ["directory.read", "directory.write"]) {
    const { json } = await target.admin("POST", "/app-keys", { scope });
    keys.set(`every ${scope}`, String(at(json, "secretKey")));
  }
});

const found = <K, V>(map: ReadonlyMap<K, V>, key: K): V => {
  const value = map.get(key);
  if (value === undefined) throw new Error(`there is no ${key}`);
  return value;
};

function nameOf(org: OrgName, named: (typeof NAMED)[number]): string {
  const { slug, token } = found(tenants, org);
  return { slug, id: token.split("_")[1] ?? "", shouted: slug.toUpperCase(), unknown: "nobody" }[named];
}

/** Everything that is stored of an org but when its keys were used: settings, tokens, and both sides. */
async function storedOf(org: OrgName): Promise<string> {
  const { slug } = found(tenants, org);
  const answers = await Promise.all([
    ...["", "/tokens", "/clients", "/trusts", "/domains", "/users", "/teams"].map((path) =>
      target.admin("GET", `/orgs/${slug}${path}`),
    ),
    ...["/users", "/teams"].map((path) => target.directory("GET", `/orgs/${slug}${path}`)),
    ...["managed", "unmanaged"].map((side) => target.admin("GET", `/orgs/${slug}/data/export/${side}/users`)),
  ]);
  return answers.map(({ text }) => text).join("\n");
}

/** What keys of these scopes open comes more often, so that few calls are enough to meet one that is let through. */
const OPENED = CALLS.filter(([name]) => {
  const needed = neededScope({ name, declaration: found<string, Declaration>(OPERATIONS, name) });
  return SCOPES.some((scope) => scope === needed);
});

const call = fc.record({
  operation: fc.constantFrom(
    ...[...CALLS, ...OPENED, ...OPENED].map(([name, example]) => ({ name, body: example?.body })),
  ),
  key: fc.constantFrom(
    "one directory.read",
    "one directory.write",
    "one admin",
    "one admin",
    "one admin",
    "every directory.read",
    "every directory.write",
  ),
  org: fc.constantFrom("one", ...ORGS),
  named: fc.constantFrom(...NAMED),
  /** Whose things the rest of the path names. */
  things: fc.constantFrom(...ORGS),
});

test("two orgs, every operation, every key: scope and org decide, and of the other org nothing shows and nothing changes", async () => {
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(call, async ({ operation: { name, body }, key, org, named, things }) => {
      const declaration = found<string, Declaration>(OPERATIONS, name);
      const ids = found(owned, things);
      const values = new Map([
        ...ids,
        ["org", nameOf(org, named)],
        ["userId", found(ids, "user")],
        ["side", "unmanaged"],
      ]);
      const ofTeam = declaration.path.includes("/teams/");
      const path = declaration.path.replace(/\{(\w+)\}/g, (_place, one: string) =>
        encodeURIComponent(values.get(one) ?? found(ids, ofTeam ? "team" : "user")),
      );
      const before = await storedOf("two");
      const answer = await byKey(
        target,
        { name, declaration, path: `/${path}`, org: undefined, body },
        found(keys, key),
      );
      const code = at(answer.json, "code");
      const [whose = "", scope = ""] = key.split(" ");
      const needed = neededScope({ name, declaration });
      const reads = scope === "directory.read" || scope === "directory.write";
      const opens = needed === scope || (needed === "directory.read" && reads);
      const mine =
        whose === "every"
          ? named !== "unknown" && named !== "shouted"
          : org === whose && ["slug", "id"].includes(named);
      if (needed === "common") {
        expect(answer.status === 403).toBe(!reads);
      } else if (needed === "everyOrg" && whose === "every") {
        expect(answer.status === 403).toBe(declaration.method !== "GET" && scope !== "directory.write");
      } else if (needed === "operator" || needed === "everyOrg") {
        expect([answer.status, ["scope.operator", "scope.needed"].includes(String(code))]).toEqual([403, true]);
      } else if (!opens) {
        expect([answer.status, code]).toEqual([403, "scope.needed"]);
      } else if (!mine && whose === "every") {
        // The question is read before its org is looked up, as by signed calls.
        expect([400, 404]).toContain(answer.status);
      } else if (!mine) {
        expect([answer.status, code]).toEqual([404, "notFound.org"]);
      } else {
        expect([401, 403].includes(answer.status) || code === "notFound.org").toBe(false);
        opened += 1;
      }
      if (whose === "one") {
        expect(await storedOf("two")).toBe(before);
        expect(answer.text).not.toContain("of two");
        expect(answer.text).not.toContain(found(tenants, "two").slug);
      }
    }),
    { numRuns: amountOf("keyWalls"), seed: SEED },
  );
  expect(opened).toBeGreaterThan(0);
  // What was presented all the time is kept as a hash.
  const { database } = store.begin();
  for (const key of keys.values()) {
    expect(JSON.stringify(await database.get(appKeys.presented(hashToken(key))))).not.toContain(key.slice(12));
  }
}, 3_600_000);
