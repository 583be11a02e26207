import { beforeEach, describe, expect, test } from "@jest/globals";
import type { TxtAnswer } from "../../functions/provisioning/domains.ts";
import { describeStep } from "../../functions/provisioning/events/describe.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { keyText } from "../../functions/store/keys.ts";
import { NOTHING_LOGGED } from "../../functions/store/logTransaction.ts";
import { createStore } from "../../functions/store/session.ts";
import { readStep } from "../../functions/store/steps.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundInAllOrgs } from "../support/invariants.ts";
import { localStore } from "../support/localStore.ts";
import { expectStatus } from "../support/org.ts";
import { PlainTable } from "../support/plainTable.ts";
import type { OrgRules } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const NOBODY = "u1111111111111111111111";

const store = localStore();
const lines: Readonly<Record<string, unknown>>[] = [];
let published: TxtAnswer = { failure: "missing" };
const endpoint = {
  ...testEndpoint(store, (line) => lines.push(line)),
  resolveTxt: async () => published,
};
const target = inProcessTarget("memory", endpoint, 1);

let org: Tenant;
let directory: (method: string, path: string, body?: unknown) => Promise<Answer>;

async function begin(changed: OrgRules["changed"], ...domains: string[]): Promise<void> {
  org = await target.org({ preset: "open", changed });
  directory = (method, path, body) => target.directory(method, `/orgs/${org.slug}${path}`, body);
  for (const domain of domains) await verify(domain);
}

async function verify(domain: string): Promise<void> {
  const { json } = await target.admin("POST", `/orgs/${org.slug}/domains`, { domain });
  published = { records: [String(at(at(json, "record"), "value"))] };
  expect((await target.admin("POST", `/orgs/${org.slug}/domains/${encodeURIComponent(domain)}/verify`)).status).toBe(
    200,
  );
}

async function own(userName: string, more: JsonObject = {}): Promise<string> {
  const { json, status } = await directory("POST", "/users", { userName, ...more });
  expect(status).toBe(201);
  return String(at(json, "id"));
}

const create = (body: JsonObject) => org.request({ method: "POST", path: "/Users", body });
const pushed = (userName: string, more: JsonObject = {}) => create({ ...ordinaryUser(userName), userName, ...more });
const work = (...values: string[]) => ({ emails: values.map((value) => ({ value, type: "work" })) });
const userOf = async (id: string) => (await directory("GET", `/users/${id}`)).json;
const bent = () => lines.findLast(({ op }) => op === "users.create")?.bent ?? {};

beforeEach(() => {
  lines.length = 0;
});

