import { expect, test } from "@jest/globals";
import { createClient } from "../../lib/client/index.ts";
import { type KitOrg, type KitRollcall, ProviderRefused, startRollcall } from "../../lib/testkit/index.ts";

/** What the identity provider's side of the server has, by a client that is no provider. */
async function scim({ tenantUrl, token }: KitOrg, method: string, path: string, body?: unknown) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(tenantUrl + path, { method, headers, ...text, signal: AbortSignal.timeout(10_000) });
  const json: unknown = response.status === 204 ? undefined : await response.json();
  return { status: response.status, json };
}

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const PROVIDERS = {
  entra: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.entra(org),
  okta: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.okta(org),
  "okta's wizard": (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.okta(org, { app: "wizard" }),
  onelogin: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.onelogin(org),
};

test("a user who is deleted in Entra or OneLogin is gone, and in Okta inactive; the name is taken up again under the id that is left", async () => {
  const after: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(PROVIDERS)) {
    await using rollcall = await startRollcall();
    const acme = await rollcall.org();
    const provider = make(rollcall, acme);
    const ada = await provider.assign("ada@example.com");
    await provider.remove(ada);
    expect(provider.users).toEqual([]);
    const { status, json } = await scim(acme, "GET", `/Users/${ada.id}`);
    const again = await provider.assign("ada@example.com");
    after[name] = { status, again: again.id === ada.id, active: again.active };
    if (status === 200) expect(json).toMatchObject({ active: false });
  }
  expect(after).toEqual({
    entra: { status: 404, again: false, active: true },
    okta: { status: 200, again: true, active: true },
    "okta's wizard": { status: 200, again: true, active: true },
    onelogin: { status: 404, again: false, active: true },
  });
});

test("a user who is there already is taken over: the same id, the provider's values, active", async () => {
  for (const make of Object.values(PROVIDERS)) {
    await using rollcall = await startRollcall();
    const acme = await rollcall.org();
    const earlier = rollcall.idp.okta(acme);
    const ada = await earlier.assign({ userName: "ada@example.com", givenName: "Augusta", familyName: "Byron" });
    await earlier.disable(ada);
    const provider = make(rollcall, acme);
    const taken = await provider.assign({ userName: "Ada@example.com", givenName: "Ada", familyName: "King" });
    expect(taken.id).toBe(ada.id);
    expect((await scim(acme, "GET", `/Users/${ada.id}`)).json).toMatchObject({
      active: true,
      name: { givenName: "Ada", familyName: "King" },
    });
  }
});

test("a cycle corrects what somebody changed at the server, and creates anew whom somebody deleted there", async () => {
  for (const [name, make] of Object.entries(PROVIDERS)) {
    await using rollcall = await startRollcall();
    const acme = await rollcall.org();
    const provider = make(rollcall, acme);
    const [ada, grace] = [await provider.assign("ada@example.com"), await provider.assign("grace@example.com")];
    const sales = await provider.pushGroup("Sales", [ada, grace]);
    const operation = { op: "replace", path: "name.familyName", value: "Somebody Else" };
    const change = { schemas: [PATCH_OP], Operations: [operation] };
    await scim(acme, "PATCH", `/Users/${ada.id}`, change);
    const remove = { schemas: [PATCH_OP], Operations: [{ op: "remove", path: `members[value eq "${ada.id}"]` }] };
    await scim(acme, "PATCH", `/Groups/${sales.id}`, remove);
    // Okta does not look for those whom it has provisioned.
    const forgets = !name.startsWith("okta");
    if (forgets) await scim(acme, "DELETE", `/Users/${grace.id}`);
    expect((await provider.nightlyCycle()).failures).toEqual([]);
    const members = provider.users
      .map(({ id }) => ({ value: id }))
      .sort((a, b) => `${a.value}`.localeCompare(`${b.value}`));
    expect((await scim(acme, "GET", `/Users/${ada.id}`)).json).toMatchObject({ name: { familyName: ada.familyName } });
    expect((await scim(acme, "GET", `/Groups/${sales.id}`)).json).toMatchObject({
      members: expect.arrayContaining(members.map((one) => expect.objectContaining(one))),
    });
    expect(provider.users.find(({ userName }) => userName === grace.userName)?.id === grace.id).toBe(!forgets);
  }
});

