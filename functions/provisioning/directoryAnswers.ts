import { fittingPage } from "../scim/render.ts";
import type { UserLink } from "../store/links.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import type { AssignedRoles } from "../store/roles/roleRecords.ts";
import type { Application } from "./application.ts";
import { isMemberOfOrg, type OfSide, type SidesPage } from "./bothSides.ts";
import {
  type DirectoryTeam,
  type DirectoryUser,
  directoryTeam,
  directoryUser,
  PROFILE,
  shownName,
  type TeamOfUser,
} from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";
import { currentRoles, type RolesAhead, readKeptRoles, readRolesAhead } from "./roles/currentRoles.ts";
import { teamsOfUsers } from "./userTeams.ts";

/** The directory API's answers about users and teams, and the reads for them. */

/** The members that `fields=` chooses; absent without `fields=`. */
export type Fields<V> = ReadonlySet<keyof V & string> | undefined;

/** The id is always present. */
export type Chosen<V> = Partial<V> & { readonly id: string };

/** Names of `DirectoryUser`'s members, in its order. The names from `PROFILE` follow the schema. */
export const USER_FIELDS: readonly string[] = [
  "id",
  "managed",
  "lockedReason",
  "version",
  ...PROFILE.map(({ name }) => shownName(name)),
  "enterprise",
  "extensions",
  "roles",
  "rolesVersion",
  "applicationId",
  "linkVersion",
  "created",
  "lastModified",
  "teams",
];

export const TEAM_FIELDS = [
  "id",
  "managed",
  "lockedReason",
  "version",
  "displayName",
  "externalId",
  "created",
  "lastModified",
] as const satisfies readonly (keyof DirectoryTeam)[];

/** @param text names separated by commas @throws ScimError 400 with the known names */
export function readFields<V>(known: readonly string[], text: string | undefined): Fields<V> {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => !known.includes(name))) throw OperatorError.invalidValue("fields", known.join(", "));
  // All names are known, and the known names are members of V.
  return new Set(names) as ReadonlySet<string> as Fields<V>;
}

/** Includes the teams, unless `fields` leaves them out. */
export async function answerUser(
  application: Application,
  user: OfSide<ResourceRecord>,
  fields: Fields<DirectoryUser>,
): Promise<Chosen<DirectoryUser>> {
  const beside = await readBeside(application, [user], fields, fields === undefined || fields.has("teams"));
  return showUser(application, user, beside, fields);
}

/** Includes the teams only if `fields` names them, because they cost reads for each user. */
export async function answerUsers(
  application: Application,
  users: readonly OfSide<ResourceRecord>[],
  fields: Fields<DirectoryUser>,
): Promise<Chosen<DirectoryUser>[]> {
  const beside = await readBeside(application, users, fields, fields?.has("teams") === true);
  return users.map((user) => showUser(application, user, beside, fields));
}

/** By user id. */
interface Beside {
  readonly links: ReadonlyMap<string, UserLink>;
  readonly teams: ReadonlyMap<string, readonly TeamOfUser[]> | undefined;
  /** For an answer with teams: the reads from which current roles are computed. */
  readonly ahead: RolesAhead | undefined;
  /** For an answer without teams: the roles as last stored. */
  readonly kept: ReadonlyMap<string, AssignedRoles>;
}

async function readBeside(
  application: Application,
  users: readonly OfSide<ResourceRecord>[],
  fields: Fields<DirectoryUser>,
  withTeams: boolean,
): Promise<Beside> {
  const withLinks = fields === undefined || fields.has("applicationId") || fields.has("linkVersion");
  const withRoles = fields === undefined || fields.has("roles") || fields.has("rolesVersion");
  const ids = users.map(({ record }) => record.id);
  const [links, teams, ahead, kept] = await Promise.all([
    application.links.ofUsers(withLinks ? ids : []),
    withTeams ? teamsOfUsers(application, users.filter(isMemberOfOrg)) : undefined,
    readRolesAhead(application, withRoles && withTeams ? ids : []),
    readKeptRoles(application, withRoles && !withTeams ? ids : []),
  ]);
  return { links, teams, ahead, kept };
}

function showUser(
  { org }: Application,
  user: OfSide<ResourceRecord>,
  { links, teams: teamsOf, ahead, kept }: Beside,
  fields: Fields<DirectoryUser>,
): Chosen<DirectoryUser> {
  const { managed, record } = user;
  const link = links.get(record.id);
  const teams = teamsOf && (teamsOf.get(record.id) ?? []);
  const { roles, version: rolesVersion } = kept.get(record.id) ?? NO_ROLES;
  const beside = teams ? { link, teams, roles: currentRoles(ahead, user, teams) } : { link, roles, rolesVersion };
  return chosen(directoryUser(org, managed, record, beside), fields);
}

const NO_ROLES = { roles: [], version: 0 };

export function answerTeam(
  { org }: Application,
  { managed, record }: OfSide<GroupRecord>,
  fields: Fields<DirectoryTeam>,
): Chosen<DirectoryTeam> {
  return chosen(directoryTeam(org, managed, record), fields);
}

function chosen<V extends { readonly id: string }>(view: V, fields: Fields<V>): Chosen<V> {
  if (fields === undefined) return view;
  const names: ReadonlySet<string> = fields;
  const entries = Object.entries(view).filter(([name]) => name === "id" || names.has(name));
  // A subset of the view's members, including the id.
  return Object.fromEntries(entries) as Chosen<V>;
}

/**
 * Cuts a page to what one answer can carry. The next page then begins after the last shown view.
 * @param views one for each of `found`
 */
export function cutToFit<F extends { readonly managed: boolean }, V extends { readonly id: string }>(
  { found, next }: SidesPage<F>,
  views: readonly V[],
): { readonly views: readonly V[]; readonly next: SidesPage<F>["next"] } {
  const fitting = fittingPage(views.map((view) => JSON.stringify(view))).length;
  const last = found[fitting - 1];
  if (fitting === views.length || last === undefined) return { views, next };
  return { views: views.slice(0, fitting), next: { managed: last.managed, after: views[fitting - 1]?.id } };
}