describe("by userName", () => {
  beforeEach(() => begin({ adoption: "userName" }, "acme.example"));

  test("F6: the user keeps id, creation time and the application's teams, and is the identity provider's from then on", async () => {
    const id = await own("Ada@acme.example", { displayName: "Ada", emails: [{ value: "ada@old.example" }] });
    const before = await userOf(id);
    const team = String(at((await directory("POST", "/teams", { displayName: "Crew" })).json, "id"));
    expect((await directory("PUT", `/teams/${team}/members/${id}`)).status).toBe(200);
    const other = await own("bob@acme.example");

    const adopted = await pushed("ada@ACME.example", {
      externalId: "00u1",
      title: "Countess",
      ...work("ada@acme.example"),
    });
    expect(adopted.status).toBe(201);
    expect(adopted.json).toMatchObject({ id, userName: "ada@ACME.example", title: "Countess", active: true });
    expect(at(at(adopted.json, "meta"), "version")).toBe('W/"2"');
    expect(at(at(adopted.json, "meta"), "created")).toBe(at(before, "created"));
    expect(adopted.headers.location).toMatch(new RegExp(`/Users/${id}$`));
    expect(lines.at(-1)).toMatchObject({ op: "users.create", adopted: 1, resourceId: id });

    // What the identity provider did not send is gone, as after its PUT.
    expect(await userOf(id)).toMatchObject({ managed: true, emails: [{ value: "ada@acme.example" }] });
    expect((await directory("DELETE", `/users/${id}`)).status).toBe(409);
    expect((await directory("PATCH", `/users/${id}`, { displayName: "x" })).status).toBe(409);
    expect(await userOf(other)).toMatchObject({ managed: false });
    const members = await directory("GET", `/teams/${team}/members`);
    expect(members.json).toMatchObject({ members: [{ id, managed: true, active: true }] });
    const access = await directory("GET", "/access?userName=ada%40acme.example");
    expect(access.json).toMatchObject({ member: true, user: { id }, teams: [{ id: team, managed: false }] });
    expect((await directory("GET", `/access?email=ada%40old.example`)).json).toMatchObject({ reason: "noSuchUser" });
    const found = await org.request({ method: "GET", path: '/Users?filter=externalId eq "00u1"' });
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect((await directory("GET", `/deleted/${id}`)).status).toBe(404);
    expect((await directory("GET", "/users")).json).toMatchObject({ users: [{ id }, { id: other }] });
  });

  test("an adopted user lives as any managed one: deactivated it is no member, deleted it is gone from the application's team", async () => {
    const id = await own("eve");
    const team = String(at((await directory("POST", "/teams", { displayName: "Crew" })).json, "id"));
    await directory("PUT", `/teams/${team}/members/${id}`);
    await pushed("eve");
    const group = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "G",
      members: [{ value: id }],
    };
    expect((await org.request({ method: "POST", path: "/Groups", body: group })).json).toMatchObject({
      members: [{ value: id }],
    });
    const off = { schemas: [USER], userName: "eve", active: false };
    expect((await org.request({ method: "PUT", path: `/Users/${id}`, body: off })).status).toBe(200);
    expect((await directory("GET", `/teams/${team}/members`)).json).toEqual({ members: [] });
    expect((await directory("GET", "/access?userName=eve")).json).toMatchObject({ member: false, reason: "inactive" });
    expect((await org.request({ method: "DELETE", path: `/Users/${id}` })).status).toBe(204);
    expect((await directory("GET", `/deleted/${id}`)).json).toMatchObject({ managed: true });
    expect((await directory("GET", `/teams/${team}/members?include=inactive`)).json).toEqual({ members: [] });
    // Nothing of the former user stands in the way of a new one on either side.
    const again = await own("eve");
    expect(again).not.toBe(id);
    expect(at((await pushed("eve")).json, "id")).toBe(again);
  });

  test("a name without an @ needs no domain; an address needs its own one, verified", async () => {
    const ids = {
      plain: await own("plain"),
      verified: await own("ada@acme.example"),
      foreign: await own("joe@mail.example"),
      below: await own("sub@mail.acme.example"),
      twice: await own("joe@mail.example@acme.example"),
    };
    expect(at((await pushed("PLAIN")).json, "id")).toBe(ids.plain);
    expect(bent()).toEqual({});
    expect(at((await pushed("ada@acme.example")).json, "id")).toBe(ids.verified);
    for (const [name, id] of [
      ["joe@mail.example", ids.foreign],
      // The same key, in which a wide @ hides.
      ["sub＠mail.acme.example", ids.below],
      ["joe@mail.example@acme.example", ids.twice],
    ] as const) {
      const made = await pushed(name);
      expect([made.status, at(made.json, "id") === id]).toEqual([201, false]);
      expect(bent()).toMatchObject({ adoptionDomain: 1 });
      expect(await userOf(id)).toMatchObject({ managed: false });
    }
  });

  test("two names with one key may be of two domains: the one that the application wrote has to be verified too", async () => {
    await verify("ωσ.example");
    const ids = [await own("joe@ως.example"), await own("ada@ωσ.example")];
    expect(at((await pushed("joe@ωσ.example")).json, "id")).not.toBe(ids[0]);
    expect(bent()).toMatchObject({ adoptionDomain: 1 });
    expect((await pushed("ada@ως.example")).status).toBe(201);
    expect(bent()).toMatchObject({ adoptionDomain: 1 });
    for (const id of ids) expect(await userOf(id)).toMatchObject({ managed: false });
  });

  test("a user who is managed already stays the one with the name: 409 on both sides, and nothing done", async () => {
    const managed = String(at((await pushed("ada")).json, "id"));
    const again = await pushed("ADA");
    expect(again.json).toMatchObject({ status: "409", scimType: "uniqueness" });
    const ours = await directory("POST", "/users", { userName: "Ada" });
    expect([ours.status, at(ours.json, "code")]).toEqual([409, "uniqueness.userName"]);
    expect(lines.at(-1)?.holderIds).toEqual([managed]);
    const linked = await directory("POST", "/users", { userName: "Ada", applicationId: "4711" });
    expect([linked.status, at(linked.json, "code")]).toEqual([409, "uniqueness.userName"]);
    expect((await directory("GET", "/users?applicationId=4711")).json).toMatchObject({ users: [] });
    // Outside the verified domains the two ecosystems are as ever.
    expect((await pushed("joe@mail.example")).status).toBe(201);
    expect((await directory("POST", "/users", { userName: "joe@mail.example" })).status).toBe(201);
  });

  test("somebody adopted as inactive was a member, and counts as deactivated", async () => {
    const id = await own("kay");
    expect((await pushed("kay", { active: false })).json).toMatchObject({ id, active: false });
    expect(lines.at(-1)).toMatchObject({ adopted: 1, deactivated: 1 });
    expect((await directory("GET", "/access?userName=kay")).json).toMatchObject({ reason: "inactive" });
  });

  test("/Bulk adopts as a single request does, and never removes whom it adopted", async () => {
    const [first, second] = [await own("ann"), await own("ben")];
    const post = (userName: string, bulkId: string, more: JsonObject = {}) => ({
      method: "POST",
      path: "/Users",
      bulkId,
      data: { schemas: [USER], userName, ...more },
    });
    const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const managedBy = { [enterprise]: { manager: { value: "bulkId:boss" } } };
    const answer = await org.request({
      method: "POST",
      path: "/Bulk",
      body: {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        // The second one waits for somebody who cannot be made.
        Operations: [post("ann", "a"), post("ben", "b", managedBy), post("", "boss")],
      },
    });
    expect(answer.json).toMatchObject({
      Operations: [
        { status: "201", location: expect.stringContaining(first) },
        { status: "503", location: expect.stringContaining(second) },
        { status: "400" },
      ],
    });
    expect(await userOf(second)).toMatchObject({ managed: true, userName: "ben" });
    expect(lines.findLast(({ op }) => op === "bulk.run")).toMatchObject({ adopted: 2 });
  });

  test("one who has too many addresses to be moved in one step stays as it was: 409", async () => {
    const many = (which: string) => ({
      emails: Array.from({ length: 50 }, (_, n) => ({ value: `${which}${n}@x.example` })),
    });
    const id = await own("max", many("a"));
    const refused = await pushed("max", many("b"));
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining("Nothing was changed")]);
    expect(await userOf(id)).toMatchObject({ managed: false });
    expect(at((await pushed("max", work("max@acme.example"))).json, "id")).toBe(id);
  });

  test("what the rule requires of new users it requires of adopted ones", async () => {
    const id = await own("zoe");
    await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { workEmailRequired: true } });
    expect((await create({ schemas: [USER], userName: "zoe" })).status).toBe(400);
    expect(await userOf(id)).toMatchObject({ managed: false });
  });
});

