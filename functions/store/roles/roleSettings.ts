import type { Database } from "../database.ts";
import { keyItem, type OrgId, SCHEMA_VERSION } from "../keys.ts";
import { ABSENT, type Action, type Condition, stillIs } from "../table.ts";
import { catalogueItem, mappingsItem } from "./policy.ts";
import { roleKeys } from "./roleKeys.ts";
import type { Role, RoleCatalogue, RoleMappings } from "./roleRecords.ts";

/** In how many orgs a role is used, by mappings or as default. */
interface RoleUses {
  of(role: string): number;
  /** A condition on the uses item, for an unused role: no org has begun to use it since. */
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

/** With a prefix, because a role may have the name of an attribute. */
function usesOf(role: string): string {
  return `u:${role}`;
}

/**
 * Stores the catalogue, and its version in the uses item. So saving mappings needs no right to write the catalogue.
 * @param settled condition on the uses item: what allows the change has not changed
 * @returns `stale`: the catalogue, or what allows the change, has changed
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

/** Attribute of the uses item with the catalogue's version. */
const OF_CATALOGUE = "c";

/** The roles that an org uses by these mappings. */
function rolesUsed(mappings: Pick<RoleMappings, "mappings" | "defaultRole"> | undefined): ReadonlySet<string> {
  if (mappings === undefined) return new Set();
  const { defaultRole } = mappings;
  return new Set([...mappings.mappings.map(({ role }) => role), ...(defaultRole == null ? [] : [defaultRole])]);
}

/**
 * The actions of new mappings, for the transaction that writes the org's settings: refused where the catalogue has another
 * version.
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

/** The same for removed mappings: the org has no roles any more. */
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
