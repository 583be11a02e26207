import { randomUUID } from "node:crypto";
import { type Database, inParallel } from "../database.ts";
import { keyItem, type OrgId } from "../keys.ts";
import type { Stamp } from "../records.ts";
import { newWriteId, readWriteId } from "../resourceItems.ts";
import { USER_LAYOUT } from "../storedType.ts";
import { type Item, type Key, stillIs } from "../table.ts";
import { roleKeys } from "./roleKeys.ts";

/** That a user's roles are to be looked at. */
export interface RoleMark {
  readonly userId: string;
  /** New with each mark, so that one that was renewed is not taken for the one that was read. */
  readonly name: string;
  /** Of the change that led to it. */
  readonly stamp: Stamp;
}

/** That the roles of all users of an org are to be looked at, in the order of their ids. */
export interface RoleWalk {
  /** New with each walk that is put: it begins anew. */
  readonly token: string;
  /** Everybody up to this id was looked at; undefined at the beginning. */
  readonly after: string | undefined;
  /** Users looked at so far. */
  readonly looked: number;
  /** Those of them whose roles changed. */
  readonly changed: number;
  /** Of the change that led to it; `at` is when it was put first. */
  readonly stamp: Stamp;
  /** Who goes on with it; undefined: nobody said so yet. */
  readonly claim: WalkClaim | undefined;
}

/** It spares others the same work, and nothing depends on it: who is gone holds nobody up for long. */
export interface WalkClaim {
  readonly worker: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Sorts behind the marks and walk of an org. */
const BEHIND = "#~";

export function markItem(orgId: OrgId, userId: string, stamp: Stamp): Item {
  return { ...keyItem(roleKeys.mark(orgId, userId)), lr: newWriteId(stamp) };
}

export function walkItem(orgId: OrgId, stamp: Stamp): Item {
  return { ...keyItem(roleKeys.walk(orgId)), k: randomUUID(), n: 0, ch: 0, lr: newWriteId(stamp) };
}

/**
 * What is to be done so that roles become what they should be (ADR 64). Whatever happened is put here after it happened, as often
 * as it comes, and removed after a look that began later; so nothing is missed, and looking twice does no harm.
 */
export class RoleWork {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One write unit each. Put before the change that led to it counts as processed. */
  async mark(orgId: OrgId, userIds: Iterable<string>, stamp: Stamp): Promise<void> {
    await inParallel([...new Set(userIds)], (userId) =>
      this.#database.write([{ put: markItem(orgId, userId, stamp) }]),
    );
  }

  /** One that is under way begins anew: it may have passed users by. */
  async walk(orgId: OrgId, stamp: Stamp): Promise<void> {
    await this.#database.write([{ put: walkItem(orgId, stamp) }]);
  }

  /** Orgs that have mappings of roles, a page at a time. */
  async *orgsWithRoles(): AsyncIterable<readonly OrgId[]> {
    let after: string | undefined;
    do {
      const page = await this.#database.query(roleKeys.orgs(), { after, only: ["sk"] });
      yield page.items.map(orgIdIn);
      after = page.last;
    } while (after !== undefined);
  }

  /** Orgs for which there is something to do, in any order: a unit each, and eight more. */
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

  /** Some marks of an org in the order of the users' ids, and its walk. @param after a user's id */
  async of(
    orgId: OrgId,
    limit: number,
    after?: string,
  ): Promise<{ readonly marks: readonly RoleMark[]; readonly walk: RoleWalk | undefined }> {
    const key = roleKeys.walk(orgId);
    const range = { prefix: roleKeys.mark(orgId, USER_LAYOUT.letter).sk, limit };
    const from = after === undefined ? undefined : roleKeys.mark(orgId, after).sk;
    const [walk, page] = await Promise.all([
      this.#database.get(key),
      this.#database.query(key.pk, { ...range, after: from }),
    ]);
    return { marks: page.items.map(markOf), walk: walk && walkOf(walk) };
  }

  /** Marks that were renewed meanwhile stay. */
  async unmark(orgId: OrgId, marks: readonly RoleMark[]): Promise<void> {
    await inParallel(marks, ({ userId, name }) =>
      this.#database.write([{ delete: roleKeys.mark(orgId, userId), condition: { all: [{ equals: ["lr", name] }] } }]),
    );
  }

  /** @returns whether the walk is the worker's now: not where another one was faster, moved it, or put it anew */
  async claimWalk(orgId: OrgId, walk: RoleWalk, { worker, until }: WalkClaim): Promise<boolean> {
    const condition = { all: [...asRead(walk).all, ...stillIs("wu", walk.claim?.until)] };
    const set = { w: worker, wu: until };
    return (await this.#database.write([{ update: roleKeys.walk(orgId), set, condition }])).length === 0;
  }

  /** @returns the walk as it is now; undefined where it was put anew, or another worker moved it */
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

  /** All of an org that is gone. */
  async drop(orgId: OrgId): Promise<void> {
    for (;;) {
      const { marks, walk } = await this.of(orgId, KEYS_AT_ONCE);
      const keys: Key[] = marks.map(({ userId }) => roleKeys.mark(orgId, userId));
      if (walk !== undefined) keys.push(roleKeys.walk(orgId));
      if (keys.length === 0) return;
      await inParallel(keys, (key) => this.#database.write([{ delete: key }]));
    }
  }
}

interface WalkMove extends Pick<RoleWalk, "looked" | "changed"> {
  readonly after: string;
  /** Renewed; absent: as it was. */
  readonly claim?: WalkClaim | undefined;
}

const KEYS_AT_ONCE = 100;

function asRead({ token, after }: RoleWalk) {
  const place = after === undefined ? ({ missing: "c" } as const) : ({ equals: ["c", after] } as const);
  return { all: [{ equals: ["k", token] } as const, place] };
}

function orgIdIn({ sk }: Item): OrgId {
  // Only this class and the admin function put items here.
  return String(sk).split("#")[0] as OrgId;
}

function markOf({ sk, lr }: Item): RoleMark {
  const [, userId = ""] = String(sk).split("#");
  return { userId, name: String(lr), stamp: readWriteId(String(lr)) };
}

function walkOf({ k, c, n, ch, w, wu, lr }: Item): RoleWalk {
  const after = c === undefined ? undefined : String(c);
  const stamp = readWriteId(String(lr));
  const claim = w === undefined ? undefined : { worker: String(w), until: Number(wu) };
  return { token: String(k), after, looked: Number(n), changed: Number(ch), stamp, claim };
}
