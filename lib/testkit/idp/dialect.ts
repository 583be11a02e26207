import type { JsonObject } from "../../../functions/scim/json.ts";
import type { Chance } from "../chance.ts";
import { DONE } from "./answers.ts";
import type { Line, ProviderRequest, Retrying } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

/** What a provider remembers of a user. */
export interface HeldUser {
  source: ProviderUser;
  /** The service's id; undefined where it has none. */
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

/** Whether the provider expects the service to keep the user. */
type Departure = "kept" | "gone";

/** A provider's requests for each event in it, in order. */
export interface Dialect {
  /** The vendor's name for it. */
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  readonly retrying: Retrying;
  newExternalId(chance: Chance): string;
  testConnection(line: Line): Promise<void>;
  /** The match query. @returns the service's user; undefined for no match */
  find(line: Line, user: HeldUser): Promise<JsonObject | undefined>;
  /** @returns the service's id */
  create(line: Line, user: HeldUser): Promise<string>;
  /** The service has the user: sends the provider's values, and activates it. */
  match(line: Line, user: HeldUser, found: JsonObject): Promise<void>;
  /** @param before the user's earlier attributes */
  change(line: Line, user: HeldUser, id: string, before: ProviderUser): Promise<void>;
  /** Records `active` in the user as soon as it succeeded. */
  activate(line: Line, user: HeldUser, id: string, active: boolean): Promise<void>;
  /** The user is no longer in scope. */
  unassign(line: Line, user: HeldUser, id: string): Promise<Departure>;
  /** The user is deleted from the provider's directory. */
  remove(line: Line, user: HeldUser, id: string): Promise<Departure>;
  findGroup(line: Line, name: string): Promise<JsonObject | undefined>;
  createGroup(line: Line, group: HeldGroup): Promise<string>;
  /** Sends the provider's members of a group that it just created or found. */
  fillGroup(line: Line, group: HeldGroup, id: string, origin: "created" | "found"): Promise<void>;
  changeMembers(line: Line, group: HeldGroup, id: string, change: MembersChange): Promise<void>;
  renameGroup(line: Line, group: HeldGroup, id: string): Promise<void>;
  /** Requests of a full cycle besides those about each user and group. */
  beginCycle(line: Line): Promise<void>;
  /** Requests of a full cycle about a provisioned user in scope. */
  reviewUser(line: Line, user: HeldUser): Promise<void>;
  /** The same for a group. */
  reviewGroup(line: Line, group: HeldGroup): Promise<void>;
}

/** `members` of the group are already the new ones. */
export interface MembersChange {
  readonly added: readonly HeldUser[];
  readonly removed: readonly HeldUser[];
}

type MemberRequest = (id: string, member: string) => ProviderRequest;

/** For providers that send one request for each member. */
export function oneByOne(adding: MemberRequest, removing: MemberRequest) {
  const changeMembers: Dialect["changeMembers"] = async (line, _group, id, { added, removed }) => {
    const membersOf = (users: readonly HeldUser[]) => users.flatMap(({ id: member }) => member ?? []);
    for (const member of membersOf(added)) await line.send(adding(id, member), DONE);
    for (const member of membersOf(removed)) await line.send(removing(id, member), DONE);
  };
  const addAll = (line: Line, group: HeldGroup, id: string): Promise<void> =>
    changeMembers(line, group, id, { added: [...group.members], removed: [] });
  return { changeMembers, addAll };
}