test("a directory has a name once: nobody is renamed over another, and nothing is sent", async () => {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org();
  for (const [name, make] of Object.entries(PROVIDERS)) {
    const provider = make(rollcall, acme);
    const [ada, grace] = [await provider.assign(`ada@${name[0]}.test`), await provider.assign(`grace@${name[0]}.test`)];
    const [sales, help] = [await provider.pushGroup(`${name} 1`, [ada]), await provider.pushGroup(`${name} 2`)];
    const before = { sent: provider.exchanges.length, users: provider.users, groups: provider.groups };
    await expect(provider.rename(grace, { userName: ada.userName.toUpperCase() })).rejects.toThrow(/rename or remove/);
    await expect(provider.renameGroup(help, sales.name)).rejects.toThrow(/rename or remove/);
    expect({ sent: provider.exchanges.length, users: provider.users, groups: provider.groups }).toEqual(before);
  }
});

test("a group whose new name was refused keeps its link, and the next cycle sends the name again", async () => {
  await using rollcall = await startRollcall();
  const acme = await rollcall.org();
  for (const name of ["entra", "onelogin"] as const) {
    const [provider, other] = [PROVIDERS[name](rollcall, acme), rollcall.idp.okta(acme)];
    const sales = await provider.pushGroup(name, [await provider.assign(`ada@${name}.test`)]);
    await other.pushGroup(`${name} taken`);
    await expect(provider.renameGroup(sales, `${name} taken`)).rejects.toThrow(ProviderRefused);
    await other.removeGroup(`${name} taken`);
    await provider.nightlyCycle();
    expect(provider.groups).toMatchObject([{ id: sales.id, name: `${name} taken` }]);
    const { json } = await scim(acme, "GET", `/Groups?filter=${encodeURIComponent(`displayName sw "${name}"`)}`);
    expect(json).toMatchObject({ totalResults: 1, Resources: [{ id: sales.id, displayName: `${name} taken` }] });
  }
});

test.each(Object.entries(PROVIDERS))(
  "what %s could not take away stays through a cycle, until asked again",
  async (_name, make) => {
    await using rollcall = await startRollcall();
    const acme = await rollcall.org();
    const provider = make(rollcall, acme);
    const user = await provider.assign();
    await provider.pushGroup("Crew", [user]);
    const takeAway = [() => provider.unassign(user), () => provider.removeGroup("Crew")];
    await rollcall.admin("POST", "orgs/acme/pause", { reason: "checking" });
    for (const step of takeAway) await expect(step()).rejects.toThrow(ProviderRefused);
    await rollcall.admin("DELETE", "orgs/acme/pause");
    await provider.nightlyCycle();
    const client = createClient(rollcall.clientOptions(acme));
    const gate = () => client.gate({ org: "acme", userName: user.userName });
    expect(await gate()).toMatchObject({ member: true, teams: [{ displayName: "Crew" }] });
    for (const step of takeAway) await step();
    expect(await gate()).toMatchObject({ member: false, teams: [] });
  },
);

test("a refusal says what was refused and why, comes again in each cycle, and hits nobody else", async () => {
  await using rollcall = await startRollcall();
  const entra = rollcall.idp.entra(await rollcall.org());
  const ada = await entra.assign("ada@example.com");
  await entra.assign("grace@example.com");
  const refused = await entra.rename(ada, { userName: "countess@example.com" }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProviderRefused);
  expect(refused).toMatchObject({
    status: 400,
    scimType: "mutability",
    detail: expect.stringContaining("Only during object creation"),
    exchange: { method: "PATCH", path: `/Users/${ada.id}` },
    exchanges: [{ method: "GET" }, { method: "PATCH" }],
  });
  const { failures, users } = await entra.nightlyCycle();
  expect(failures.map(({ name }) => name)).toEqual(["ProviderRefused"]);
  expect(users.map(({ id }) => id)).toContain(ada.id);
  await expect(entra.addMember("Nobody pushed it", ada)).rejects.toThrow(TypeError);
});
