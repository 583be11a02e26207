import type { HeldGroup, HeldUser } from "./dialect.ts";
import type { Outcome, ProvisionedUser, PushedGroup } from "./identityProvider.ts";

/** userNames are compared ignoring case (RFC 7643 section 4.1.1). */
export function comparedName(userName: string): string {
  return userName.toLowerCase();
}

/** @throws TypeError */
export function idOf({ id, source }: HeldUser): string {
  if (id === undefined) throw new TypeError(`${source.userName} is not provisioned: assign the user first.`);
  return id;
}

/** @throws TypeError */
export function idOfGroup({ id, name }: HeldGroup): string {
  if (id === undefined) throw new TypeError(`The group ${name} was not pushed.`);
  return id;
}

/** @param holder who has the name that `one` is to get @throws TypeError saying `refusal` where that is another */
export function assertFree<T extends object>(holder: T | undefined, one: T, refusal: string): void {
  if (holder !== undefined && holder !== one) throw new TypeError(`${refusal}: rename or remove that one first.`);
}

/** The result for the caller of an action. @throws TypeError */
export function provisioned(user: HeldUser, { exchanges }: Outcome): ProvisionedUser {
  return { ...user.source, id: idOf(user), active: user.active, exchanges };
}

/** The result for the caller of an action. @throws TypeError */
export function pushed(group: HeldGroup, { exchanges }: Outcome): PushedGroup {
  return { name: group.name, id: idOfGroup(group), members: namesIn(group), exchanges };
}

export function namesIn({ members }: HeldGroup): string[] {
  return [...members].map(({ source }) => source.userName);
}
