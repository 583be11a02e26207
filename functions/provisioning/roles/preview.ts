import { inParallel } from "../../store/database.ts";
import { membersBetween } from "../../store/memberships.ts";
import type { OrgRecord, ResourceRecord } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import { AssignedRoleStore } from "../../store/roles/assigned.ts";
import type { RolePolicy } from "../../store/roles/policy.ts";
import type { AssignedRole } from "../../store/roles/roleRecords.ts";
import { rolesOf, sentRoles } from "../../store/roles/rolesOf.ts";
import type { Directory } from "../../store/session.ts";
import type { Position } from "../bothSides.ts";
import { getOrg } from "../changeOrg.ts";
import { shortened, type TeamOfUser, userFields } from "../directoryViews.ts";
import { roleNamed } from "./catalogue.ts";
import { type MappingWishes, readWishes } from "./mappingChecks.ts";
import { type RoleAdministration, readChecked } from "./mappings.ts";

/** A page is of one side. A user's record has about 1.5 KB, and at most 48 KB. */
const USERS_AT_ONCE = 200;

/**
 * The roles that a page of people would have under these mappings, compared with their stored roles. It reads the people, the
 * mapped teams' memberships between the first and the last id, and the stored roles: for 200 people of 1.5 KB about 75 units,
 * 1 to 3 for each mapped team, twice 1 for each team to find its side, and 8 for the roles. Handlers compile only where the answer
 * has what its declaration says.
 * @throws ScimError 400 invalidValue, 404
 */
export async function previewMappings(
  administration: RoleAdministration,
  slug: string,
  wishes: MappingWishes,
  from: Position,
) {
  const given = readWishes(wishes);
  const org = await getOrg(administration.settings, slug);
  const { catalogue, teams } = await readChecked(administration, org, given);
  const policy: RolePolicy = { catalogue, mappings: { ...given, version: 0 } };
  const sides = { true: administration.directory(org.id), false: administration.unmanaged(org.id) };
  const { records, next } = await sides[`${from.managed}`].users.list(USERS_AT_ONCE, from.after);
  const [teamsOf, before] = await Promise.all([
    teamsOfPage(sides, from.managed, [...teams.values()], records),
    rolesNow(administration, org, records),
  ]);
  const people = records.map((record) => {
    const attributes = attributesOf(record);
    const facts = {
      member: !from.managed || userFields(record).active,
      teams: teamsOf.get(record.id) ?? [],
      sent: sentRoles(attributes),
    };
    return { record, before: before.get(record.id) ?? [], after: rolesOf(policy, facts) };
  });
  return {
    looked: people.length,
    users: people.flatMap((person) => changeOf(person, from.managed)),
    roles: countsOf(policy, people),
    next: nextOf(from, next),
  };
}

interface Person {
  readonly record: ResourceRecord;
  readonly before: readonly AssignedRole[];
  readonly after: readonly AssignedRole[];
}

type Sides = Readonly<Record<"true" | "false", Directory>>;

/** The mapped teams of each user, by user id. */
async function teamsOfPage(
  sides: Sides,
  managed: boolean,
  teams: readonly TeamOfUser[],
  records: readonly ResourceRecord[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = records.map(({ id }) => id).sort();
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  // A team of the identity provider cannot hold unmanaged users.
  const possible = teams.filter((team) => managed || !team.managed);
  const found = await inParallel(possible, async (team) => {
    const part = { first, last, about: ids.length + 1 };
    const members = await membersBetween(sides[`${team.managed}`].view, team.id, part);
    return members.map((member) => ({ member, team: team.id }));
  });
  const byMember = Map.groupBy(found.flat(), ({ member }) => member);
  return new Map([...byMember].map(([id, memberships]) => [id, memberships.map(({ team }) => team)]));
}

async function rolesNow(
  { database }: RoleAdministration,
  { id, roles }: OrgRecord,
  records: readonly ResourceRecord[],
): Promise<ReadonlyMap<string, readonly AssignedRole[]>> {
  if (roles === undefined) return new Map();
  const assigned = await new AssignedRoleStore(database, id).ofUsers(records.map((record) => record.id));
  return new Map([...assigned].map(([user, one]) => [user, one.roles]));
}

/** Nothing for a person whose roles would stay. */
function changeOf({ record, before, after }: Person, managed: boolean) {
  const [had, has] = [keysOf(before), keysOf(after)];
  const gains = [...has].filter((key) => !had.has(key));
  const loses = [...had].filter((key) => !has.has(key));
  if (gains.length + loses.length === 0) return [];
  const { id, userName, displayName } = userFields(record);
  return [{ id, managed, userName, displayName: shortened(displayName), gains, loses, roles: after }];
}

/** How many of the people have a role, and would have it, by its key. */
function countsOf({ catalogue }: RolePolicy, people: readonly Person[]) {
  const counts = new Map<string, { before: number; after: number }>();
  for (const person of people) {
    for (const when of ["before", "after"] as const) {
      for (const { key } of person[when]) {
        const count = counts.get(key) ?? { before: 0, after: 0 };
        count[when] += 1;
        counts.set(key, count);
      }
    }
  }
  return [...counts]
    .map(([key, count]) => ({ key, keepOne: roleNamed(catalogue, key)?.keepOne === true, ...count }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function keysOf(roles: readonly AssignedRole[]): ReadonlySet<string> {
  return new Set(roles.map(({ key }) => key));
}

function nextOf({ managed }: Position, after: string | undefined): Position | undefined {
  if (after !== undefined) return { managed, after };
  return managed ? { managed: false, after: undefined } : undefined;
}
