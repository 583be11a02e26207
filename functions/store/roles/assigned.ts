import type { Database } from "../database.ts";
import { keyItem, type OrgId } from "../keys.ts";
import type { Item } from "../table.ts";
import { roleKeys } from "./roleKeys.ts";
import type { AssignedRole, AssignedRoles } from "./roleRecords.ts";

/** Up to so many users are read one by one, at a unit each. For more, the partition is read from the first user on. */
const ASKED_ONE_BY_ONE = 4;
/** Items read per user asked for; the rest is read one by one. */
const READ_FOR_EACH = 2;

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
    const wanted = [...new Set(ids)].sort();
    const found = new Map<string, AssignedRoles>();
    let left: readonly string[] = wanted;
    if (wanted.length > ASKED_ONE_BY_ONE) {
      const range = { from: wanted[0], limit: wanted.length * READ_FOR_EACH };
      const { items, last } = await this.#database.query(roleKeys.assignedOf(this.#orgId), range);
      for (const item of items) found.set(String(item.sk), assignedOf(item));
      left = last === undefined ? [] : wanted.filter((id) => id > last);
    }
    for (const item of await this.#database.getMany(left.map((id) => roleKeys.assigned(this.#orgId, id)))) {
      found.set(String(item.sk), assignedOf(item));
    }
    return new Map(
      wanted.flatMap((id) => {
        const one = found.get(id);
        return one === undefined ? [] : [[id, one]];
      }),
    );
  }

  /** All roles that have or had holders, by key. */
  async holders(): Promise<readonly RoleHolders[]> {
    const found: RoleHolders[] = [];
    let after: string | undefined;
    do {
      const page = await this.#database.query(roleKeys.holdersOf(this.#orgId), { after });
      found.push(...page.items.map(holdersOfRole));
      after = page.last;
    } while (after !== undefined);
    return found;
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
