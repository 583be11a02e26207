import type { Json } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import type { Chance } from "../chance.ts";
import { ENTRA_PATHS, entraRequests } from "../idp/entraRequests.ts";
import { completedUser, type ProviderUser } from "../idp/providerUser.ts";
import type { Player } from "./player.ts";

const NO_MATCH: Json = { totalResults: 0, Resources: [] };
const DONE = [200, 204];

/** Two users and a group as Entra provisions them: default mode, then a little of `aadOptscim062020`. */
export async function playEntra(player: Player, chance: Chance): Promise<void> {
  const mark = chance.text("0123456789abcdef", 8);
  const [first, second] = [userOf(`play-${mark}-1`, chance), userOf(`play-${mark}-2`, chance)];
  const miss = { status: 200, body: NO_MATCH };

  await player.step("Test Connection: a user that cannot exist", find(chance.uuid()), miss);
  await player.step("Test Connection: a group that cannot exist", entraRequests.findGroup(chance.uuid()), miss);

  await player.step("Match the first user: not there yet", find(first.userName), miss);
  const firstId = await player.create("Create the first user", entraRequests.create(first), created(first));
  const secondId = await player.create("Create the second user", entraRequests.create(second), created(second));
  const user = `/Users/${firstId}`;
  await player.step("Read the first user", entraRequests.read(user), { status: 200, body: { id: firstId } });
  const found = { totalResults: 1, Resources: [{ id: firstId, userName: first.userName }] };
  await player.step("Match in upper case", find(first.userName.toUpperCase()), { status: 200, body: found });

  const email = first.email.replace("@", "-new@");
  const update = entraRequests.change(
    firstId,
    [
      { path: ENTRA_PATHS.displayName, value: "Changed Name" },
      { path: ENTRA_PATHS.email, value: email },
      { path: ENTRA_PATHS.familyName, value: "Changed" },
      { path: ENTRA_PATHS.department, value: "Department", isNew: true },
    ],
    "default",
  );
  const changed = {
    displayName: "Changed Name",
    name: { givenName: "Given", familyName: "Changed" },
    emails: [{ type: "work", value: email }],
    [ENTERPRISE_SCHEMA]: { department: "Department" },
  };
  await player.step("Update several attributes", update, { status: DONE, body: changed });
  await player.step("The update arrived", entraRequests.read(user), { status: 200, body: changed });
  await playGroup(player, chance, `Play ${mark}`, { first: firstId, second: secondId });
  await playFlagMode(player, secondId);
  await playDeparture(player, firstId, first);
  await player.delete("Delete the second user", entraRequests.delete(`/Users/${secondId}`));
}

async function playGroup(
  player: Player,
  chance: Chance,
  groupName: string,
  { first, second }: { readonly first: string; readonly second: string },
): Promise<void> {
  const miss = { status: 200, body: NO_MATCH };
  await player.step("Match the group: not there yet", entraRequests.findGroup(groupName), miss);
  const create = entraRequests.createGroup(groupName, chance.uuid());
  const id = await player.create("Create the group", create, { status: 201, body: { displayName: groupName } });
  const group = entraRequests.read(`/Groups/${id}`);
  const known = { totalResults: 1, Resources: [{ id }] };
  await player.step("Match the group", entraRequests.findGroup(groupName), { status: 200, body: known });
  const add = (member: string) => entraRequests.addMember(id, member, "default");
  await player.step("Add the first member", add(first), { status: DONE });
  await player.step("Add the second member", add(second), { status: DONE });
  await player.step("Both are members", group, { status: 200, members: [first, second] });
  await player.step("Add a member who is one already", add(second), { status: DONE });
  await player.step("Each of both is a member once", group, { status: 200, members: [first, second] });
  await player.step("Remove the first member", entraRequests.removeMember(id, first, "default"), { status: DONE });
  await player.step("Only the second member is left", group, { status: 200, members: [second] });
  const renamed = `${groupName} new`;
  await player.step("Rename the group", entraRequests.renameGroup(id, renamed, "default"), { status: DONE });
  const slim = entraRequests.readGroup(id);
  await player.step("Read the group without members", slim, { status: 200, body: { displayName: renamed } });
  const filtered = entraRequests.removeMember(id, second, "aadOptscim062020");
  await player.step("Remove a member by filter (flag mode)", filtered, { status: DONE });
  await player.step("Nobody is left", group, { status: 200, body: { id }, members: [] });
  await player.delete("Delete the group", entraRequests.delete(`/Groups/${id}`));
  await player.step("The group is gone", group, { status: 404 });
}

async function playFlagMode(player: Player, second: string): Promise<void> {
  const flat = entraRequests.change(
    second,
    [
      { path: ENTRA_PATHS.displayName, value: "Flat Name" },
      { path: ENTRA_PATHS.givenName, value: "Flat" },
      { path: ENTRA_PATHS.employeeNumber, value: "701" },
    ],
    "aadOptscim062020",
  );
  const changed = {
    displayName: "Flat Name",
    name: { givenName: "Flat" },
    [ENTERPRISE_SCHEMA]: { employeeNumber: "701" },
  };
  await player.step("Update with flat keys (flag mode)", flat, { status: DONE, body: changed });
  const off = entraRequests.activate(second, false, "aadOptscim062020");
  await player.step("Disable with a boolean (flag mode)", off, { status: DONE, body: { active: false } });
  const read = entraRequests.read(`/Users/${second}`);
  await player.step("What flag mode changed arrived", read, { status: 200, body: { ...changed, active: false } });
}

async function playDeparture(player: Player, id: string, user: ProviderUser): Promise<void> {
  const read = entraRequests.read(`/Users/${id}`);
  const turn = (active: boolean) => entraRequests.activate(id, active, "default");
  const inactive = { totalResults: 1, Resources: [{ id, active: false }] };
  await player.step("Disable with the text False", turn(false), { status: DONE, body: { active: false } });
  await player.step("A disabled user is still found", find(user.userName), { status: 200, body: inactive });
  await player.step("Reactivate with the text True", turn(true), { status: DONE, body: { active: true } });
  await player.step("Disable before the deletion", turn(false), { status: DONE, body: { active: false } });
  await player.delete("Delete the first user", entraRequests.delete(`/Users/${id}`));
  await player.step("The user is gone", read, { status: 404 });
  await player.step("The name is not found", find(user.userName), { status: 200, body: NO_MATCH });
  const again = await player.create("The name is free again", entraRequests.create(user), created(user));
  await player.delete("Delete the user that was created again", entraRequests.delete(`/Users/${again}`));
}

function userOf(name: string, chance: Chance): ProviderUser {
  const wishes = { userName: `${name}@example.com`, givenName: "Given", familyName: "Family" };
  return completedUser(wishes, chance, () => chance.uuid());
}

function created({ userName, email }: ProviderUser) {
  return { status: 201, body: { userName, active: true, emails: [{ type: "work", value: email }] } };
}

function find(userName: string) {
  return entraRequests.find("userName", userName);
}
