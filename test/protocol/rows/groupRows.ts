import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Check } from "../../support/target.ts";
import { at } from "../../support/wire.ts";
import { members, refusal, talkTo } from "./talk.ts";

/** Counted in code points this has 40, in UTF-16 units 80. */
const FORTY = "🜁".repeat(40);
const FORTY_ONE = `${FORTY}x`;

/** P9, P10, P14, P15, F8: groups and their members. */
export const groupRows: readonly Check[] = [
  {
    name: "P9: groups work with the externalId mapping and without it",
    run: async (target) => {
      const talk = await talkTo(target);
      const mapped = await talk.group("Mapped", [], { externalId: "e-1" });
      const plain = await talk.group("Plain");
      const path = '/Groups?filter=externalId eq "e-1"';
      const one = { totalResults: 1, Resources: [{ id: mapped, externalId: "e-1" }] };
      await talk.say("found by externalId", { method: "GET", path }, { status: 200, json: one });
      await talk.seen("without", `/Groups/${plain}`, { displayName: "Plain", externalId: "$absent" });
      return talk.found;
    },
  },
  {
    name: "P10: a team name over 40 code points is refused on POST, PUT and PATCH, naming the limit and what to do",
    run: async (target) => {
      const talk = await talkTo(target);
      const json = refusal(400, "invalidValue", "40.*(shorten|shorter|rename)|(shorten|shorter|rename).*40");
      const refused = { status: 400, json };
      const body = { schemas: [GROUP_SCHEMA], displayName: FORTY_ONE };
      await talk.say("POST", { method: "POST", path: "/Groups", body }, refused);
      await talk.say(
        "nothing was made",
        { method: "GET", path: "/Groups" },
        { status: 200, json: { totalResults: 0 } },
      );
      const user = await talk.user("u1");
      const id = await talk.group(FORTY);
      const path = `/Groups/${id}`;
      await talk.say("PUT", { method: "PUT", path, body: { ...body, members: [{ value: user }] } }, refused);
      const add = { op: "Add", path: "members", value: [{ value: user }] };
      const rename = { op: "Replace", path: "displayName", value: FORTY_ONE };
      await talk.patch("PATCH", path, [add, rename], refused);
      await talk.patch("PATCH without a path", path, [{ op: "replace", value: { displayName: FORTY_ONE } }], refused);
      await talk.seen("nothing changed", path, { displayName: FORTY, members: members() });
      const roomy = await talkTo(target, { changed: { teamNameMaxLength: 41 } });
      await roomy.group(FORTY_ONE);
      return [...talk.found, ...roomy.found];
    },
  },
  {
    name: "P14: members that are no users of the org are not added, and the rest of the request succeeds",
    run: async (target) => {
      const talk = await talkTo(target);
      const other = await talkTo(target);
      const foreign = await other.user("u1");
      const user = await talk.user("u1");
      const gone = await talk.user("u2");
      await talk.say("delete", { method: "DELETE", path: `/Users/${gone}` }, { status: 204 });
      const strangers = [foreign, gone, "nobody", "00000000-0000-0000-0000-000000000000"];
      const all = [user, ...strangers].map((value) => ({ value }));
      const made = await talk.group("Posted", [user, ...strangers]);
      await talk.seen("POST", `/Groups/${made}`, { members: members(user) });
      const path = `/Groups/${await talk.group("Patched")}`;
      await talk.patch("PATCH", path, [{ op: "Add", path: "members", value: all }], { status: 204 });
      await talk.seen("after PATCH", path, { members: members(user) });
      const body = { schemas: [GROUP_SCHEMA], displayName: "Put", members: all };
      await talk.say("PUT", { method: "PUT", path, body }, { status: 200, json: { displayName: "Put" } });
      await talk.seen("after PUT", path, { displayName: "Put", members: members(user) });
      await other.seen("the other org's user is in no group", `/Users/${foreign}`, { groups: "$empty" });
      return [...talk.found, ...other.found];
    },
  },
  {
    name: "P14: an inactive user may be a member: shown to SCIM, marked as inactive in the application's view",
    run: async (target) => {
      const talk = await talkTo(target);
      const user = await talk.user("u1", { active: false });
      const group = await talk.group("Team", [user]);
      await talk.seen("SCIM", `/Groups/${group}`, { members: members(user) });
      const marked = (active: boolean) => ({ members: [{ kind: "user", id: user, active }] });
      await talk.admin("off", "GET", `/teams/${group}`, undefined, { status: 200, json: marked(false) });
      const on = [{ op: "replace", path: "active", value: true }];
      await talk.patch("reactivate", `/Users/${user}`, on, { status: 200 });
      await talk.admin("on", "GET", `/teams/${group}`, undefined, { status: 200, json: marked(true) });
      return talk.found;
    },
  },
  {
    name: "P15: teams are listed with a mark for those made by SCIM, and their members",
    run: async (target) => {
      const talk = await talkTo(target);
      const [first, second] = [await talk.user("u1"), await talk.user("u2")];
      const group = await talk.group("Sales", [first, second]);
      const team = { id: group, name: "Sales", managed: true };
      const list = { totalResults: 1, teams: [team] };
      await talk.admin("the teams", "GET", "/teams", undefined, { status: 200, json: list });
      const both = {
        $contains: [
          { id: first, userName: "u1@acme.example" },
          { id: second, userName: "u2@acme.example" },
        ],
      };
      for (const name of [group, "Sales"]) {
        const answer = await talk.admin(name, "GET", `/teams/${name}`, undefined, { status: 200, json: { team } });
        talk.expect(`the members of ${name}`, both, at(answer.json, "members"));
      }
      return talk.found;
    },
  },
  {
    name: "F8: a nested group is stored and listed, and gives nobody inherited membership",
    run: async (target) => {
      const talk = await talkTo(target);
      const user = await talk.user("u1");
      const inner = await talk.group("Inner", [user]);
      const outer = await talk.group("Outer", [inner]);
      await talk.seen("the outer group", `/Groups/${outer}`, { members: [{ value: inner, type: "Group" }] });
      await talk.seen("the user", `/Users/${user}`, { groups: [{ value: inner, type: "direct" }] });
      const path = `/Users?filter=groups.value eq "${outer}"`;
      await talk.say("nobody by way of it", { method: "GET", path }, { status: 200, json: { totalResults: 0 } });
      await talk.say("delete", { method: "DELETE", path: `/Groups/${inner}` }, { status: 204 });
      await talk.seen("it left the outer group at once", `/Groups/${outer}`, { members: members() });
      return talk.found;
    },
  },
];
