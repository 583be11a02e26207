import type { JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Check } from "../../support/target.ts";
import { at } from "../../support/wire.ts";
import { ordinaryUser } from "../idp/setup.ts";
import { type Client, clientOf, conversation, members, patchOf } from "./client.ts";

/** P11 to P13, P19, F1 to F4, F6, F9: what an identity provider does over time. */
export const lifeRows: readonly Check[] = [
  conversation(
    "P11: Okta's connector works with base URL, unique identifier userName and an HTTP header",
    async (scim) => {
      const probe = { method: "GET", path: "/Users?startIndex=1&count=2" };
      const json = { startIndex: 1, totalResults: 0, itemsPerPage: 0, Resources: [] };
      await scim.say("the header with Bearer", probe, { status: 200, json });
      await scim.say(
        "the header without",
        { ...probe, headers: { Authorization: scim.tenant.token } },
        { status: 200, json },
      );
      const id = await scim.user("u1");
      const path = "/Users?filter=userName%20eq%20%22u1%40acme.example%22&startIndex=1&count=100";
      const one = { totalResults: 1, Resources: [{ id }] };
      await scim.seen("the unique identifier", path, one);
    },
  ),
  conversation("P12: Okta creates users, updates their attributes and deactivates them", async (scim) => {
    const path = `/Users/${await scim.user("u1", { password: "not-a-real-1", groups: [], locale: "en-US" })}`;
    const changed = ordinaryUser("u1", {
      name: { givenName: "New", familyName: "Name" },
      displayName: "New Name",
      emails: [{ type: "work", value: "new@acme.example", primary: true }],
    });
    await scim.put("update", path, changed, { status: 200, json: changed });
    const off = { method: "PUT", path, body: { ...changed, active: false } };
    await scim.say("deactivate by PUT", off, { status: 200, json: { ...changed, active: false } });
    await scim.say("reactivate by PUT", { ...off, body: changed }, { status: 200, json: changed });
    const patch = { method: "PATCH", path, body: patchOf({ op: "replace", value: { active: false } }) };
    await scim.say("deactivate by PATCH", patch, { status: 200, json: { active: false } });
  }),
  conversation("P13: Okta pushes a group with its members and links one that exists", async (scim) => {
    const [first, second] = [await scim.user("u1"), await scim.user("u2")];
    const lookup = { method: "GET", path: "/Groups?filter=displayName%20eq%20%22Sales%22&startIndex=1&count=100" };
    await scim.say("not there yet", lookup, { status: 200, json: { totalResults: 0 } });
    const group = await scim.group("Sales");
    const path = `/Groups/${group}`;
    const push = [{ op: "add", path: "members", value: [{ value: first, display: "first" }] }];
    await scim.patch("memberships at once", path, push, { status: 204 });
    await scim.seen("the member is there", path, { members: members(first) });
    await scim.say("link", lookup, { status: 200, json: { totalResults: 1, Resources: [{ id: group }] } });
    const exact = { schemas: [GROUP_SCHEMA], id: group, displayName: "Sales", members: [{ value: second }] };
    await scim.put("the exact list", path, exact, { status: 200 });
    await scim.seen("only the second", path, { members: members(second) });
  }),
  conversation(
    "P19: all e-mails are kept, a password is taken and never kept or shown, changePassword is not supported",
    async (scim) => {
      const emails: JsonObject[] = [
        { type: "work", value: "w@acme.example", primary: true },
        { type: "home", value: "h@acme.example" },
        { type: "other", value: "o@acme.example" },
      ];
      const path = `/Users/${await scim.user("u1", { emails, password: "not-a-real-1" })}`;
      await scim.seen("all e-mails", path, { emails, password: "$absent" });
      await scim.seen("asked for", `${path}?attributes=password`, { password: "$absent", userName: "$absent" });
      const password = [{ op: "replace", path: "password", value: "not-a-real-2" }];
      await scim.patch("a new password", path, password, { status: 200, json: { password: "$absent" } });
      await scim.seen("the configuration", "/ServiceProviderConfig", { changePassword: { supported: false } });
    },
  ),
  {
    name: "P19: /Bulk works, as the service provider configuration says",
    run: async (target) => bulk(await clientOf(target)),
  },
  conversation("F1: pushed users become members of the org", async (scim) => {
    const id = await scim.user("u1");
    const seen = { totalResults: 1, users: [{ id, userName: "u1@acme.example", active: true, managed: true }] };
    await scim.admin("the members", "GET", "/users", undefined, { status: 200, json: seen });
  }),
  conversation("F2: deactivated and deleted users stop being members", async (scim) => {
    const [first, second] = [await scim.user("u1"), await scim.user("u2")];
    const group = await scim.group("Team", [first, second]);
    const off = [{ op: "Replace", path: "active", value: "False" }];
    await scim.patch("deactivate", `/Users/${first}`, off, { status: 200 });
    await scim.delete("delete", `/Users/${second}`, { status: 204 });
    const seen = { totalResults: 1, users: [{ id: first, active: false }] };
    await scim.admin("the members", "GET", "/users", undefined, { status: 200, json: seen });
    await scim.seen("the deleted one left its groups at once", `/Groups/${group}`, { members: members(first) });
    await scim.get("it is 404", `/Users/${second}`, { status: 404 });
    const again = await scim.user("u2");
    if (again === second) scim.note("re-created", "it has the id of the deleted one");
  }),
  conversation("F3: a changed e-mail, given and family name arrive", async (scim) => {
    const path = `/Users/${await scim.user("u1")}`;
    const operations = [
      { op: "Replace", path: 'emails[type eq "work"].value', value: "new@acme.example" },
      { op: "Replace", path: "name.givenName", value: "New" },
      { op: "Replace", path: "name.familyName", value: "Name" },
    ];
    const json = { emails: [{ value: "new@acme.example" }], name: { givenName: "New", familyName: "Name" } };
    await scim.patch("PATCH", path, operations, { status: 200, json });
    const seen = { users: [{ emails: [{ value: "new@acme.example" }] }] };
    await scim.admin("the application's view", "GET", "/users", undefined, { status: 200, json: seen });
    const find = '/Users?filter=emails[type eq "work"].value eq "NEW@acme.example"';
    await scim.seen("it is found by the new one", find, { totalResults: 1 });
    const old = '/Users?filter=emails[type eq "work"].value eq "u1@acme.example"';
    await scim.seen("and not by the old one", old, { totalResults: 0 });
  }),
  conversation("F4: a pushed group is created with its users as members", async (scim) => {
    const [first, second] = [await scim.user("u1"), await scim.user("u2")];
    const body = { schemas: [GROUP_SCHEMA], displayName: "Team", members: [{ value: first }, { value: second }] };
    const json = { displayName: "Team", members: members(first, second) };
    const made = await scim.post("create", "/Groups", body, { status: 201, json });
    await scim.seen("the group", `/Groups/${String(at(made.json, "id"))}`, json);
    for (const id of [first, second]) await scim.seen("a member", `/Users/${id}`, { groups: [{ display: "Team" }] });
  }),
  {
    name: "F6: SCIM sees nothing of the application's own people, nor of another org: the same names exist in each",
    run: async (target) => {
      const scim = await clientOf(target);
      const other = await clientOf(target);
      await scim.admin("an own person", "PATCH", "", { admins: ["u1@acme.example", "second"] }, { status: 200 });
      await scim.seen("no user", "/Users", { totalResults: 0 });
      for (const one of [scim, other]) {
        const id = await one.user("u1");
        await one.group("Team", [id], { externalId: "e-1" });
        await one.seen("one user", "/Users", { totalResults: 1, Resources: [{ id }] });
        await one.seen("one group", "/Groups", { totalResults: 1 });
      }
      return [...scim.found, ...other.found];
    },
  },
  {
    name: "F9: an identity provider's requests end in the same state in any order, and when they come all at once",
    run: async (target) => {
      const found: string[] = [];
      for (const order of ["01234", "43210", "20413", "31042", "at once"]) {
        const scim = await clientOf(target);
        await anyOrder(scim, order);
        found.push(...scim.found.map((line) => `${order}: ${line}`));
      }
      return found;
    },
  },
];