describe("by e-mail", () => {
  beforeEach(() => begin({ adoption: "email" }, "acme.example"));

  test("the one user with the work e-mail is adopted, whatever the userName", async () => {
    const id = await own("ada", work("Ada@acme.example"));
    const typeless = await own("bob", { emails: [{ value: "bob@acme.example" }] });
    const adopted = await pushed("a.lovelace@idp.example", work("ada@ACME.example"));
    expect(adopted.json).toMatchObject({ id, userName: "a.lovelace@idp.example" });
    // The former name is free, on both sides.
    expect((await directory("POST", "/users", { userName: "ada" })).status).toBe(201);
    expect(at((await pushed("robert", work("bob@acme.example"))).json, "id")).toBe(typeless);
  });

  test.each([
    ["an address outside the verified domains", [work("joe@mail.example")], "joe@mail.example", "adoptionDomain"],
    [
      "an address that two users have",
      [work("t@acme.example"), work("t@acme.example")],
      "t@acme.example",
      "adoptionAmbiguous",
    ],
    [
      "an address that is not the work e-mail",
      [
        {
          emails: [
            { value: "w@acme.example", type: "work" },
            { value: "h@acme.example", type: "home" },
          ],
        },
      ],
      "h@acme.example",
      "adoptionOtherEmail",
    ],
  ] satisfies readonly (readonly [string, readonly JsonObject[], string, string])[])(
    "%s adopts nobody: another user is made, and the line says why",
    async (_what, existing, address, quirk) => {
      const ids: string[] = [];
      for (const [index, emails] of existing.entries()) ids.push(await own(`own${index}`, emails));
      const made = await pushed("new", work(address));
      expect(made.status).toBe(201);
      expect(ids).not.toContain(at(made.json, "id"));
      expect(bent()).toMatchObject({ [quirk]: 1 });
      for (const id of ids) expect(await userOf(id)).toMatchObject({ managed: false });
    },
  );

  test("addresses with one key may be of two domains: both have to be verified", async () => {
    await verify("ωσ.example");
    const id = await own("joe", work("joe@ως.example"));
    expect(at((await pushed("new", work("joe@ωσ.example"))).json, "id")).not.toBe(id);
    expect(bent()).toMatchObject({ adoptionDomain: 1 });
  });

  test("equal userNames alone adopt nobody, and keep apart as ever", async () => {
    const id = await own("ada", work("ada@acme.example"));
    const made = await pushed("ada", work("other@acme.example"));
    expect([made.status, at(made.json, "id") === id]).toEqual([201, false]);
    expect((await directory("POST", "/users", { userName: "new" })).status).toBe(201);
  });

  test("a userName that another managed user has is refused, and nobody adopted", async () => {
    await pushed("taken");
    const id = await own("ada", work("ada@acme.example"));
    expect((await pushed("taken", work("ada@acme.example"))).status).toBe(409);
    expect(await userOf(id)).toMatchObject({ managed: false });
  });
});

