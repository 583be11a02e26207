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

/** What a look at one user came to. */
export interface RoleLook {
  readonly userId: string;
  /** As it was read before anything else of the look was. */
  readonly stored: KeptRoles | undefined;
  readonly roles: readonly AssignedRole[];
  /** Whether there is no such user any more. */
  readonly over: boolean;
  /** Of the change that led to the look, with the time of the look. */
  readonly stamp: Stamp;
}

/** `held`: the user keeps the role, though nothing gives it any more. `gone`: it had it last, and nobody has it now. */
export interface HolderNews {
  readonly kind: "held" | "gone";
  readonly role: string;
  readonly userId: string;
}

export interface HoldersRead extends RoleHolders {
  /** Rises with each write; undefined where nobody ever had the role. */
  readonly fence: number | undefined;
  /** What is not reported yet, for all that is known. */
  readonly news: HolderNews | undefined;
}

/** What a transaction changes about who has a role. */
export interface HolderChange {
  readonly role: string;
  readonly add: number;
  /** Who is held from now on; null: nobody is any more; undefined: as it was. */
  readonly held: string | null | undefined;
  readonly news: HolderNews | undefined;
  /** What the change was decided from, where it was: with `keepOne`. */
  readonly read: HoldersRead | undefined;
  /** Is to be looked at, for it need not be held any more. */
  readonly release: string | undefined;
}

/** No look that began while the user lived is under way any more. */
const KEPT_BEHIND_USER_S = 86_400;

/** Writes which roles people have: nothing else does (ADR 64). */
export class RoleLooks {
  readonly #database: Database;
  readonly #orgId: OrgId;

  constructor(database: Database, orgId: OrgId) {
    this.#database = database;
    this.#orgId = orgId;
  }

  /** By role; nobody has those that are missing. */
  async holders(roles: readonly string[]): Promise<ReadonlyMap<string, HoldersRead>> {
    const items = await this.#database.getMany(roles.map((role) => roleKeys.holders(this.#orgId, role)));
    return new Map(items.map((item) => [String(item.sk), holdersRead(item)]));
  }

  /**
   * Those whose roles stay as they are: no earlier look that is still under way may be written over this one. A
   * unit each.
   * @returns those that another look was written of meanwhile
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
   * All of them, with all that they change, or nothing.
   * @param holders of every role that some of them get or lose, or that begins or ends to be held
   * @returns whether it was written: not where another look was written of one of them, or of a role with `keepOne`
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

  /** It was reported. */
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
    // Of a user who is gone the deletion says it all, and of one who never had roles there is nothing to say.
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
