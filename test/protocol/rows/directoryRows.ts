import { isObject, type Json } from "../../../functions/scim/json.ts";
import type { Check } from "../../support/target.ts";
import { at } from "../../support/wire.ts";
import { type Client, conversation } from "./client.ts";

const MANAGED = { managed: true, lockedReason: { $matches: "identity provider \\(https://idp\\.acme\\.example\\)" } };
const LOCKED = {
  status: 409,
  json: { status: "409", detail: { $matches: "managed by .*identity provider \\(https://idp\\.acme\\.example\\)" } },
};
const OFF = [{ op: "Replace", path: "active", value: "False" }];
const ON = [{ op: "Replace", path: "active", value: "True" }];

/** P14–P17, P21, F6–F8: what the application sees of the identity provider's work, and what it may change. */
export const directoryRows: readonly Check[] = [
  conversation(
    "P14: an inactive member is left out of the application's team until reactivation, and shown on request",
    async (scim) => {
      const [first, second] = [await scim.user("u1"), await scim.user("u2")];
      const path = `/teams/${await scim.group("Team", [first, second])}/members`;
      const all = (active: boolean) => ({
        $contains: [
          { id: first, active },
          { id: second, active: true },
        ],
      });
      await scim.patch("deactivate", `/Users/${first}`, OFF, { status: 200 });
      await scim.directory("left out", "GET", path, { status: 200, json: { members: [{ id: second, active: true }] } });
      const shown = await scim.directory("on request", "GET", `${path}?include=inactive`, { status: 200 });
      scim.expect("both, one marked", all(false), at(shown.json, "members"));
      await scim.patch("reactivate", `/Users/${first}`, ON, { status: 200 });
      const back = await scim.directory("back", "GET", path, { status: 200 });
      scim.expect("both again", all(true), at(back.json, "members"));
    },
  ),
  conversation(
    "P15: the application lists the teams of both sides with their mark, and their members",
    async (scim) => {
      const user = await scim.user("u1");
      const group = await scim.group("Sales", [user]);
      const own = await made(scim, "/teams", { displayName: "Own" });
      const list = {
        teams: [
          { id: group, displayName: "Sales", ...MANAGED },
          { id: own, managed: false, lockedReason: "$absent" },
        ],
      };
      await scim.directory("the teams", "GET", "/teams", { status: 200, json: list });
      const members = { members: [{ kind: "user", id: user, userName: "u1@acme.example", managed: true }] };
      await scim.directory("the members", "GET", `/teams/${group}/members`, { status: 200, json: members });
      await scim.directory("nobody yet", "GET", `/teams/${own}/members`, { status: 200, json: { members: "$empty" } });
    },
  ),
  conversation("P16: the application cannot change the membership of a team that SCIM made", async (scim) => {
    const [inside, outside] = [await scim.user("u1"), await scim.user("u2")];
    const own = await made(scim, "/users", { userName: "own" });
    const group = await scim.group("Team", [inside]);
    const path = `/teams/${group}/members`;
    for (const id of [inside, outside, own]) {
      await scim.directory("put", "PUT", `${path}/${id}`, LOCKED);
      await scim.directory("delete", "DELETE", `${path}/${id}`, LOCKED);
    }
    const same = { members: [{ id: inside }] };
    await scim.directory("nothing changed", "GET", path, { status: 200, json: same });
    await scim.seen("nor for SCIM", `/Groups/${group}`, {
      members: { $members: [inside] },
      meta: { version: 'W/"1"' },
    });
  }),
  conversation(
    "P17: to the application, active:false takes away membership of the org and nothing else, and is reversible",
    async (scim) => {
      const user = await scim.user("u1");
      const group = await scim.group("Team", [user]);
      const own = await made(scim, "/teams", { displayName: "Own" });
      await scim.directory("into the own team", "PUT", `/teams/${own}/members/${user}`, { status: 200 });
      await scim.patch("deactivate", `/Users/${user}`, OFF, { status: 200 });
      await scim.directory("kept, marked", "GET", `/users/${user}`, { status: 200, json: { id: user, active: false } });
      for (const team of [group, own]) {
        const path = `/teams/${team}/members`;
        await scim.directory("left out", "GET", path, { status: 200, json: { members: "$empty" } });
        const marked = { members: [{ id: user, active: false }] };
        await scim.directory("kept", "GET", `${path}?include=inactive`, { status: 200, json: marked });
      }
      await scim.patch("reactivate", `/Users/${user}`, ON, { status: 200 });
      const teams = {
        $contains: [
          { id: group, managed: true },
          { id: own, managed: false },
        ],
      };
      await scim.directory("all is back", "GET", "/access?userName=u1%40acme.example", {
        status: 200,
        json: { member: true, user: { id: user, active: true }, teams },
      });
    },
  ),
  conversation(
    "P17: a deleted user leaves the application's teams, and a tombstone says when and by whom",
    async (scim) => {
      const user = await scim.user("u1");
      const own = await made(scim, "/teams", { displayName: "Own" });
      await scim.directory("into the own team", "PUT", `/teams/${own}/members/${user}`, { status: 200 });
      await scim.directory("it lives", "GET", `/deleted/${user}`, { status: 404 });
      await scim.delete("delete", `/Users/${user}`, { status: 204 });
      const gone = { status: 200, json: { members: "$empty" } };
      await scim.directory("gone", "GET", `/teams/${own}/members?include=inactive`, gone);
      await scim.directory("404", "GET", `/users/${user}`, { status: 404 });
      const tombstone = { id: user, kind: "user", managed: true, deletedAt: "$string", deletedBy: "$string" };
      await scim.directory("tombstone", "GET", `/deleted/${user}`, { status: 200, json: tombstone });
      await scim.directory("no member", "GET", "/access?userName=u1%40acme.example", {
        status: 200,
        json: { member: false, reason: "noSuchUser", user: null, teams: "$empty" },
      });
    },
  ),
  conversation(
    "P21: sign-in learns who is an active member and of which teams, by e-mail, userName and externalId",
    async (scim) => {
      const user = await scim.user("u1", { externalId: "ext-1" });
      const [one, two] = [await scim.group("One", [user]), await scim.group("Two", [user])];
      await scim.group("Outer", [one]);
      const own = await made(scim, "/teams", { displayName: "Own" });
      await scim.directory("into the own team", "PUT", `/teams/${own}/members/${user}`, { status: 200 });
      const ways = ["email=U1%40Acme.example", "userName=U1%40ACME.example", "externalId=ext-1"];
      const teams = [
        { id: one, displayName: "One", managed: true },
        { id: two, displayName: "Two", managed: true },
        { id: own, displayName: "Own", managed: false },
      ];
      const asks = async (title: string, json: Json) => {
        for (const way of ways)
          await scim.directory(`${title} by ${way}`, "GET", `/access?${way}`, { status: 200, json });
      };
      await asks("a member", { member: true, reason: "$absent", user: { id: user }, teams: { $contains: teams } });
      await scim.patch("out of a team", `/Groups/${two}`, [{ op: "remove", path: `members[value eq "${user}"]` }], {
        status: 204,
      });
      await scim.delete("a team goes", `/Groups/${one}`, { status: 204 });
      await asks("of the rest", { member: true, teams: [{ id: own }] });
      await scim.patch("deactivate", `/Users/${user}`, OFF, { status: 200 });
      await asks("inactive", { member: false, reason: "inactive", user: { id: user, active: false }, teams: "$empty" });
      await scim.patch("reactivate", `/Users/${user}`, ON, { status: 200 });
      await asks("a member again", { member: true, teams: [{ id: own }] });
      const stranger = { member: false, reason: "noSuchUser", user: null, teams: "$empty" };
      for (const way of ["email=nobody", "userName=nobody", "externalId=EXT-1"]) {
        await scim.directory(`nobody by ${way}`, "GET", `/access?${way}`, { status: 200, json: stranger });
      }
    },
  ),
  conversation(
    "P21: a deactivated person does not come in through another account of the same name or address",
    async (scim) => {
      const user = await scim.user("u1");
      const own = await made(scim, "/users", {
        userName: "u1@acme.example",
        emails: [{ value: "u1@acme.example", type: "work" }],
      });
      const both = { $contains: [{ id: user }, { id: own }] };
      for (const way of ["email=u1%40acme.example", "userName=u1%40acme.example"]) {
        const path = `/access?${way}`;
        const managed = { member: true, user: { id: user, managed: true }, candidates: both };
        await scim.directory("the managed one goes before", "GET", path, { status: 200, json: managed });
        await scim.patch("deactivate", `/Users/${user}`, OFF, { status: 200 });
        const inactive = { member: false, reason: "inactive", user: { id: user }, candidates: both };
        await scim.directory("also when inactive", "GET", path, { status: 200, json: inactive });
        await scim.patch("reactivate", `/Users/${user}`, ON, { status: 200 });
      }
      const emails = [{ value: "u1@acme.example", type: "work" }];
      const twin = await scim.user("u2", { emails });
      const ambiguous = { member: false, reason: "ambiguous", user: null, teams: "$empty" };
      await scim.directory("two active ones", "GET", "/access?email=u1%40acme.example", {
        status: 200,
        json: ambiguous,
      });
      await scim.patch("one leaves", `/Users/${user}`, OFF, { status: 200 });
      const other = { member: true, user: { id: twin } };
      await scim.directory("the active one", "GET", "/access?email=u1%40acme.example", { status: 200, json: other });
      await scim.delete("both leave", `/Users/${user}`, { status: 204 });
      await scim.delete("both leave", `/Users/${twin}`, { status: 204 });
      const left = { member: true, user: { id: own, managed: false }, candidates: "$absent" };
      await scim.directory("the own one is left", "GET", "/access?email=u1%40acme.example", {
        status: 200,
        json: left,
      });
    },
  ),
  conversation(
    "P21: sign-in finds a person of either side by the application's own id, which is free once its user is deleted",
    async (scim) => {
      const [user, other] = [await scim.user("u1"), await scim.user("u2")];
      const own = await made(scim, "/users", { userName: "own" });
      const link = (id: string, applicationId: string, status = 200) =>
        scim.directory(`link ${applicationId}`, "PUT", `/users/${id}/link`, { status }, { applicationId });
      const gate = async (applicationId: string, id: string | undefined) => {
        const json: Json =
          id === undefined ? { member: false, reason: "noSuchUser" } : { member: true, user: { id, applicationId } };
        await scim.directory("the gate", "GET", `/access?applicationId=${applicationId}`, { status: 200, json });
      };
      await link(user, "4711");
      await link(own, "4712");
      await link(own, "4711", 409);
      await gate("4711", user);
      await link(user, "4713");
      await gate("4711", undefined);
      await link(other, "4711");
      await gate("4711", other);
      await scim.delete("delete", `/Users/${other}`, { status: 204 });
      await gate("4711", undefined);
      await link(own, "4711");
      await gate("4711", own);
      await scim.directory("unlink", "DELETE", `/users/${own}/link`, { status: 200, json: { linkVersion: 3 } });
      await gate("4711", undefined);
      await scim.directory("delete", "DELETE", `/users/${own}`, { status: 204 });
      await scim.delete("delete", `/Users/${user}`, { status: 204 });
    },
  ),
  conversation(
    "F6: managed and unmanaged are two ecosystems: the same names exist on both, and neither blocks the other",
    async (scim) => {
      const emails = [{ value: "u1@acme.example", type: "work" }];
      const own = await made(scim, "/users", { userName: "u1@acme.example", emails });
      const ownTeam = await made(scim, "/teams", { displayName: "Team" });
      for (const path of ["/Users", "/Groups"]) {
        await scim.seen(`no ${path}`, path, { totalResults: 0 });
      }
      const filters = [
        '/Users?filter=userName eq "u1@acme.example"',
        '/Users?filter=emails.value eq "u1@acme.example"',
        `/Users?filter=id eq "${own}"`,
        '/Groups?filter=displayName eq "Team"',
        `/Groups?filter=members.value eq "${own}"`,
      ];
      for (const path of filters) {
        await scim.seen(path, path, { totalResults: 0 });
      }
      for (const path of [`/Users/${own}`, `/Groups/${ownTeam}`]) {
        for (const method of ["GET", "DELETE"]) await scim.say(`${method} ${path}`, { method, path }, { status: 404 });
        await scim.patch(`PATCH ${path}`, path, [{ op: "replace", path: "displayName", value: "x" }], { status: 404 });
      }
      const user = await scim.user("u1");
      const group = await scim.group("Team", [user, own]);
      await scim.seen("an own person is no member for SCIM", `/Groups/${group}`, { members: { $members: [user] } });
      await scim.directory("into the own team", "PUT", `/teams/${ownTeam}/members/${user}`, { status: 200 });
      await scim.seen("SCIM shows its own groups only", `/Users/${user}`, { groups: [{ value: group }] });
      await made(scim, "/users", { userName: "u2@acme.example" });
      await scim.user("u2");
      await scim.group("Second");
      await made(scim, "/teams", { displayName: "second" });
      const two = {
        $contains: [
          { id: own, managed: false },
          { id: user, managed: true },
        ],
      };
      const users = await scim.directory("the application sees both", "GET", "/users", { status: 200 });
      scim.expect("users of both sides", two, at(users.json, "users"));
    },
  ),
  conversation("F7: managed users and teams are marked in the application's view and locked there", async (scim) => {
    const user = await scim.user("u1");
    const group = await scim.group("Team", [user]);
    await scim.directory("the user", "GET", `/users/${user}`, { status: 200, json: { id: user, ...MANAGED } });
    await scim.directory("the team", "GET", `/teams/${group}`, { status: 200, json: { id: group, ...MANAGED } });
    await scim.directory("change the user", "PATCH", `/users/${user}`, LOCKED, { displayName: "x" });
    await scim.directory("delete the user", "DELETE", `/users/${user}`, LOCKED);
    await scim.directory("rename the team", "PATCH", `/teams/${group}`, LOCKED, { displayName: "x" });
    await scim.directory("delete the team", "DELETE", `/teams/${group}`, LOCKED);
    const first = { meta: { version: 'W/"1"' } };
    await scim.seen("the user is as it was", `/Users/${user}`, first);
    await scim.seen("the team is as it was", `/Groups/${group}`, { displayName: "Team", ...first });
  }),
  conversation(
    "F8: the application sees a nested group listed, and it gives nobody inherited membership",
    async (scim) => {
      const user = await scim.user("u1");
      const inner = await scim.group("Inner", [user]);
      const outer = await scim.group("Outer", [inner]);
      const nested = { members: [{ kind: "team", id: inner, displayName: "Inner", managed: true }] };
      await scim.directory("the outer team", "GET", `/teams/${outer}/members`, { status: 200, json: nested });
      const teams = { teams: [{ id: inner }] };
      await scim.directory("the user", "GET", "/access?userName=u1%40acme.example", { status: 200, json: teams });
    },
  ),
];

/** @returns the id of what the application made */
async function made(scim: Client, path: string, body: Json): Promise<string> {
  const answer = await scim.directory(`make ${JSON.stringify(body)}`, "POST", path, { status: 201 }, body);
  const id = isObject(answer.json) ? answer.json.id : undefined;
  if (typeof id !== "string") throw new Error(`nothing was made; ${scim.found.join("; ")}`);
  return id;
}
