import type { ScimError } from "../scim/error.ts";
import { emailKey, userNameKey } from "../scim/paths.ts";
import type { UserLink } from "../store/links.ts";
import type { ResourceRecord } from "../store/records.ts";
import type { AssignedRole } from "../store/roles/roleRecords.ts";
import type { Directory } from "../store/session.ts";
import type { Application } from "./application.ts";
import type { OfSide } from "./bothSides.ts";
import { type DirectoryUser, directoryUser, type TeamOfUser } from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";
import { currentRoles, readRolesAhead } from "./roles/currentRoles.ts";
import { groupIdsOf, NO_GROUPS, teamsHolding } from "./userTeams.ts";

/** How SAML's NameID or an attribute names the person who signs in. */
export type Person =
  | { readonly by: "email"; readonly value: string }
  | { readonly by: "userName"; readonly value: string }
  | { readonly by: "externalId"; readonly value: string }
  /** The application's own id, from the user's link. */
  | { readonly by: "applicationId"; readonly value: string };

export interface Access {
  /** Whether this person is a member of the org now: a managed user who is active, or an unmanaged one. */
  readonly member: boolean;
  /** Why not. `ambiguous`: several users match, and none has precedence. */
  readonly reason?: "noSuchUser" | "inactive" | "ambiguous";
  readonly user: DirectoryUser | null;
  /** All matching users, where several match. */
  readonly candidates?: readonly DirectoryUser[];
  /** Direct memberships, of either side; empty unless `member`. */
  readonly teams: readonly TeamOfUser[];
  /** Computed now from the teams, the user and the org's mappings; empty unless `member`. */
  readonly roles: readonly AssignedRole[];
}

/**
 * The sign-in gate (P21). Guarantee (ADR 0012): every change answered before this request began counts, if it makes or ends
 * membership of the org, renames or re-addresses a user, or removes somebody from a team. Users are read strongly consistent,
 * and each team is checked against its own membership and item. Only a team that only the index knows (ADR 0050) may be missing
 * while the index lags, usually far less than a second. Roles are computed from these reads (ADR 0064); a role that keeps its
 * last holder ends when the worker has processed the change.
 *
 * Cost: 4.5 read units and two for each team, three more per further user that matches, in three round trips after the two
 * that find the org. With roles: a unit more per matching user, one for the mappings and one for each 4 KB of the catalogue, in
 * one call of the same round trips.
 * @throws ScimError 400 for a userName that nobody can have
 */
export async function accessOf(application: Application, person: Person): Promise<Access> {
  const decided = await decideAccess(application, person, readRolesAhead);
  const { reason, user, several, matching, ownTeams, ahead } = decided;
  if (user === null || reason !== undefined)
    return { member: false, reason: reason ?? "noSuchUser", user, ...several, teams: [], roles: [] };
  const match = matching.find(({ record }) => record.id === user.id);
  const shown = async (id: string) => ownTeams.get(id) ?? [];
  const groupIds = match === undefined ? NO_GROUPS : await groupIdsOf(application, match, shown);
  const teams = (await teamsHolding(application, new Map([[user.id, groupIds]]))).get(user.id) ?? [];
  const roles = match === undefined ? [] : currentRoles(ahead, match, teams);
  return { member: true, user, ...several, teams, roles };
}

const readNoRoles: typeof readRolesAhead = async () => undefined;

/**
 * The gate without teams: the user, where one matches, and why that user is no member.
 * @param readRoles for the matching users; absent: roles are not needed @throws as `accessOf`
 */
export async function decideAccess(application: Application, person: Person, readRoles = readNoRoles) {
  let found = await candidatesFor(application, person, readRoles);
  if (found.candidates.length === 0 && application.own.otherSide !== undefined) {
    // Both reads may miss a user who is adopted between them. A second read finds the managed user.
    found = await candidatesFor(application, person, readRoles);
  }
  const { candidates, ...beside } = found;
  const several = candidates.length > 1 ? { candidates } : {};
  const user = preferredUser(candidates) ?? null;
  return { reason: reasonOf(user, candidates), user, several, ...beside };
}

