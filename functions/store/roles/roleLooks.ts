import { type Database, inParallel } from "../database.ts";
import { type OrgId, SCHEMA_VERSION } from "../keys.ts";
import type { Stamp } from "../records.ts";
import { newWriteId } from "../resourceItems.ts";
import { ABSENT, type Action, type Condition, type Item, storedText, type Update } from "../table.ts";
import { assignedItem, holdersOfRole, type RoleHolders } from "./assigned.ts";
import type { KeptRoles } from "./keptRoles.ts";
import { roleKeys } from "./roleKeys.ts";
import type { AssignedRole } from "./roleRecords.ts";
import { markItem } from "./roleWork.ts";

/** The result of a look at one user. */
export interface RoleLook {
  readonly userId: string;
  /** The stored roles, read before all other inputs of the look. */
  readonly stored: KeptRoles | undefined;
  readonly roles: readonly AssignedRole[];
  /** Whether the user is deleted. */
  readonly over: boolean;
  /** Stamp of the change that caused the look, with the time of the look. */
  readonly stamp: Stamp;
}

/** `held`: the user keeps the role, though nothing gives it any more. `gone`: the user had it last; it has no holder now. */
export interface HolderNews {
  readonly kind: "held" | "gone";
  readonly role: string;
  readonly userId: string;
}

export interface HoldersRead extends RoleHolders {
  /** Rises with each write; undefined where the role never had a holder. */
  readonly fence: number | undefined;
  /** News that is perhaps not reported yet. */
  readonly news: HolderNews | undefined;
}

/** The change of a role's holders in one transaction. */
export interface HolderChange {
  readonly role: string;
  readonly add: number;
  /** The new held user; null: none any more; undefined: unchanged. */
  readonly held: string | null | undefined;
  readonly news: HolderNews | undefined;
  /** The holders on which the decision was based, for a role with `keepOne`. */
  readonly read: HoldersRead | undefined;
  /** Id of a user to look at again, because its role need not be held any more. */
  readonly release: string | undefined;
}

/** After that time, no look that began while the user lived is still running. */
const KEPT_BEHIND_USER_S = 86_400;

/** The only writer of users' roles (ADR 64). */
export class RoleLooks {
  readonly #database: Database;
  readonly #orgId: OrgId;

  constructor(database: Database, orgId: OrgId) {
    this.#database = database;
    this.#orgId = orgId;
  }

  /** By role; a role that is missing has no holders. */
  async holders(roles: readonly string[]): Promise<ReadonlyMap<string, HoldersRead>> {
    const items = await this.#database.getMany(roles.map((role) => roleKeys.holders(this.#orgId, role)));
    return new Map(items.map((item) => [String(item.sk), holdersRead(item)]));
  }

  /**
   * For looks that found the stored roles right: makes sure that no earlier look still running can overwrite them. A unit
   * each.
   * @returns the looks that lost against another look at the same user
   */
  async confirm(looks: readonly RoleLook[]): Promise<readonly RoleLook[]> {
    const refused: RoleLook[] = [];
    await inParallel(looks, async (look) => {
      if (look.over && look.stored?.over === true) return;
      const writeId = newWriteId(look.stamp);
      const action = look.stored === undefined ? this.#own(look, writeId) : this.#confirmed(look, look.stored);
      const [refusal] = await this.#database.write([action]);
      if (refusal !== undefined && storedText(refusal, "lr") !== writeId) refused.push(look);
    });
    return refused;
  }

  /**
   * Writes all looks with all their changes, or nothing.
   * @param holders of every role that a user gets or loses, or that begins or ends to be held
   * @returns whether it was written: false where another look has written one of the users, or a role with `keepOne`
   */
  async change(looks: readonly RoleLook[], holders: readonly HolderChange[]): Promise<boolean> {
    const [{ stamp } = { stamp: undefined }] = looks;
    const released = new Set(holders.flatMap(({ release }) => release ?? []));
    const marks = [...released].flatMap((userId): Action[] =>
      stamp === undefined ? [] : [{ put: markItem(this.#orgId, userId, stamp) }],
    );
    const refusals = await this.#database.transact([
      ...looks.map((look) => this.#own(look, newWriteId(look.stamp))),
      ...holders.map((one) => this.#counted(one)),
      ...marks,
    ]);
    return refusals.length === 0;
  }

  /** Removes news after it was reported. */
  async forget({ kind, role, userId }: HolderNews): Promise<void> {
    const condition: Condition = { all: [{ equals: ["tell", `${kind} ${userId}`] }] };
    await this.#database.write([{ update: roleKeys.holders(this.#orgId, role), remove: ["tell"], condition }]);
  }

  #confirmed({ userId, over }: RoleLook, stored: KeptRoles): Update {
    const update = { update: roleKeys.assigned(this.#orgId, userId), add: { f: 1 }, condition: asRead(stored) };
    if (over === stored.over) return update;
    return over ? { ...update, set: { ttl: this.#end } } : { ...update, remove: ["ttl"] };
  }

  #own({ userId, stored, roles, over }: RoleLook, writeId: string): Action {
    const { version: before = 0, fence: last = 0 } = stored ?? {};
    // For a deleted user the deletion is event enough; for a user who never had roles there is nothing to report.
    const version = over || (stored === undefined && roles.length === 0) ? before : before + 1;
    const put = assignedItem(this.#orgId, { userId, version, fence: last + 1, roles }, writeId);
    const condition = stored === undefined ? ABSENT : asRead(stored);
    // A user with very many roles loses them in several looks.
    return { put: over && roles.length === 0 ? { ...put, ttl: this.#end } : put, condition };
  }

  get #end(): number {
    return Math.floor(this.#database.now() / 1_000) + KEPT_BEHIND_USER_S;
  }

  #counted({ role, add, held, news, read }: HolderChange): Update {
    return {
      update: roleKeys.holders(this.#orgId, role),
      set: {
        sv: SCHEMA_VERSION,
        ...(typeof held === "string" && { held }),
        ...(news && { tell: `${news.kind} ${news.userId}` }),
      },
      add: { n: add, f: 1 },
      ...(held === null && { remove: ["held"] }),
      condition: read && (read.fence === undefined ? ABSENT : { all: [{ equals: ["f", read.fence] }] }),
    };
  }
}

function asRead({ fence }: KeptRoles): Condition {
  return { all: [{ equals: ["f", fence] }] };
}

function holdersRead(item: Item): HoldersRead {
  const holders = holdersOfRole(item);
  const [kind, userId] = String(item.tell ?? "").split(" ");
  const isNews = (kind === "held" || kind === "gone") && userId !== undefined;
  return { ...holders, fence: Number(item.f), news: isNews ? { kind, role: holders.role, userId } : undefined };
}
