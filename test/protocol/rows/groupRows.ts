import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Check } from "../../support/target.ts";
import { at } from "../../support/wire.ts";
import { clientOf, conversation, members, refusal } from "./client.ts";

/** Counted in code points this has 40, in UTF-16 units 80. */
const FORTY = "🜁".repeat(40);
const FORTY_ONE = `${FORTY}x`;

/** P9, P10, P14, P15, F8: groups and their members. */
export const groupRows: readonly Check[] = [
  conversation("P9: groups work with the externalId mapping and without it", async (scim) => {
    const mapped = await scim.group("Mapped", [], { externalId: "e-1" });
    const plain = await scim.group("Plain");
    const path = '/Groups?filter=externalId eq "e-1"';
    const one = { totalResults: 1, Resources: [{ id: mapped, externalId: "e-1" }] };
    await scim.seen("found by externalId", path, one);
    await scim.seen("without", `/Groups/${plain}`, { displayName: "Plain", externalId: "$absent" });
  }),
  {
    name: "P10: a team name over 40 code points is refused on POST, PUT and PATCH, naming the limit and what to do",
    run: async (target) => {
      const scim = await clientOf(target);
      const json = refusal(400, "invalidValue", "40.*(shorten|shorter|rename)|(shorten|shorter|rename).*40");
      const refused = { status: 400, json };
      const body = { schemas: [GROUP_SCHEMA], displayName: FORTY_ONE };
      await scim.post("POST", "/Groups", body, refused);
      await scim.seen("nothing was made", "/Groups", { totalResults: 0 });
      const user = await scim.user("u1");
      const id = await scim.group(FORTY);
      const path = `/Groups/${id}`;
      await scim.put("PUT", path, { ...body, members: [{ value: user }] }, refused);
      const add = { op: "Add", path: "members", value: [{ value: user }] };
      const rename = { op: "Replace", path: "displayName", value: FORTY_ONE };
      await scim.patch("PATCH", path, [add, rename], refused);
      await scim.patch("PATCH without a path", path, [{ op: "replace", value: { displayName: FORTY_ONE } }], refused);
      await scim.seen("nothing changed", path, { displayName: FORTY, members: members() });
      const roomy = await clientOf(target, { changed: { teamNameMaxLength: 41 } });
      await roomy.group(FORTY_ONE);
      return [...scim.found, ...roomy.found];
    },
  },
  {
    name: "P14: members that are no users of the org are not added, and the rest of the request succeeds",
    run: async (target) => {
      const scim = await clientOf(target);
      const other = await clientOf(target);
      const foreign = await other.user("u1");
      const user = await scim.user("u1");
      const gone = await scim.user("u2");
      await scim.delete("delete", `/Users/${gone}`, { status: 204 });
      const strangers = [foreign, gone, "nobody", "00000000-0000-0000-0000-000000000000"];
      const all = [user, ...strangers].map((value) => ({ value }));
      const made = await scim.group("Posted", [user, ...strangers]);
      await scim.seen("POST", `/Groups/${made}`, { members: members(user) });
      const path = `/Groups/${await scim.group("Patched")}`;
      await scim.patch("PATCH", path, [{ op: "Add", path: "members", value: all }], { status: 204 });
      await scim.seen("after PATCH", path, { members: members(user) });
      const body = { schemas: [GROUP_SCHEMA], displayName: "Put", members: all };
      await scim.put("PUT", path, body, { status: 200, json: { displayName: "Put" } });
      await scim.seen("after PUT", path, { displayName: "Put", members: members(user) });
      await other.seen("the other org's user is in no group", `/Users/${foreign}`, { groups: "$empty" });
      return [...scim.found, ...other.found];
    },
  },
  conversation(
    "P14: an inactive user may be a member: shown to SCIM, marked as inactive in the application's view",
    async (scim) => {
      const user = await scim.user("u1", { active: false });
      const group = await scim.group("Team", [user]);
      await scim.seen("SCIM", `/Groups/${group}`, { members: members(user) });
      const marked = (active: boolean) => ({ members: [{ kind: "user", id: user, active }] });
      await scim.admin("off", "GET", `/teams/${group}`, undefined, { status: 200, json: marked(false) });
      const on = [{ op: "replace", path: "active", value: true }];
      await scim.patch("reactivate", `/Users/${user}`, on, { status: 200 });
      await scim.admin("on", "GET", `/teams/${group}`, undefined, { status: 200, json: marked(true) });
    },
  ),
  conversation("P15: teams are listed with a mark for those made by SCIM, and their members", async (scim) => {
    const [first, second] = [await scim.user("u1"), await scim.user("u2")];
    const group = await scim.group("Sales", [first, second]);
    const team = { id: group, name: "Sales", managed: true };
    const list = { totalResults: 1, teams: [team] };
    await scim.admin("the teams", "GET", "/teams", undefined, { status: 200, json: list });
    const both = {
      $contains: [
        { id: first, userName: "u1@acme.example" },
        { id: second, userName: "u2@acme.example" },
      ],
    };
    for (const name of [group, "Sales"]) {
      const answer = await scim.admin(name, "GET", `/teams/${name}`, undefined, { status: 200, json: { team } });
      scim.expect(`the members of ${name}`, both, at(answer.json, "members"));
    }
  }),
  conversation("F8: a nested group is stored and listed, and gives nobody inherited membership", async (scim) => {
    const user = await scim.user("u1");
    const inner = await scim.group("Inner", [user]);
    const outer = await scim.group("Outer", [inner]);
    await scim.seen("the outer group", `/Groups/${outer}`, { members: [{ value: inner, type: "Group" }] });
    await scim.seen("the user", `/Users/${user}`, { groups: [{ value: inner, type: "direct" }] });
    const path = `/Users?filter=groups.value eq "${outer}"`;
    await scim.seen("nobody by way of it", path, { totalResults: 0 });
    await scim.delete("delete", `/Groups/${inner}`, { status: 204 });
    await scim.seen("it left the outer group at once", `/Groups/${outer}`, { members: members() });
  }),
];
