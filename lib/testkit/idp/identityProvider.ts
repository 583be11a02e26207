import type { AnswerUnfit } from "./answers.ts";
import type { AnswerLost, Exchange, ProviderRefused } from "./line.ts";
import type { ProviderUser, ProviderUserWishes } from "./providerUser.ts";

/** What an action sent, in order, and what was answered. */
export interface Outcome {
  readonly exchanges: readonly Exchange[];
}

/** A user whom the provider has provisioned, as of the end of the action that gave this. */
export interface ProvisionedUser extends Outcome, ProviderUser {
  /** The `id` that the server gave. */
  readonly id: string;
  readonly active: boolean;
}

/** A group that the provider pushes, as of the end of the action that gave this. */
export interface PushedGroup extends Outcome {
  readonly name: string;
  /** The `id` that the server gave. */
  readonly id: string;
  /** userNames. */
  readonly members: readonly string[];
}

/** An action that did not succeed. A provider tries again in its next cycle. */
export type ProviderFailure = ProviderRefused | AnswerUnfit | AnswerLost;

/** What a cycle or a flood sent; a user or group that failed holds up no other one. */
export interface ManyOutcome extends Outcome {
  readonly users: readonly ProvisionedUser[];
  readonly failures: readonly ProviderFailure[];
}

/** A user of this provider: a userName, in any case, or what has one. */
export type UserReference = string | { readonly userName: string };
/** A group of this provider: its name, or what has one. */
export type GroupReference = string | { readonly name: string };

/**
 * An identity provider that has one application with one connection. It keeps a directory and remembers what it provisioned:
 * ids, groups, who is active. Each action sends what that provider sends for it, one request after the other, and resolves
 * when the last one was answered.
 *
 * Every action throws ProviderRefused where the server does not do what the provider needs, AnswerUnfit where its answer
 * lacks something, AnswerLost where none came however often it was asked, ServerSilent where nobody listens, and TypeError for a
 * user or group that the provider does not know. After one of the first three the provider believes what it believed before, except that a user or group
 * that was to come stays in scope: the next cycle sends it.
 */
export interface IdentityProvider {
  readonly tenantUrl: string;
  /** Of all actions so far. */
  readonly exchanges: readonly Exchange[];
  /** Users in scope, as the provider remembers them; without `id` where it has not provisioned them. */
  readonly users: readonly (ProviderUser & { readonly id: string | undefined; readonly active: boolean })[];
  /** Groups that it pushes; `members` are userNames. */
  readonly groups: readonly {
    readonly name: string;
    readonly id: string | undefined;
    readonly members: readonly string[];
  }[];
  /** The button in its console. */
  testConnection(): Promise<Outcome>;
  /**
   * A user comes into scope: looked for, then created or taken over. A user who was unassigned or disabled
   * becomes active again, under the same id where the server still has it.
   * @param user a userName, or what is known of the user; the rest follows from the seed
   */
  assign(user?: string | ProviderUserWishes): Promise<ProvisionedUser>;
  /** The user leaves the scope: deactivated, or deleted where that provider deletes. */
  unassign(user: UserReference): Promise<Outcome>;
  /** The account is disabled in the provider, and stays in scope. */
  disable(user: UserReference): Promise<ProvisionedUser>;
  enable(user: UserReference): Promise<ProvisionedUser>;
  /** Attributes of the user change: the new values, of those that change. */
  rename(user: UserReference, changes: ProviderUserWishes): Promise<ProvisionedUser>;
  /** The user is deleted in the provider for good. Okta only deactivates then. */
  remove(user: UserReference): Promise<Outcome>;
  /** A group is pushed: looked for, then created or linked, then its members. @param members users who are assigned */
  pushGroup(name: string, members?: readonly UserReference[]): Promise<PushedGroup>;
  addMember(group: GroupReference, user: UserReference): Promise<PushedGroup>;
  removeMember(group: GroupReference, user: UserReference): Promise<PushedGroup>;
  renameGroup(group: GroupReference, name: string): Promise<PushedGroup>;
  /** The group is no longer pushed, and deleted at the server. */
  removeGroup(group: GroupReference): Promise<Outcome>;
  /**
   * A full cycle over everything in scope: what the provider compares and sends again although nobody changed it. It corrects
   * what was changed at the server meanwhile, as far as that provider does.
   */
  nightlyCycle(): Promise<ManyOutcome>;
  /** Assigns so many new users. @param inFlight requests at the same time (default 8); with 1 their order is always the same */
  flood(count: number, inFlight?: number): Promise<ManyOutcome>;
}