async function anyOrder(scim: Client, order: string): Promise<void> {
  const [first, second] = [await scim.user("u1"), await scim.user("u2")];
  const group = await scim.group("Team");
  const user = (id: string, operation: JsonObject) => () =>
    scim.patch(`user ${JSON.stringify(operation)}`, `/Users/${id}`, [operation], { status: 200 });
  const team = (operation: JsonObject) => () =>
    scim.patch(`group ${JSON.stringify(operation)}`, `/Groups/${group}`, [operation], { status: 204 });
  const requests = [
    user(first, { op: "Replace", path: "active", value: "False" }),
    team({ op: "Add", path: "members", value: [{ value: first }] }),
    team({ op: "Replace", path: "displayName", value: "Renamed" }),
    team({ op: "Add", path: "members", value: [{ value: second }] }),
    user(second, { op: "Replace", path: "title", value: "t" }),
  ];
  if (order === "at once") await Promise.all(requests.map((send) => send()));
  else for (const index of order) await requests[Number(index)]?.();
  await scim.seen("the group", `/Groups/${group}`, { displayName: "Renamed", members: members(first, second) });
  await scim.seen("the first", `/Users/${first}`, { active: false, groups: [{ value: group }] });
  await scim.seen("the second", `/Users/${second}`, { active: true, title: "t", groups: [{ value: group }] });
}

async function bulk(scim: Client): Promise<string[]> {
  await scim.seen("the configuration", "/ServiceProviderConfig", { bulk: { supported: true } });
  const data = ordinaryUser("u1");
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [{ method: "POST", path: "/Users", bulkId: "b1", data }],
  };
  const json = { Operations: [{ bulkId: "b1", status: "201" }] };
  const request = { method: "POST", path: "/Bulk", body };
  await scim.say("a bulk request", request, { status: 200, json });
  await scim.seen("what it made", "/Users", { totalResults: 1 });
  return scim.found;
}