describe("what it costs beside the usual", () => {
  const costs = async (request: () => Promise<Answer>) => {
    await request();
    const { rcu, trips } = lines.at(-1) ?? {};
    return { rcu, trips };
  };

  test("by userName a create reads nothing more, and an adoption the user in two round trips more", async () => {
    await begin({ adoption: "userName" });
    await own("ada");
    await pushed("first");
    expect(await costs(() => pushed("new"))).toEqual({ rcu: 2, trips: 2 });
    expect(await costs(() => pushed("ada"))).toEqual({ rcu: 3, trips: 4 });
  });

  test("by e-mail a create asks for the address, and an adoption reads the user", async () => {
    await begin({ adoption: "email" }, "acme.example");
    await own("ada", work("ada@acme.example"));
    await pushed("first");
    expect(await costs(() => pushed("new"))).toEqual({ rcu: 3, trips: 3 });
    expect(await costs(() => pushed("x", work("ada@acme.example")))).toEqual({ rcu: 5, trips: 4 });
  });

  test("where the rule is off, nothing", async () => {
    await begin({});
    await pushed("first");
    expect(await costs(() => pushed("new"))).toEqual({ rcu: 2, trips: 2 });
  });
});

test("the event log has one event of it, user.adopted, and no deletion", async () => {
  const table = new PlainTable();
  const busy = inProcessTarget("busy", testEndpoint(createStore(table)), 1);
  const { slug, request } = await busy.org({ preset: "open", changed: { adoption: "userName" } });
  const emails = [{ type: "work", value: "ada@acme.example" }];
  const mine = { userName: "ada", displayName: "Ada", name: { givenName: "Ada" }, emails };
  const made = expectStatus(await busy.directory("POST", `/orgs/${slug}/users`, mine), 201);
  const before = new Map(table.contents().map((item) => [keyText(item), item]));
  const theirs = {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    userName: "ada",
    displayName: "Ada",
    name: { givenName: "Augusta" },
    active: true,
    [ENTERPRISE_SCHEMA]: { department: "Sales" },
  };
  expectStatus(await request({ method: "POST", path: "/Users", body: theirs }), 201);
  const after = new Map(table.contents().map((item) => [keyText(item), item]));
  const drafts = [...new Set([...before.keys(), ...after.keys()])].flatMap((text) => {
    const [pk = "", sk = ""] = text.split("\n");
    const step = readStep({ key: { pk, sk }, before: before.get(text), after: after.get(text) });
    if (step === undefined || step.of === "end") return [];
    const said = describeStep(step, { ...NOTHING_LOGGED, version: 1 });
    return said.outcome === "events" ? said.drafts : [];
  });
  expect(drafts).toMatchObject([{ type: "user.adopted", managed: true, version: 2, after: { displayName: "Ada" } }]);
  expect(drafts[0]?.changed).toEqual(["emails", "name", `${ENTERPRISE_SCHEMA}:department`]);
  expect(drafts[0]).not.toHaveProperty("from");
  expect(after.has(`O#${orgIdOf(table)}#U\n${String(at(made.json, "id"))}`)).toBe(true);
});

