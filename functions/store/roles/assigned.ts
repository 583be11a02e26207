import { allOf, type Database } from "../database.ts";
import { keyItem, type OrgId } from "../keys.ts";
import { readAmong } from "../readAmong.ts";
import type { Item } from "../table.ts";
import { roleKeys } from "./roleKeys.ts";
import type { AssignedRole, AssignedRoles } from "./roleRecords.ts";

/** The holders of a role in an org. */
export interface RoleHolders {
  readonly role: string;
  /** Includes `held`. */
  readonly count: number;
  /** Id of the user who has the role only because it would otherwise lose its last holder (`keepOne`). */
  readonly held: string | undefined;
}

/** The stored roles of one org's users (ADR 64), for readers; only `RoleLooks` writes them. */
export class AssignedRoleStore {
  readonly #database: Database;
  readonly #orgId: OrgId;

  constructor(database: Database, orgId: OrgId) {
    this.#database = database;
    this.#orgId = orgId;
  }

  /**
   * By user id; a user without a look yet is missing. Strongly consistent, but written some time after the cause. One round
   * trip, sometimes two for many users: a page of 100 costs about 8 units.
   */
  async ofUsers(ids: readonly string[]): Promise<ReadonlyMap<string, AssignedRoles>> {
    const keyOf = (id: string) => roleKeys.assigned(this.#orgId, id);
    const items = await readAmong(this.#database, roleKeys.assignedOf(this.#orgId), keyOf, ids);
    return new Map(items.map((item) => [String(item.sk), assignedOf(item)]));
  }

  /** All roles that have or had holders, by key. */
  async holders(): Promise<readonly RoleHolders[]> {
    return (await allOf(this.#database, roleKeys.holdersOf(this.#orgId))).map(holdersOfRole);
  }
}

/** @param writeId of the write that gave the user these roles (`newWriteId`) */
export function assignedItem(orgId: OrgId, { userId, version, fence, roles }: AssignedRoles, writeId: string): Item {
  const key = keyItem(roleKeys.assigned(orgId, userId));
  return { ...key, v: version, f: fence, lr: writeId, d: JSON.stringify(roles) };
}

/** @throws Error for an item that no release wrote */
export function assignedOf({ sk, v, f, d }: Item): AssignedRoles {
  // Only assignedItem writes it.
  const roles = JSON.parse(String(d)) as readonly AssignedRole[];
  return { userId: String(sk), version: Number(v), fence: Number(f), roles };
}

export function holdersOfRole({ sk, n, held }: Item): RoleHolders {
  return { role: String(sk), count: Number(n), held: held === undefined ? undefined : String(held) };
}
