import type { Database } from "../database.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "../keys.ts";
import { ABSENT, type Action, type Condition, stillIs } from "../table.ts";
import { catalogueItem, mappingsItem } from "./policy.ts";
import { roleKeys } from "./roleKeys.ts";
import type { Role, RoleCatalogue, RoleMappings } from "./roleRecords.ts";

/** How often a role is used: in so many orgs' mappings, or as their default. */
export interface RoleUses {
  of(role: string): number;
  /** Holds while no org has begun to use the role since; of one that none uses. */
  stillUnused(role: string): Action;
}

export async function readUses(database: Database): Promise<RoleUses> {
  const key = roleKeys.uses();
  const item = await database.get(key);
  return {
    of: (role) => Number(item?.[usesOf(role)] ?? 0),
    stillUnused: (role) => {
      const name = usesOf(role);
      return { check: key, condition: { orAbsent: true, all: stillIs(name, item?.[name]) } };
    },
  };
}

/** Behind a prefix: a role may be called as an attribute of every item is. */
function usesOf(role: string): string {
  return `u:${role}`;
}

/**
 * @param settled holds while what allows the change is as it was read
 * @returns `stale`: the catalogue, or what allows the change, is not what was read any more
 */
export async function saveCatalogue(
  database: Database,
  { version }: RoleCatalogue,
  roles: readonly Role[],
  settled: Action | undefined,
): Promise<"saved" | "stale"> {
  const put = catalogueItem({ version: version + 1, roles });
  const refusals = await database.transact([
    { put, condition: isCatalogue(version) },
    ...(settled === undefined ? [] : [settled]),
  ]);
  return refusals.length === 0 ? "saved" : "stale";
}

function isCatalogue(version: number): Condition {
  return version === 0 ? ABSENT : { all: [{ equals: ["v", version] }] };
}

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
    { check: roleKeys.catalogue(), condition: isCatalogue(catalogueVersion) },
    ...countUses(rolesUsed(previous), rolesUsed(next)),
  ];
}

/** The same where they are taken away: the org has no roles any more. */
export function noMappingsActions(orgId: OrgId, previous: RoleMappings | undefined): readonly Action[] {
  return [
    { delete: roleKeys.mappings(orgId) },
    { delete: roleKeys.org(orgId) },
    ...countUses(rolesUsed(previous), new Set()),
  ];
}

function countUses(before: ReadonlySet<string>, after: ReadonlySet<string>): Action[] {
  const begun = [...after].filter((role) => !before.has(role));
  const ended = [...before].filter((role) => !after.has(role));
  if (begun.length + ended.length === 0) return [];
  const add = Object.fromEntries([
    ...begun.map((role) => [usesOf(role), 1]),
    ...ended.map((role) => [usesOf(role), -1]),
  ]);
  return [{ update: roleKeys.uses(), set: { sv: SCHEMA_VERSION }, add }];
}
