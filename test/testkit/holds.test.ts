import { expect, test } from "@jest/globals";
import { identityProviders } from "../../lib/testkit/idp/identityProviders.ts";
import {
  type IdentityProvider,
  type KitOrg,
  type KitRollcall,
  type ProviderName,
  ProviderRefused,
  startRollcall,
} from "../../lib/testkit/index.ts";

/** So many of the org's 48 people may go within an hour: fewer than 20 are never too many. */
const MAY_GO = 19;

const NAMES = Array.from({ length: 48 }, (_none, index) => `p${String(index).padStart(2, "0")}@example.com`);
const [LEAVING, STAYING] = [NAMES.slice(0, 24), NAMES.slice(24)];

/** What an administrator's slip makes a provider do to a directory, action by action. */
const SLIP: readonly ((provider: IdentityProvider) => Promise<unknown>)[] = [
  (provider) => provider.addMember("Crew", STAYING[22] ?? ""),
  ...LEAVING.slice(0, 5).map((name) => (provider: IdentityProvider) => provider.disable(name)),
  ...STAYING.map((name) => (provider: IdentityProvider) => provider.removeMember("All", name)),
  ...LEAVING.map((name) => (provider: IdentityProvider) => provider.remove(name)),
  (provider) => provider.removeGroup("Crew"),
  (provider) => provider.assign("late@example.com"),
  (provider) => provider.pushGroup("New", STAYING.slice(0, 3)),
];

async function hire(provider: IdentityProvider): Promise<void> {
  for (const name of NAMES) await provider.assign(name);
  await provider.pushGroup("All", NAMES);
  await provider.pushGroup("Crew", STAYING.slice(0, 20));
}

async function list({ tenantUrl, token }: KitOrg, path: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${tenantUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const { Resources } = (await response.json()) as { Resources: Record<string, unknown>[] };
  return Resources;
}

/** Who is there and active, and which groups have whom, in words of no id. */
async function directoryOf(org: KitOrg): Promise<unknown> {
  const users = await list(org, "/Users?count=200");
  const names = new Map(users.map(({ id, userName }) => [id, userName]));
  const groups = await list(org, "/Groups?count=200");
  return {
    users: users.map(({ userName, active }) => `${userName} ${active}`).sort(),
    groups: groups
      .map(({ displayName, members = [] }) => {
        const of = (members as { value: string }[]).map(({ value }) => names.get(value) ?? value);
        return { displayName, members: of.sort() };
      })
      .sort((left, right) => String(left.displayName).localeCompare(String(right.displayName))),
  };
}

async function orgWith(rollcall: KitRollcall, name: string, rule: "tell" | "hold"): Promise<KitOrg> {
  const org = await rollcall.org(name);
  await rollcall.admin("PATCH", `orgs/${name}`, { changedRules: { massChange: rule } });
  return org;
}

/** What the log says of the hold. */
async function eventsOf({ url }: KitRollcall, { name, key }: KitOrg): Promise<Record<string, unknown>[]> {
  const address = `${url}/app/v1/orgs/${name}/events?types=org.held,org.updated&limit=1000`;
  const response = await fetch(address, { headers: { Authorization: `Bearer ${key}` } });
  const { events } = (await response.json()) as { events: Record<string, unknown>[] };
  return events.filter(({ type, changed }) => type === "org.held" || String(changed) === "hold");
}

/** Carries everything out that succeeds. @returns what a later cycle has to do */
async function carryOut(provider: IdentityProvider, actions: typeof SLIP): Promise<(typeof SLIP)[number][]> {
  const left: (typeof SLIP)[number][] = [];
  for (const action of actions) {
    try {
      await action(provider);
    } catch (error) {
      if (!(error instanceof ProviderRefused) || error.status !== 503) throw error;
      expect(error.detail).toContain("Removals are held for this organization");
      left.push(action);
    }
  }
  return left;
}

test.each<ProviderName>(["entra", "okta"])(
  "%s meets a hold, and after its release ends with the directory that it has without one",
  async (name) => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    await using rollcall = await startRollcall({ log: (line) => lines.push(line) });
    const [free, guarded] = [await orgWith(rollcall, "free", "tell"), await orgWith(rollcall, "guarded", "hold")];
    const unguarded = rollcall.idp.of({ ...free, provider: name });
    await hire(unguarded);
    expect(await carryOut(unguarded, SLIP)).toEqual([]);
    await unguarded.nightlyCycle();

    const provider = rollcall.idp.of({ ...guarded, provider: name });
    await hire(provider);
    const before = lines.length;
    const left = await carryOut(provider, SLIP);
    const served = lines.slice(before).filter(({ type }) => type === "scim.request");
    expect(left.length).toBeGreaterThan(4);
    expect(served.filter(({ op, status }) => op === "users.delete" && status === 204).length).toBeLessThanOrEqual(
      MAY_GO,
    );
    const removed = served.reduce((sum, { membersRemoved = 0 }) => sum + Number(membersRemoved), 0);
    expect(removed).toBeLessThanOrEqual(MAY_GO);
    // Deactivations went through, and what only adds.
    expect(served.filter(({ deactivated }) => deactivated === 1).length).toBeGreaterThanOrEqual(5);
    expect(lines.filter(({ type }) => type === "org.held")).toHaveLength(1);

    expect(await rollcall.admin("GET", "orgs/guarded/hold")).toMatchObject({ status: "held" });
    await rollcall.admin("POST", "orgs/guarded/hold/release", {});
    expect(await carryOut(provider, left)).toEqual([]);
    const { failures } = await provider.nightlyCycle();
    expect(failures).toEqual([]);
    expect(await directoryOf(guarded)).toEqual(await directoryOf(free));
    await rollcall.settled();
    expect(await eventsOf(rollcall, guarded)).toEqual(
      [
        { type: "org.held", resource: "hold", version: 1, after: expect.objectContaining({ limit: MAY_GO }) },
        { type: "org.updated", changed: ["hold"], after: { hold: expect.objectContaining({ decision: "released" }) } },
      ].map((event) => expect.objectContaining(event)),
    );
  },
);

test("Okta's own repeats carry the removal out that was held, as soon as it is released", async () => {
  await using rollcall = await startRollcall();
  const org = await orgWith(rollcall, "acme", "hold");
  const waits: number[] = [];
  const { idp } = identityProviders({
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      rollcall.clock.advance(milliseconds);
      if (waits.length === 2) await rollcall.admin("POST", "orgs/acme/hold/release", { hours: 1 });
    },
  });
  const provider = idp.okta(org);
  await hire(provider);
  const outcome = await provider.removeGroup("All");
  expect(outcome.exchanges.map(({ status }) => status)).toEqual([503, 503, 204]);
  expect(waits).toEqual([600_000, 600_000]);
});
