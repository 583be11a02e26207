import type { AnswerUnfit } from "./answers.ts";
import type { AnswerLost, Exchange, ProviderRefused } from "./line.ts";
import type { ProviderUser, ProviderUserWishes } from "./providerUser.ts";

/** An action's requests in order, with their answers. */
export interface Outcome {
  readonly exchanges: readonly Exchange[];
}

/** A provisioned user at the end of the action. */
export interface ProvisionedUser extends Outcome, ProviderUser {
  /** The server's `id`. */
  readonly id: string;
  readonly active: boolean;
}

/** A pushed group at the end of the action. */
export interface PushedGroup extends Outcome {
  readonly name: string;
  /** The server's `id`. */
  readonly id: string;
  /** userNames. */
  readonly members: readonly string[];
}

/** A failed action. A provider tries again in its next cycle. */
export type ProviderFailure = ProviderRefused | AnswerUnfit | AnswerLost;

/** The result of a cycle or a flood; a failed user or group stops no other. */
export interface ManyOutcome extends Outcome {
  readonly users: readonly ProvisionedUser[];
  readonly failures: readonly ProviderFailure[];
}

/** A user of this provider: a userName in any case, or an object with one. */
export type UserReference = string | { readonly userName: string };
/** A group of this provider: its name, or an object with one. */
export type GroupReference = string | { readonly name: string };

/**
 * An identity provider with one application and one connection. It keeps a directory and remembers what it provisioned: ids,
 * groups, active users. Each action sends that provider's requests, one after the other, and resolves after the last answer.
 *
 * Every action throws ProviderRefused where the server refuses what the provider needs, AnswerUnfit where an answer lacks
 * something, AnswerLost where every attempt stayed without an answer, ServerSilent where nobody listens, and TypeError for an
 * unknown user or group, or a name that another one has. After one of the first three, new users, groups and members and
 * changed attributes stay in the provider's directory, and the next cycle sends them (Okta sends a group's name with the next
 * change of its members). Who was to be disabled, enabled or removed is as before.
 */
export interface IdentityProvider {
  readonly tenantUrl: string;
  /** Of all actions so far. */
  readonly exchanges: readonly Exchange[];
  /** Users in scope, as the provider remembers them; `id` is undefined before they are provisioned. */
  readonly users: readonly (ProviderUser & { readonly id: string | undefined; readonly active: boolean })[];
  /** Pushed groups; `members` are userNames. */
  readonly groups: readonly {
    readonly name: string;
    readonly id: string | undefined;
    readonly members: readonly string[];
  }[];
  /** The button in the provider's console. */
  testConnection(): Promise<Outcome>;
  /**
   * Brings a user into scope: looks for the user, then creates or links it. An unassigned or disabled user becomes active
   * again, under the same id if the server still has it.
   * @param user a userName, or some attributes; the rest follows from the seed
   */
  assign(user?: string | ProviderUserWishes): Promise<ProvisionedUser>;
  /** Removes the user from scope: deactivates it, or deletes it where that provider deletes. */
  unassign(user: UserReference): Promise<Outcome>;
  /** Disables the account in the provider; it stays in scope. */
  disable(user: UserReference): Promise<ProvisionedUser>;
  enable(user: UserReference): Promise<ProvisionedUser>;
  /** Changes attributes of the user to the given values. */
  rename(user: UserReference, changes: ProviderUserWishes): Promise<ProvisionedUser>;
  /** Deletes the user in the provider finally. Okta only deactivates then. */
  remove(user: UserReference): Promise<Outcome>;
  /** Pushes a group: looks for it, creates or links it, then sends its members. @param members assigned users */
  pushGroup(name: string, members?: readonly UserReference[]): Promise<PushedGroup>;
  addMember(group: GroupReference, user: UserReference): Promise<PushedGroup>;
  removeMember(group: GroupReference, user: UserReference): Promise<PushedGroup>;
  renameGroup(group: GroupReference, name: string): Promise<PushedGroup>;
  /** Stops pushing the group, and deletes it at the server. */
  removeGroup(group: GroupReference): Promise<Outcome>;
  /**
   * A full cycle over everything in scope: the provider compares and sends again even unchanged values. It corrects changes
   * made at the server meanwhile, as far as that provider does.
   */
  nightlyCycle(): Promise<ManyOutcome>;
  /** Assigns so many new users. @param inFlight parallel requests (default 8); with 1 their order is always the same */
  flood(count: number, inFlight?: number): Promise<ManyOutcome>;
}