function orgIdOf(table: PlainTable): string {
  const [settings] = table.contents().filter(({ sk }) => sk === "META");
  return String(settings?.pk).slice(2);
}

describe("where it is not allowed", () => {
  test("the rule is off in every preset, and then the two sides never meet", async () => {
    await begin({}, "acme.example");
    const id = await own("ada@acme.example", work("ada@acme.example"));
    const made = await pushed("ada@acme.example", work("ada@acme.example"));
    expect([made.status, at(made.json, "id") === id]).toEqual([201, false]);
    for (const preset of ["standard", "fulcrum-compat", "open", "rfc"]) {
      const { json } = await target.admin("PATCH", `/orgs/${org.slug}`, { preset });
      expect(at(at(json, "rules"), "adoption")).toBe("off");
    }
  });

  test("a deployment without the setting refuses the rule, and ignores one from before, saying so", async () => {
    await begin({ adoption: "userName" });
    const id = await own("ada");
    const shut = inProcessTarget("shut", { ...endpoint, adoption: undefined }, 1);
    const refused = await shut.admin("POST", "/orgs", { org: "shut", changedRules: { adoption: "email" } });
    expect([refused.status, at(refused.json, "code")]).toEqual([409, "conflict.adoptionOff"]);
    expect(refused.text).toContain("rollcall.json");
    const renamed = await shut.admin("PATCH", `/orgs/${org.slug}`, { displayName: "Other" });
    expect(renamed.json).toMatchObject({ warnings: expect.arrayContaining([expect.stringContaining("does nothing")]) });
    const headers = { Authorization: `Bearer ${org.token}`, "Content-Type": "application/scim+json" };
    const body = JSON.stringify(ordinaryUser("ada", { userName: "ada" }));
    const made = await shut.transport({ method: "POST", target: `/scim/v2/${org.slug}/Users`, headers, body });
    expect([made.status, at(made.json, "id") === id]).toEqual([201, false]);
    expect((await shut.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { adoption: "off" } })).status).toBe(200);
  });

  test("the settings warn while no domain is verified", async () => {
    await begin({ adoption: "email" });
    const warnings = async () => at((await target.admin("GET", `/orgs/${org.slug}`)).json, "warnings");
    expect(await warnings()).toContainEqual(expect.stringMatching(/^No mail domain is verified/));
    await verify("acme.example");
    expect(await warnings()).not.toContainEqual(expect.stringMatching(/domain/));
  });
});

test("a user nobody knows is 404 as ever", async () => {
  await begin({ adoption: "userName" });
  expect((await directory("GET", `/users/${NOBODY}`)).status).toBe(404);
  expect((await directory("DELETE", `/users/${NOBODY}`)).status).toBe(404);
});

test("fsck finds nothing after all of it", async () => expect(await foundInAllOrgs(store)).toEqual([]));
