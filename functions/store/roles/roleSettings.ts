import type { Database } from "../database.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "../keys.ts";
import { ABSENT, type Action, type Condition, stillIs } from "../table.ts";
import { catalogueItem, mappingsItem } from "./policy.ts";
import { roleKeys } from "./roleKeys.ts";
import type { Role, RoleCatalogue, RoleMappings } from "./roleRecords.ts";

/** How often a role is used: in so many orgs' mappings, or as their default. */
export interface RoleUses {
  of(role: string): number;
  /** Of the uses: holds while no org has begun to use the role since; of one that none uses. */
  stillUnused(role: string): Condition;
}

export async function readUses(database: Database): Promise<RoleUses> {
  const item = await database.get(roleKeys.uses());
  return {
    of: (role) => Number(item?.[usesOf(role)] ?? 0),
    stillUnused: (role) => {
      const name = usesOf(role);
      return { orAbsent: true, all: stillIs(name, item?.[name]) };
    },
  };
}

/** Behind a prefix: a role may be called as an attribute of every item is. */
function usesOf(role: string): string {
  return `u:${role}`;
}

/**
 * The uses say of which version the catalogue is: so who saves mappings need not touch it, and could not change it.
 * @param settled of the uses: holds while what allows the change is as it was read
 * @returns `stale`: the catalogue, or what allows the change, is not what was read any more
 */
export async function saveCatalogue(
  database: Database,
  { version }: RoleCatalogue,
  roles: readonly Role[],
  settled: Condition | undefined,
): Promise<"saved" | "stale"> {
  const put = catalogueItem({ version: version + 1, roles });
  const set = { sv: SCHEMA_VERSION, [OF_CATALOGUE]: version + 1 };
  const refusals = await database.transact([
    { put, condition: version === 0 ? ABSENT : { all: [{ equals: ["v", version] }] } },
    { update: roleKeys.uses(), set, condition: settled },
  ]);
  return refusals.length === 0 ? "saved" : "stale";
}

/** The attribute of the uses. */
const OF_CATALOGUE = "c";

/** The roles of which the mappings make a use of the org. */
export function rolesUsed(mappings: Pick<RoleMappings, "mappings" | "defaultRole"> | undefined): ReadonlySet<string> {
  if (mappings === undefined) return new Set();
  const { defaultRole } = mappings;
  return new Set([...mappings.mappings.map(({ role }) => role), ...(defaultRole == null ? [] : [defaultRole])]);
}

/**
 * What is written with the settings of an org whose mappings change: refused where the catalogue is not of this version
 * any more.
 * @param previous as stored now; undefined: the org has none
 */
export function mappingsActions(
  orgId: OrgId,
  previous: RoleMappings | undefined,
  next: RoleMappings,
  catalogueVersion: number,
): readonly Action[] {
  return [
    { put: mappingsItem(orgId, next) },
    { put: keyItem(roleKeys.org(orgId)) },
    countUses(rolesUsed(previous), rolesUsed(next), isOfCatalogue(catalogueVersion)),
  ];
}

/** The same where they are taken away: the org has no roles any more. */
export function noMappingsActions(orgId: OrgId, previous: RoleMappings | undefined): readonly Action[] {
  return [
    { delete: roleKeys.mappings(orgId) },
    { delete: roleKeys.org(orgId) },
    countUses(rolesUsed(previous), new Set()),
  ];
}

function isOfCatalogue(version: number): Condition {
  if (version === 0) return { orAbsent: true, all: [{ missing: OF_CATALOGUE }] };
  return { all: [{ equals: [OF_CATALOGUE, version] }] };
}

function countUses(before: ReadonlySet<string>, after: ReadonlySet<string>, condition?: Condition): Action {
  const begun = [...after].filter((role) => !before.has(role));
  const ended = [...before].filter((role) => !after.has(role));
  const add = [...begun.map((role) => [usesOf(role), 1]), ...ended.map((role) => [usesOf(role), -1])];
  return { update: roleKeys.uses(), set: { sv: SCHEMA_VERSION }, add: Object.fromEntries(add), condition };
}
