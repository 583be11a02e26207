import { isObject, type Json } from "../../../functions/scim/json.ts";
import type { Chance } from "../chance.ts";
import { type OktaMember, oktaRequests } from "../idp/oktaRequests.ts";
import { completedUser, type ProviderUser } from "../idp/providerUser.ts";
import type { Player } from "./player.ts";

const NO_MATCH: Json = { totalResults: 0, startIndex: 1, Resources: [] };
const DONE = { status: [200, 204] };

/** Two users and two groups: one each as a wizard app (PUT), one as a catalog app (PATCH). */
export async function playOkta(player: Player, chance: Chance): Promise<void> {
  const mark = chance.text("0123456789abcdef", 8);
  const list = { status: 200, body: { startIndex: 1 } };
  await player.step("Test Connector Configuration", oktaRequests.probe(), list);
  await player.step("Save: read the groups", oktaRequests.page("/Groups", 1), list);
  const wizard = await playWizardUser(player, chance, userOf(`play-${mark}-1`, chance));
  const catalog = await playCatalogUser(player, chance, userOf(`play-${mark}-2`, chance));
  await playWizardGroup(player, `Play ${mark} 1`, wizard);
  await playCatalogGroup(player, `Play ${mark} 2`, wizard, catalog);
}

async function playWizardUser(player: Player, chance: Chance, user: ProviderUser): Promise<OktaMember> {
  const { userName } = user;
  const create = oktaRequests.create(user, passwordOf(chance));
  await player.step("Assign: look the user up", oktaRequests.find(userName), { status: 200, body: NO_MATCH });
  const id = await player.create("Assign: create the user", create, created(user));
  const read = await player.step("Read the user", oktaRequests.read(`/Users/${id}`), {
    status: 200,
    body: { id, userName },
  });
  const got = isObject(read.answer) ? read.answer : {};
  const after = { ...user, givenName: "Changed", familyName: "Name", displayName: "Changed Name" };
  const changed = (active: boolean) => oktaRequests.replace(id, after, active, passwordOf(chance), got);
  const seen = (active: boolean) => ({
    status: 200,
    body: { id, userName, displayName: "Changed Name", name: { givenName: "Changed", familyName: "Name" }, active },
  });
  await player.step("Update the profile by PUT", changed(true), seen(true));
  await player.step("Deactivate by PUT", changed(false), seen(false));
  const inactive = { totalResults: 1, Resources: [{ id, active: false }] };
  const lookup = oktaRequests.find(userName.toUpperCase());
  await player.step("A deactivated user is still found, in upper case too", lookup, { status: 200, body: inactive });
  await player.step("Reactivate by PUT", changed(true), seen(true));
  await player.step("A second create is a conflict", create, { status: 409 });
  return { value: id, display: userName };
}

async function playCatalogUser(player: Player, chance: Chance, user: ProviderUser): Promise<OktaMember> {
  const create = oktaRequests.create(user, passwordOf(chance));
  const id = await player.create("Assign another user", create, created(user));
  const read = oktaRequests.read(`/Users/${id}`);
  const turned = (active: boolean) => ({ ...DONE, body: { active } });
  await player.step("Deactivate by PATCH", oktaRequests.activate(id, false), turned(false));
  await player.step("The deactivation arrived", read, { status: 200, body: { active: false } });
  await player.step("Reactivate by PATCH", oktaRequests.activate(id, true), turned(true));
  await player.step("The reactivation arrived", read, { status: 200, body: { active: true } });
  await player.step("Push a password: taken and dropped", oktaRequests.password(id, passwordOf(chance)), DONE);
  return { value: id, display: user.userName };
}

async function playWizardGroup(player: Player, name: string, member: OktaMember): Promise<void> {
  const lookup = oktaRequests.findGroup(name);
  await player.step("Push Groups: look it up", lookup, { status: 200, body: NO_MATCH });
  const create = oktaRequests.createGroup(name);
  const id = await player.create("Push Groups: create it", create, { status: 201, body: { displayName: name } });
  const put = (displayName: string, members: OktaMember[]) => oktaRequests.replaceGroup(id, displayName, members);
  const named = { status: 200, body: { displayName: name } };
  await player.step("An empty PUT right after the create", put(name, []), named);
  await player.step("Push the members by PUT", put(name, [member]), { status: 200, members: [member.value] });
  const renamed = `${name} new`;
  const emptied = { status: 200, body: { displayName: renamed }, members: [] };
  await player.step("Rename and empty by PUT", put(renamed, []), emptied);
  await player.delete("Unlink and delete the group", oktaRequests.delete(`/Groups/${id}`));
  await player.step("The group is gone", oktaRequests.read(`/Groups/${id}`), { status: 404 });
}

async function playCatalogGroup(player: Player, name: string, first: OktaMember, second: OktaMember): Promise<void> {
  const create = oktaRequests.createGroup(name);
  const id = await player.create("Push another group", create, { status: 201, body: { displayName: name } });
  const group = oktaRequests.read(`/Groups/${id}`);
  const renamed = `${name} new`;
  const holds = (...members: OktaMember[]) => ({
    status: 200,
    body: { displayName: renamed },
    members: members.map(({ value }) => value),
  });
  await player.step("Rename by PATCH", oktaRequests.renameGroup(id, renamed), DONE);
  await player.step("Remove one and add one", oktaRequests.changeMembers(id, [second], [first.value]), DONE);
  await player.step("The name and the member arrived", group, holds(second));
  await player.step("Push Now: the exact list", oktaRequests.pushNow(id, [first, second]), DONE);
  await player.step("Both are members", group, holds(first, second));
  await player.step("Push Now: nobody", oktaRequests.pushNow(id, []), DONE);
  await player.step("Nobody is left", group, holds());
  await player.delete("Unlink and delete the group", oktaRequests.delete(`/Groups/${id}`));
}

function userOf(name: string, chance: Chance): ProviderUser {
  const wishes = { userName: `${name}@example.com`, givenName: "Given", familyName: "Family" };
  return completedUser(wishes, chance, () => `00u${chance.text("0123456789abcdef", 17)}`);
}

function passwordOf(chance: Chance): string {
  return chance.text("0123456789abcdef", 12);
}

function created({ userName }: ProviderUser) {
  return { status: 201, body: { userName, active: true, name: { givenName: "Given", familyName: "Family" } } };
}
