import { randomUUID } from "node:crypto";
import { type Database, inParallel, pagesOf } from "../database.ts";
import { keyItem, type OrgId } from "../keys.ts";
import type { Stamp } from "../records.ts";
import { newWriteId, stampIn } from "../resourceItems.ts";
import { USER_LAYOUT } from "../storedTypes.ts";
import { type Item, stillIs } from "../table.ts";
import { roleKeys } from "./roleKeys.ts";

/** Work: compute the roles of one user again. */
export interface RoleMark {
  readonly userId: string;
  /** Unique per mark, so that a renewed mark is not taken for the one that was read. */
  readonly name: string;
  /** Stamp of the change that caused it. */
  readonly stamp: Stamp;
}

/** Work: compute the roles of all users of an org again, in the order of their ids. */
export interface RoleWalk {
  /** Unique per walk; a new walk starts at the beginning. */
  readonly token: string;
  /** Users up to this id are done; undefined at the beginning. */
  readonly after: string | undefined;
  /** Users done so far. */
  readonly looked: number;
  /** Users among them whose roles changed. */
  readonly changed: number;
  /** Stamp of the change that caused it; `at` is the time of its first write. */
  readonly stamp: Stamp;
  /** The worker that continues it; undefined: none has claimed it yet. */
  readonly claim: WalkClaim | undefined;
}

/** Avoids double work, and nothing depends on it: a stopped worker delays others only for a short time. */
export interface WalkClaim {
  readonly worker: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Sorts after the marks and walk of an org. */
const BEHIND = "#~";

export function markItem(orgId: OrgId, userId: string, stamp: Stamp): Item {
  return { ...keyItem(roleKeys.mark(orgId, userId)), lr: newWriteId(stamp) };
}

export function walkItem(orgId: OrgId, stamp: Stamp): Item {
  return { ...keyItem(roleKeys.walk(orgId)), k: randomUUID(), n: 0, ch: 0, lr: newWriteId(stamp) };
}

/**
 * The work list that brings roles up to date (ADR 64). An entry is written after its cause, as often as the cause arrives,
 * and removed only after a look that began later: so nothing is missed, and looking twice does no harm.
 */
export class RoleWork {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One write unit each. Must be written before the causing change counts as processed. */
  async mark(orgId: OrgId, userIds: Iterable<string>, stamp: Stamp): Promise<void> {
    await inParallel([...new Set(userIds)], (userId) =>
      this.#database.write([{ put: markItem(orgId, userId, stamp) }]),
    );
  }

  /** Replaces a walk that is under way: it may have passed changed users already. */
  async walk(orgId: OrgId, stamp: Stamp): Promise<void> {
    await this.#database.write([{ put: walkItem(orgId, stamp) }]);
  }

