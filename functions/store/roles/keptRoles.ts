import type { Database } from "../database.ts";
import type { OrgId } from "../keys.ts";
import type { Item } from "../table.ts";
import { assignedOf } from "./assigned.ts";
import { roleKeys } from "./roleKeys.ts";
import type { AssignedRoles } from "./roleRecords.ts";

/** What is kept of one user: `over` once it is known that there is no such user any more. */
export interface KeptRoles extends AssignedRoles {
  readonly over: boolean;
}

/** `fault`: what is kept cannot be read. */
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

/** No look can be written over numbers that are none: one that is damaged stops nobody else's. */
export function keptOf(item: Item): KeptRead {
  try {
    const read = assignedOf(item);
    const isSound = [item.v, item.f].every((one) => typeof one === "number") && Array.isArray(read.roles);
    return isSound ? { ...read, over: item.ttl !== undefined } : { fault: new Error("roles that no release wrote") };
  } catch (fault) {
    return { fault };
  }
}
