import type { Chance } from "../chance.ts";

/** A user in the identity provider's own directory, before the mapping to SCIM. */
export interface ProviderUser {
  readonly userName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName: string;
  /** The work address. */
  readonly email: string;
  /** The provider's own id of the user: a GUID in Entra, `00u…` in Okta, a number in OneLogin. */
  readonly externalId: string;
  readonly title?: string;
  readonly department?: string;
  readonly employeeNumber?: string;
}

/** A test's values for a user; the rest follows from the seed, and the display name from the names. */
export type ProviderUserWishes = Partial<ProviderUser>;

const GIVEN = ["Ada", "Grace", "Edith", "Alan", "Barbara", "Donald", "Frances", "Katherine", "Radia", "Tony"];
const FAMILY = ["Lovelace", "Hopper", "Clarke", "Turing", "Liskov", "Knuth", "Allen", "Johnson", "Perlman", "Hoare"];
const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

export function completedUser(
  wishes: ProviderUserWishes,
  chance: Chance,
  newExternalId: (chance: Chance) => string,
): ProviderUser {
  const givenName = wishes.givenName ?? GIVEN[chance.below(GIVEN.length)] ?? "Ada";
  const familyName = wishes.familyName ?? FAMILY[chance.below(FAMILY.length)] ?? "Lovelace";
  const mark = chance.text(LETTERS_AND_DIGITS, 6);
  const userName = wishes.userName ?? wishes.email ?? `${givenName}.${familyName}.${mark}@example.com`.toLowerCase();
  const externalId = newExternalId(chance);
  return {
    displayName: `${givenName} ${familyName}`,
    email: userName.includes("@") ? userName : `${userName}@example.com`,
    externalId,
    ...wishes,
    userName,
    givenName,
    familyName,
  };
}

/** The changed user: a display name made of the names follows them. */
export function changedUser(user: ProviderUser, changes: ProviderUserWishes): ProviderUser {
  const changed = { ...user, ...changes };
  const followed = user.displayName === `${user.givenName} ${user.familyName}` && changes.displayName === undefined;
  return followed ? { ...changed, displayName: `${changed.givenName} ${changed.familyName}` } : changed;
}