function reasonOf(user: DirectoryUser | null, candidates: readonly DirectoryUser[]): Access["reason"] {
  if (user === null) return candidates.length === 0 ? "noSuchUser" : "ambiguous";
  return user.active ? undefined : "inactive";
}

/** The matching users, and for each the ids of the application's own teams in the index. */
async function candidatesFor(application: Application, person: Person, readRoles: typeof readRolesAhead) {
  const { org, managed, own, links } = application;
  const [theirIds, ourIds] = await candidateIds(application, person);
  const ids = [...new Set([...theirIds, ...ourIds])];
  const [theirs, ours, ownTeams, linked, ahead] = await Promise.all([
    managed.users.withGroups.findMany(theirIds),
    own.directory.users.withGroups.findMany(ourIds),
    ownTeamsOf(application, ids),
    links.ofUsers(ids),
    readRoles(application, ids),
  ]);
  // A user who is being adopted may be on both sides.
  const adopted = new Set(theirs.map(({ id }) => id));
  const matching: OfSide<ResourceRecord>[] = [
    ...theirs.map((record) => ({ managed: true, record })),
    ...ours.filter(({ id }) => !adopted.has(id)).map((record) => ({ managed: false, record })),
  ].filter(({ record }) => hasValue(record, linked.get(record.id), person));
  const candidates = matching.map((match) =>
    directoryUser(org, match.managed, match.record, { link: linked.get(match.record.id) }),
  );
  return { matching, candidates, ownTeams, ahead };
}

/**
 * The managed side has precedence: a person whom the identity provider deactivated must not sign in with an account of the same
 * name that the identity provider does not know. Within a side, active users have precedence.
 */
function preferredUser(candidates: readonly DirectoryUser[]): DirectoryUser | undefined {
  const managed = candidates.filter((user) => user.managed);
  const side = managed.length > 0 ? managed : candidates;
  const active = side.filter((user) => user.active);
  const [one, ...others] = active.length > 0 ? active : side;
  return others.length === 0 || active.length === 0 ? one : undefined;
}

type Looked = Exclude<Person, { by: "applicationId" }>;

/** Ids of users of either side who may match. A link does not say on which side its user is. */
async function candidateIds(
  { managed, own, links }: Application,
  person: Person,
): Promise<readonly [theirs: readonly string[], ours: readonly string[]]> {
  if (person.by !== "applicationId") return Promise.all([idsOf(managed, person), idsOf(own.directory, person)]);
  const holder = await links.holderOf(person.value);
  const ids = holder === undefined ? [] : [holder];
  return [ids, ids];
}

async function idsOf({ users }: Directory, person: Looked): Promise<string[]> {
  switch (person.by) {
    case "email":
      return users.idsByValue(emailKey(person.value));
    case "userName":
      return users.idsByName(userNameKey(person.value));
    case "externalId":
      return users.idsByExternalId(person.value);
  }
}

/** Indexes can be stale: the record itself must have the value. */
function hasValue({ keys }: ResourceRecord, link: UserLink | undefined, person: Person): boolean {
  switch (person.by) {
    case "email":
      return keys.values.includes(emailKey(person.value));
    case "userName":
      return keys.name === userNameKey(person.value);
    case "externalId":
      return keys.externalId === person.value;
    case "applicationId":
      return link?.applicationId === person.value;
  }
}

/** By user id. */
type OwnTeams = ReadonlyMap<string, readonly string[]>;

/** More people than this with one name are a mistake, so their groups are not read. */
const CANDIDATES_AT_MOST = 20;

async function ownTeamsOf({ own }: Application, ids: readonly string[]): Promise<OwnTeams> {
  if (ids.length > CANDIDATES_AT_MOST) throw tooMany();
  const { memberships } = own.directory;
  return new Map(await Promise.all(ids.map(async (id) => [id, await memberships.groupsOf(id)] as const)));
}

function tooMany(): ScimError {
  return OperatorError.tooMany("candidates", CANDIDATES_AT_MOST);
}
