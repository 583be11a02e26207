import { randomBytes } from "node:crypto";
import type { Json } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Player } from "./playing.ts";

const NO_MATCH: Json = { totalResults: 0, startIndex: 1, Resources: [] };

/** The life of two users and two groups: one each as an app of the wizard does it (PUT), one as a catalog app does (PATCH). */
export async function playOkta(player: Player): Promise<void> {
  const mark = randomBytes(4).toString("hex");
  const probe = { method: "GET", path: "/Users?startIndex=1&count=2" };
  await player.step("Test Connector Configuration", probe, { status: 200, body: { startIndex: 1 } });
  const groups = { method: "GET", path: "/Groups?startIndex=1&count=100" };
  await player.step("Save: read the groups", groups, { status: 200, body: { startIndex: 1 } });
  const wizard = await playWizardUser(player, `play-${mark}-1@example.com`);
  const catalog = await playCatalogUser(player, `play-${mark}-2@example.com`);
  await playWizardGroup(player, `Play ${mark} 1`, wizard);
  await playCatalogGroup(player, `Play ${mark} 2`, wizard, catalog);
}

async function playWizardUser(player: Player, userName: string): Promise<string> {
  await player.step("Assign: look the user up", find("/Users", "userName", userName), { status: 200, body: NO_MATCH });
  const id = await player.create("Assign: create the user", createUser(userName), created(userName));
  const user = `/Users/${id}`;
  await player.step("Read the user", { method: "GET", path: user }, { status: 200, body: { id, userName } });
  const changed = (active: boolean) => ({
    method: "PUT",
    path: user,
    body: {
      schemas: [USER_SCHEMA],
      id,
      userName,
      name: { givenName: "Changed", middleName: "Middle", familyName: "Name", formatted: "Given Name" },
      emails: [{ primary: true, value: userName, type: "work", display: userName }],
      displayName: "Changed Name",
      locale: "en-US",
      externalId: "00uPlay",
      active,
      groups: [],
      password: randomBytes(6).toString("hex"),
      meta: { resourceType: "User", location: `https://scim.example.com${user}`, version: 'W/"1"' },
    },
  });
  const seen = (active: boolean) => ({
    status: 200,
    body: { id, userName, displayName: "Changed Name", name: { givenName: "Changed", familyName: "Name" }, active },
  });
  await player.step("Update the profile by PUT", changed(true), seen(true));
  await player.step("Deactivate by PUT", changed(false), seen(false));
  const inactive = { totalResults: 1, Resources: [{ id, active: false }] };
  const lookup = find("/Users", "userName", userName.toUpperCase());
  await player.step("A deactivated user is still found, in upper case too", lookup, { status: 200, body: inactive });
  await player.step("Reactivate by PUT", changed(true), seen(true));
  await player.step("A second create is a conflict", createUser(userName), { status: 409 });
  return id;
}

async function playCatalogUser(player: Player, userName: string): Promise<string> {
  const id = await player.create("Assign another user", createUser(userName), created(userName));
  const set = (value: Json) => patch(`/Users/${id}`, [{ op: "replace", value }]);
  const off = { status: [200, 204], body: { active: false } };
  const on = { status: [200, 204], body: { active: true } };
  await player.step("Deactivate by PATCH", set({ active: false }), off);
  await player.step("Reactivate by PATCH", set({ active: true }), on);
  const password = set({ password: randomBytes(6).toString("hex") });
  await player.step("Push a password: taken and dropped", password, { status: [200, 204] });
  return id;
}

async function playWizardGroup(player: Player, name: string, member: string): Promise<void> {
  await player.step("Push Groups: look it up", find("/Groups", "displayName", name), { status: 200, body: NO_MATCH });
  const id = await player.create("Push Groups: create it", createGroup(name), {
    status: 201,
    body: { displayName: name },
  });
  const group = `/Groups/${id}`;
  const put = (displayName: string, members: Json[]) => ({
    method: "PUT",
    path: group,
    body: { schemas: [GROUP_SCHEMA], id, displayName, members },
  });
  await player.step("An empty PUT right after the create", put(name, []), { status: 200, body: { displayName: name } });
  const one = put(name, [{ value: member, display: "anything" }]);
  await player.step("Push the members by PUT", one, { status: 200, body: { members: [{ value: member }] } });
  const renamed = `${name} new`;
  await player.step("Rename and empty by PUT", put(renamed, []), {
    status: 200,
    body: { displayName: renamed },
    empty: ["members"],
  });
  await player.delete("Unlink and delete the group", group);
  await player.step("The group is gone", { method: "GET", path: group }, { status: 404 });
}

async function playCatalogGroup(player: Player, name: string, first: string, second: string): Promise<void> {
  const id = await player.create("Push another group", createGroup(name), { status: 201, body: { displayName: name } });
  const group = `/Groups/${id}`;
  const done = { status: [200, 204] };
  const renamed = `${name} new`;
  const rename = patch(group, [{ op: "replace", value: { id, displayName: renamed } }]);
  await player.step("Rename by PATCH", rename, done);
  const swap = patch(group, [
    { op: "remove", path: `members[value eq "${first}"]` },
    { op: "add", path: "members", value: [{ value: second, display: "anything" }] },
  ]);
  await player.step("Remove one and add one", swap, done);
  await readGroup(player, "The name and the member arrived", group, renamed, [second]);
  const now = (members: readonly string[]) =>
    patch(group, [{ op: "replace", path: "members", value: members.map((value) => ({ value, display: "anything" })) }]);
  await player.step("Push Now: the exact list", now([first, second]), done);
  await readGroup(player, "Both are members", group, renamed, [first, second].sort());
  await player.step("Push Now: nobody", now([]), done);
  await player.step(
    "Nobody is left",
    { method: "GET", path: group },
    { status: 200, body: { id }, empty: ["members"] },
  );
  await player.delete("Unlink and delete the group", group);
}

async function readGroup(
  player: Player,
  title: string,
  path: string,
  displayName: string,
  members: readonly string[],
): Promise<void> {
  const body = { displayName, members: members.map((value) => ({ value })) };
  await player.step(title, { method: "GET", path }, { status: 200, body });
}

function createUser(userName: string) {
  return {
    method: "POST",
    path: "/Users" as const,
    body: {
      schemas: [USER_SCHEMA],
      userName,
      name: { givenName: "Given", familyName: "Family" },
      emails: [{ primary: true, value: userName, type: "work" }],
      displayName: "Given Family",
      locale: "en-US",
      externalId: `00u${randomBytes(8).toString("hex")}`,
      groups: [],
      password: randomBytes(6).toString("hex"),
      active: true,
    },
  };
}

function created(userName: string) {
  return { status: 201, body: { userName, active: true, name: { givenName: "Given", familyName: "Family" } } };
}

function createGroup(displayName: string) {
  return { method: "POST", path: "/Groups" as const, body: { schemas: [GROUP_SCHEMA], displayName, members: [] } };
}

function find(endpoint: string, attribute: string, value: string) {
  const filter = encodeURIComponent(`${attribute} eq "${value}"`);
  return { method: "GET", path: `${endpoint}?filter=${filter}&startIndex=1&count=100` };
}

function patch(path: string, operations: Json[]) {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: operations } };
}
