import { randomBytes, randomUUID } from "node:crypto";
import type { Json } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Player } from "./playing.ts";

/** The schema Entra puts beside the group's, which nobody has to know. */
const ENTRA_GROUP_SCHEMA = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
const WORK_EMAIL = 'emails[type eq "work"].value';
const NO_MATCH: Json = { totalResults: 0, Resources: [] };

/** The life of two users and a group as Entra provisions them: default mode, then a little of `aadOptscim062020`. */
export async function playEntra(player: Player): Promise<void> {
  const mark = randomBytes(4).toString("hex");
  const names = { first: `play-${mark}-1@example.com`, second: `play-${mark}-2@example.com` };
  const groupName = `Play ${mark}`;

  await player.step("Test Connection: a user that cannot exist", find(randomUUID()), { status: 200, body: NO_MATCH });
  const noGroup = findGroup(randomUUID());
  await player.step("Test Connection: a group that cannot exist", noGroup, { status: 200, body: NO_MATCH });

  await player.step("Match the first user: not there yet", find(names.first), { status: 200, body: NO_MATCH });
  const first = await player.create("Create the first user", createUser(names.first), created(names.first));
  const second = await player.create("Create the second user", createUser(names.second), created(names.second));
  const user = `/Users/${first}`;
  await player.step("Read the first user", { method: "GET", path: user }, { status: 200, body: { id: first } });
  const found = { totalResults: 1, Resources: [{ id: first, userName: names.first }] };
  await player.step("Match in upper case", find(names.first.toUpperCase()), { status: 200, body: found });

  const email = names.first.replace("@", "-new@");
  const update = patch(user, [
    { op: "Replace", path: "displayName", value: "Changed Name" },
    { op: "Replace", path: WORK_EMAIL, value: email },
    { op: "Replace", path: "name.familyName", value: "Changed" },
    { op: "Add", path: `${ENTERPRISE_SCHEMA}:department`, value: "Department" },
  ]);
  await player.step("Update several attributes", update, {
    status: [200, 204],
    body: {
      displayName: "Changed Name",
      name: { givenName: "Given", familyName: "Changed" },
      emails: [{ type: "work", value: email }],
      [ENTERPRISE_SCHEMA]: { department: "Department" },
    },
  });
  await playGroup(player, groupName, first, second);
  await playFlagMode(player, second);
  await playDeparture(player, first, names.first);
  await player.delete("Delete the second user", `/Users/${second}`);
}

async function playGroup(player: Player, groupName: string, first: string, second: string): Promise<void> {
  await player.step("Match the group: not there yet", findGroup(groupName), { status: 200, body: NO_MATCH });
  const id = await player.create(
    "Create the group",
    {
      method: "POST",
      path: "/Groups",
      body: {
        schemas: [GROUP_SCHEMA, ENTRA_GROUP_SCHEMA],
        externalId: randomUUID(),
        displayName: groupName,
        meta: { resourceType: "Group" },
      },
    },
    { status: 201, body: { displayName: groupName } },
  );
  const group = `/Groups/${id}`;
  const known = { totalResults: 1, Resources: [{ id }] };
  await player.step("Match the group", findGroup(groupName), { status: 200, body: known });
  const both = [first, second].sort();
  const add = (member: string): Json => ({ op: "Add", path: "members", value: [{ $ref: null, value: member }] });
  await player.step("Add the first member", patch(group, [add(first)]), { status: [200, 204] });
  await player.step("Add the second member", patch(group, [add(second)]), { status: [200, 204] });
  await readMembers(player, "Both are members", group, both);
  await player.step("Add a member who is one already", patch(group, [add(second)]), { status: [200, 204] });
  const remove: Json = { op: "Remove", path: "members", value: [{ $ref: null, value: first }] };
  await player.step("Remove the first member", patch(group, [remove]), { status: [200, 204] });
  await readMembers(player, "Only the second member is left", group, [second]);
  const renamed = `${groupName} new`;
  const rename: Json = { op: "Replace", path: "displayName", value: renamed };
  await player.step("Rename the group", patch(group, [rename]), { status: [200, 204] });
  const slim = { method: "GET", path: `${group}?excludedAttributes=members` };
  await player.step("Read the group without members", slim, { status: 200, body: { displayName: renamed } });
  const filtered: Json = { op: "remove", path: `members[value eq "${second}"]` };
  await player.step("Remove a member by filter (flag mode)", patch(group, [filtered]), { status: [200, 204] });
  await player.step(
    "Nobody is left",
    { method: "GET", path: group },
    { status: 200, body: { id }, empty: ["members"] },
  );
  await player.delete("Delete the group", group);
  await player.step("The group is gone", { method: "GET", path: group }, { status: 404 });
}

async function playFlagMode(player: Player, second: string): Promise<void> {
  const flat = patch(`/Users/${second}`, [
    {
      op: "replace",
      value: { displayName: "Flat Name", "name.givenName": "Flat", [`${ENTERPRISE_SCHEMA}:employeeNumber`]: "701" },
    },
  ]);
  await player.step("Update with flat keys (flag mode)", flat, {
    status: [200, 204],
    body: { displayName: "Flat Name", name: { givenName: "Flat" }, [ENTERPRISE_SCHEMA]: { employeeNumber: "701" } },
  });
  const off = patch(`/Users/${second}`, [{ op: "replace", path: "active", value: false }]);
  await player.step("Disable with a boolean (flag mode)", off, { status: [200, 204], body: { active: false } });
}

async function playDeparture(player: Player, id: string, userName: string): Promise<void> {
  const user = `/Users/${id}`;
  const turn = (value: string) => patch(user, [{ op: "Replace", path: "active", value }]);
  const inactive = { totalResults: 1, Resources: [{ id, active: false }] };
  await player.step("Disable with the text False", turn("False"), { status: [200, 204], body: { active: false } });
  await player.step("A disabled user is still found", find(userName), { status: 200, body: inactive });
  await player.step("Reactivate with the text True", turn("True"), { status: [200, 204], body: { active: true } });
  await player.step("Disable before the deletion", turn("False"), { status: [200, 204], body: { active: false } });
  await player.delete("Delete the first user", user);
  await player.step("The user is gone", { method: "GET", path: user }, { status: 404 });
  await player.step("The name is not found", find(userName), { status: 200, body: NO_MATCH });
  const again = await player.create("The name is free again", createUser(userName), created(userName));
  await player.delete("Delete the user that was created again", `/Users/${again}`);
}

async function readMembers(player: Player, title: string, group: string, members: readonly string[]): Promise<void> {
  const body = { members: members.map((value) => ({ value })) };
  await player.step(title, { method: "GET", path: group }, { status: 200, body });
}

function createUser(userName: string) {
  return {
    method: "POST",
    path: "/Users" as const,
    body: {
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      externalId: randomUUID(),
      userName,
      active: true,
      displayName: "Given Family",
      emails: [{ primary: true, type: "work", value: userName }],
      meta: { resourceType: "User" },
      name: { formatted: "Given Family", familyName: "Family", givenName: "Given" },
      roles: [],
    },
  };
}

function created(userName: string) {
  return { status: 201, body: { userName, active: true, emails: [{ type: "work", value: userName }] } };
}

function find(userName: string) {
  return { method: "GET", path: `/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22` };
}

function findGroup(name: string) {
  const filter = `displayName+eq+%22${encodeURIComponent(name).replaceAll("%20", "+")}%22`;
  return { method: "GET", path: `/Groups?excludedAttributes=members&filter=${filter}` };
}

function patch(path: string, operations: Json[]) {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: operations } };
}
