import type { Database } from "../database.ts";
import type { OrgId } from "../keys.ts";
import type { Item } from "../table.ts";
import { assignedOf } from "./assigned.ts";
import { roleKeys } from "./roleKeys.ts";
import type { AssignedRoles } from "./roleRecords.ts";

/** The stored roles of one user; `over`: the user is known to be deleted. */
export interface KeptRoles extends AssignedRoles {
  readonly over: boolean;
}

/** `fault`: the stored roles cannot be read. */
export type KeptRead = KeptRoles | { readonly fault: unknown };

/** By user id. */
export async function keptRoles(
  database: Database,
  orgId: OrgId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KeptRead>> {
  return keptIn(await database.getMany(ids.map((id) => roleKeys.assigned(orgId, id))));
}

/** In the order of the users' ids. */
export async function keptPage(database: Database, orgId: OrgId, limit: number, after: string | undefined) {
  const { items, last } = await database.query(roleKeys.assignedOf(orgId), { limit, after });
  return { kept: keptIn(items), last };
}

function keptIn(items: readonly Item[]): ReadonlyMap<string, KeptRead> {
  return new Map(items.map((item) => [String(item.sk), keptOf(item)]));
}

/** Damaged numbers make a fault, because no look can be written over them; a fault in one user does not stop the others. */
export function keptOf(item: Item): KeptRead {
  try {
    const read = assignedOf(item);
    const isSound = [item.v, item.f].every((one) => typeof one === "number") && Array.isArray(read.roles);
    return isSound ? { ...read, over: item.ttl !== undefined } : { fault: new Error("roles that no release wrote") };
  } catch (fault) {
    return { fault };
  }
}
