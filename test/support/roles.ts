import { Database, type DatabaseOptions } from "../../functions/store/database.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { settingsKeys } from "../../functions/store/keys.ts";
import { catalogueItem, mappingsItem } from "../../functions/store/roles/policy.ts";
import type { Role, RoleMappings } from "../../functions/store/roles/roleRecords.ts";
import { orgItem, orgRecord } from "../../functions/store/settings.ts";

/** One role of a catalogue. */
export function role(key: string, own: Partial<Role> = {}): Role {
  const plain = { description: "", kind: "role", assignable: true, default: false, keepOne: false } as const;
  return { key, displayName: `The ${key}`, ...plain, ...own };
}

/** Writes catalogue and mappings as the APIs do, at the next version, without their effects. */
export async function putRoles(
  access: DatabaseOptions,
  orgId: OrgId,
  roles: readonly Role[],
  { version, ...mappings }: Partial<RoleMappings> = {},
): Promise<void> {
  const database = new Database(access);
  const item = await database.get(settingsKeys.org(orgId));
  if (item === undefined) throw new Error(`no org ${orgId}`);
  const org = orgRecord(item);
  const next = version ?? (org.roles ?? 0) + 1;
  const sorted = [...roles].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.write([
    { put: catalogueItem({ version: next, roles: sorted }) },
    { put: mappingsItem(orgId, { version: next, mode: "union", mappings: [], ...mappings }) },
    { put: orgItem({ ...org, roles: next }, String(item.lr)) },
  ]);
}
