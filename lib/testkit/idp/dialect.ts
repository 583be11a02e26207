import type { JsonObject } from "../../../functions/scim/json.ts";
import type { Chance } from "../chance.ts";
import type { Line, Retrying } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

/** What a provider remembers of a user. */
export interface HeldUser {
  source: ProviderUser;
  /** The service's id; undefined while it has none. */
  id: string | undefined;
  active: boolean;
  /** In scope: assigned to the application. */
  assigned: boolean;
}

/** What a provider remembers of a group that it pushes. */
export interface HeldGroup {
  name: string;
  id: string | undefined;
  readonly externalId: string;
  readonly members: Set<HeldUser>;
}

/** Whether the service still has the user afterwards, for the provider. */
export type Departure = "kept" | "gone";

/** What a provider does with each thing that happens in it: which requests, in which order. */
export interface Dialect {
  /** As its vendor calls it. */
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  readonly retrying: Retrying;
  newExternalId(chance: Chance): string;
  testConnection(line: Line): Promise<void>;
  /** The match query. @returns the user that the service has, undefined where it has none */
  find(line: Line, user: HeldUser): Promise<JsonObject | undefined>;
  /** @returns the service's id */
  create(line: Line, user: HeldUser): Promise<string>;
  /** The service has the user: makes it equal to the provider's, and active. */
  match(line: Line, user: HeldUser, found: JsonObject): Promise<void>;
  /** @param before the user's earlier attributes */
  change(line: Line, user: HeldUser, id: string, before: ProviderUser): Promise<void>;
  /** Also notes it at the user, as soon as it is done. */
  activate(line: Line, user: HeldUser, id: string, active: boolean): Promise<void>;
  /** The user is no longer in scope. */
  unassign(line: Line, user: HeldUser, id: string): Promise<Departure>;
  /** The user is deleted from the provider's directory. */
  remove(line: Line, user: HeldUser, id: string): Promise<Departure>;
  findGroup(line: Line, name: string): Promise<JsonObject | undefined>;
  createGroup(line: Line, group: HeldGroup): Promise<string>;
  /** A group that the provider just created, or found, gets the members that it has there. */
  fillGroup(line: Line, group: HeldGroup, id: string, origin: "created" | "found"): Promise<void>;
  changeMembers(line: Line, group: HeldGroup, id: string, change: MembersChange): Promise<void>;
  renameGroup(line: Line, group: HeldGroup, id: string): Promise<void>;
  removeGroup(line: Line, id: string): Promise<void>;
  /** What its full cycle does beside looking at each user and group. */
  beginCycle(line: Line): Promise<void>;
  /** What its full cycle does with a user in scope whom it has provisioned. */
  reviewUser(line: Line, user: HeldUser): Promise<void>;
  /** The same of a group. */
  reviewGroup(line: Line, group: HeldGroup): Promise<void>;
}

/** `members` of the group are those after the change. */
export interface MembersChange {
  readonly added: readonly HeldUser[];
  readonly removed: readonly HeldUser[];
}