  /** Orgs that have mappings of roles, page by page. */
  async *orgsWithRoles(): AsyncIterable<readonly OrgId[]> {
    for await (const items of pagesOf(this.#database, roleKeys.orgs(), { only: ["sk"] })) yield items.map(orgIdIn);
  }

  /** Orgs with work, in any order; costs one unit per org plus eight. */
  async orgs(): Promise<readonly OrgId[]> {
    const found = await inParallel(roleKeys.work, async (shard) => {
      const orgs: OrgId[] = [];
      let after: string | undefined;
      for (;;) {
        const { items } = await this.#database.query(shard, { after, limit: 1, only: ["sk"] });
        const [first] = items;
        if (first === undefined) return orgs;
        const orgId = orgIdIn(first);
        orgs.push(orgId);
        after = orgId + BEHIND;
      }
    });
    return found.flat();
  }

  /** Some marks of an org by user id, and its walk. @param after a user's id */
  async of(orgId: OrgId, limit: number, after?: string): Promise<OrgWork> {
    const key = roleKeys.walk(orgId);
    const range = { prefix: roleKeys.mark(orgId, USER_LAYOUT.letter).sk, limit };
    const from = after === undefined ? undefined : roleKeys.mark(orgId, after).sk;
    const [walk, { items, last }] = await Promise.all([
      this.#database.get(key),
      this.#database.query(key.pk, { ...range, after: from }),
    ]);
    const entries = { marks: items.flatMap((item) => markOf(item) ?? []), walk: walk && walkOf(walk) };
    const isWhole = entries.marks.length === items.length && (walk === undefined || entries.walk !== undefined);
    return { ...entries, last: last && userIdIn(last), isWhole };
  }

  /** Marks that were renewed meanwhile stay. */
  async unmark(orgId: OrgId, marks: readonly RoleMark[]): Promise<void> {
    await inParallel(marks, ({ userId, name }) =>
      this.#database.write([{ delete: roleKeys.mark(orgId, userId), condition: { all: [{ equals: ["lr", name] }] } }]),
    );
  }

  /** @returns whether the worker has the walk now: false where another worker was faster or moved it, or it was replaced */
  async claimWalk(orgId: OrgId, walk: RoleWalk, { worker, until }: WalkClaim): Promise<boolean> {
    const condition = { all: [...asRead(walk).all, ...stillIs("wu", walk.claim?.until)] };
    const set = { w: worker, wu: until };
    return (await this.#database.write([{ update: roleKeys.walk(orgId), set, condition }])).length === 0;
  }

  /** @returns the walk as stored now; undefined where it was replaced, or another worker moved it */
  async moveWalk(
    orgId: OrgId,
    walk: RoleWalk,
    { after, looked, changed, claim }: WalkMove,
  ): Promise<RoleWalk | undefined> {
    const set = { c: after, ...(claim && { w: claim.worker, wu: claim.until }) };
    const refusals = await this.#database.write([
      { update: roleKeys.walk(orgId), set, add: { n: looked, ch: changed }, condition: asRead(walk) },
    ]);
    if (refusals.length > 0) return undefined;
    return {
      ...walk,
      after,
      looked: walk.looked + looked,
      changed: walk.changed + changed,
      claim: claim ?? walk.claim,
    };
  }

  /** @returns whether this worker ended it */
  async endWalk(orgId: OrgId, walk: RoleWalk): Promise<boolean> {
    return (await this.#database.write([{ delete: roleKeys.walk(orgId), condition: asRead(walk) }])).length === 0;
  }

  /** Removes all work of a purged org. */
  async drop(orgId: OrgId): Promise<void> {
    const { pk } = roleKeys.walk(orgId);
    for await (const items of pagesOf(this.#database, pk, { prefix: `${orgId}#`, only: ["sk"] })) {
      await inParallel(items, ({ sk }) => this.#database.write([{ delete: { pk, sk: String(sk) } }]));
    }
  }
}

/** Some work of one org. */
interface OrgWork {
  readonly marks: readonly RoleMark[];
  readonly walk: RoleWalk | undefined;
  /** Id of the user to continue after; undefined: no marks follow. */
  readonly last: string | undefined;
  /** False: an entry that was read is damaged, and missing here. */
  readonly isWhole: boolean;
}

interface WalkMove extends Pick<RoleWalk, "looked" | "changed"> {
  readonly after: string;
  /** The renewed claim; absent: unchanged. */
  readonly claim?: WalkClaim | undefined;
}

function asRead({ token, after }: RoleWalk) {
  const place = after === undefined ? ({ missing: "c" } as const) : ({ equals: ["c", after] } as const);
  return { all: [{ equals: ["k", token] } as const, place] };
}

function orgIdIn({ sk }: Item): OrgId {
  // Only this class and the admin function write items here.
  return String(sk).split("#")[0] as OrgId;
}

function userIdIn(sk: string): string {
  return sk.slice(sk.indexOf("#") + 1);
}

/** Undefined for an entry that somebody damaged: an inspection repairs it. */
function markOf(item: Item): RoleMark | undefined {
  const stamp = stampIn(item);
  return stamp && { userId: userIdIn(String(item.sk)), name: String(item.lr), stamp };
}

/** The same. */
function walkOf(item: Item): RoleWalk | undefined {
  const stamp = stampIn(item);
  if (stamp === undefined) return undefined;
  const { k, c, n, ch, w, wu } = item;
  const after = c === undefined ? undefined : String(c);
  const claim = w === undefined ? undefined : { worker: String(w), until: Number(wu) };
  return { token: String(k), after, looked: Number(n), changed: Number(ch), stamp, claim };
}
