import { objectIn } from "../../scim/json.ts";
import type { Database } from "../database.ts";
import { keyItem, type OrgId } from "../keys.ts";
import type { Item, Key } from "../table.ts";
import { CATALOGUE, catalogueKey, MAPPINGS, roleKeys } from "./roleKeys.ts";
import type { Role, RoleCatalogue, RoleMappings } from "./roleRecords.ts";

/** The settings that decide which roles users have. */
export interface RolePolicy {
  readonly catalogue: RoleCatalogue;
  readonly mappings: RoleMappings;
}

export const NO_CATALOGUE: RoleCatalogue = { version: 0, roles: [] };

/**
 * For an org that has roles. Strongly consistent, but not a snapshot.
 * @returns undefined where its mappings were removed meanwhile
 */
export async function readPolicy(database: Database, orgId: OrgId): Promise<RolePolicy | undefined> {
  return policyIn(await database.getMany(policyKeys(orgId)));
}

/** The keys that `policyIn` needs, for a read together with others. */
export function policyKeys(orgId: OrgId): readonly Key[] {
  return [catalogueKey(), roleKeys.mappings(orgId)];
}

/** @param items of one org's `policyKeys`, possibly among others @returns as `readPolicy` */
export function policyIn(items: readonly Item[]): RolePolicy | undefined {
  const catalogue = items.find(({ sk }) => sk === CATALOGUE);
  const mappings = items.find(({ sk }) => sk === MAPPINGS);
  return mappings && { catalogue: catalogue ? catalogueOf(catalogue) : NO_CATALOGUE, mappings: mappingsOf(mappings) };
}

export async function readCatalogue(database: Database): Promise<RoleCatalogue> {
  const item = await database.get(catalogueKey());
  return item === undefined ? NO_CATALOGUE : catalogueOf(item);
}

/** As `soundMappings`: whatever is damaged can be put anew, taken away and purged. */
export async function readMappings(database: Database, orgId: OrgId): Promise<RoleMappings | undefined> {
  const item = await database.get(roleKeys.mappings(orgId));
  return item && soundMappings(item);
}

/** @returns undefined where somebody damaged the text: nothing of it can be told */
export function soundMappings(item: Item): RoleMappings | undefined {
  return Array.isArray(objectIn(String(item.d))?.mappings) ? mappingsOf(item) : undefined;
}

export function catalogueItem({ version, roles }: RoleCatalogue): Item {
  return { ...keyItem(catalogueKey()), v: version, d: JSON.stringify(roles) };
}

function catalogueOf(item: Item): RoleCatalogue {
  // Only catalogueItem writes it.
  return { version: Number(item.v), roles: JSON.parse(String(item.d)) as readonly Role[] };
}

export function mappingsItem(orgId: OrgId, { version, ...mappings }: RoleMappings): Item {
  return { ...keyItem(roleKeys.mappings(orgId)), v: version, d: JSON.stringify(mappings) };
}

export function mappingsOf(item: Item): RoleMappings {
  // Only mappingsItem writes it.
  return { ...(JSON.parse(String(item.d)) as Omit<RoleMappings, "version">), version: Number(item.v) };
}
