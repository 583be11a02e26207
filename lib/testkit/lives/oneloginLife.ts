import type { Json } from "../../../functions/scim/json.ts";
import type { Chance } from "../chance.ts";
import { oneloginRequests } from "../idp/oneloginRequests.ts";
import { completedUser } from "../idp/providerUser.ts";
import type { Player } from "./player.ts";

const NO_MATCH: Json = { totalResults: 0, Resources: [] };
const DONE = { status: [200, 204] };

/** A user and a group as OneLogin provisions them. */
export async function playOneLogin(player: Player, chance: Chance): Promise<void> {
  const mark = chance.text("0123456789abcdef", 8);
  const wishes = { userName: `play-${mark}@example.com`, givenName: "Given", familyName: "Family" };
  const user = completedUser(wishes, chance, () => `${chance.below(1_000_000)}`);
  const { email, userName } = user;
  const find = oneloginRequests.find(userName);

  // An error is accepted too.
  await player.step("Test the connection: nobody", oneloginRequests.find("nobody"), { status: [200, 404] });
  await player.step("Match the user: not there yet", find, { status: 200, body: NO_MATCH });
  const id = await player.create("Create the user", oneloginRequests.create(user), {
    status: 201,
    body: { userName, active: true, emails: [{ value: email }] },
  });
  await player.step("Match the user", find, { status: 200, body: { totalResults: 1, Resources: [{ id, userName }] } });
  const after = { ...user, givenName: "Changed", familyName: "Name" };
  const seen = (active: boolean) => ({
    status: 200,
    body: { id, userName, name: { givenName: "Changed", familyName: "Name" }, active },
  });
  await player.step("Update by PUT", oneloginRequests.replace(id, after, true), seen(true));
  await player.step("Suspend by PUT, with a text", oneloginRequests.replace(id, after, false), seen(false));
  const inactive = { totalResults: 1, Resources: [{ id, active: false }] };
  await player.step("A suspended user is still found", find, { status: 200, body: inactive });
  await player.step("Reactivate by PUT, with a text", oneloginRequests.replace(id, after, true), seen(true));
  await playGroup(player, `Play ${mark}`, id);
  await player.delete("Delete the user", oneloginRequests.delete(`/Users/${id}`));
  await player.step("The name is not found", find, { status: 200, body: NO_MATCH });
}

async function playGroup(player: Player, name: string, member: string): Promise<void> {
  const find = (displayName: string) => oneloginRequests.findGroup(displayName);
  await player.step("Match the group: not there yet", find(name), { status: 200, body: NO_MATCH });
  const create = oneloginRequests.createGroup(name);
  const id = await player.create("Create the group", create, { status: 201, body: { displayName: name } });
  const read = { method: "GET", path: `/Groups/${id}` };
  await player.step("Add the member", oneloginRequests.addMember(id, member), DONE);
  await player.step("The member arrived", read, { status: 200, members: [member] });
  const renamed = `${name} new`;
  await player.step("Rename the group", oneloginRequests.renameGroup(id, renamed), DONE);
  const known = { totalResults: 1, Resources: [{ id, displayName: renamed }] };
  await player.step("Match the group by its new name", find(renamed), { status: 200, body: known });
  await player.step("Remove the member", oneloginRequests.removeMember(id, member), DONE);
  await player.step("Nobody is left", read, { status: 200, members: [] });
  await player.delete("Delete the group", oneloginRequests.delete(`/Groups/${id}`));
}
