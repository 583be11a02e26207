import type { OrgId } from "../../store/keys.ts";
import { type Stamp, StoreBusy } from "../../store/records.ts";
import { type KeptRead, type KeptRoles, keptPage, keptRoles } from "../../store/roles/keptRoles.ts";
import { type RolePolicy, readPolicy } from "../../store/roles/policy.ts";
import {
  type HolderChange,
  type HolderNews,
  type HoldersRead,
  type RoleLook,
  RoleLooks,
} from "../../store/roles/roleLooks.ts";
import { RolePeople, type SeenUser } from "../../store/roles/rolePeople.ts";
import type { AssignedRole } from "../../store/roles/roleRecords.ts";
import { roleFactsOf, rolesOf } from "../../store/roles/rolesOf.ts";
import type { StoreSession } from "../../store/session.ts";
import { decideHolders, groupClaims, type RoleClaim } from "./decideHolders.ts";

/** The result of a run over some people. */
export interface Materialized {
  /** Ids of all people whose roles were computed. */
  readonly looked: readonly string[];
  /** Ids of users whose roles changed. */
  readonly changed: ReadonlySet<string>;
  /** By user id, why the roles could not be computed. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** By user id. */
type StampOf = (userId: string) => Stamp;

/** What is stored about some people, and then everything that decides. The stored roles are read first. */
interface Facts {
  readonly stored: ReadonlyMap<string, KeptRead>;
  readonly seen: ReadonlyMap<string, SeenUser>;
  /** Undefined: the org has no roles any more. */
  readonly policy: RolePolicy | undefined;
}

interface Done extends Materialized {
  readonly changed: Set<string>;
  readonly failed: Map<string, unknown>;
}

const NOBODY = { count: 0, held: undefined, fence: undefined, news: undefined } as const;

interface Claim extends RoleClaim {
  readonly stored: KeptRoles | undefined;
  /** Whether the user no longer exists. */
  readonly over: boolean;
}

/** Attempts for one person, while other runs write too. */
const TRIES = 12;
/** After so many attempts each person gets a transaction alone, so that a contended person does not delay others. */
const TRIES_TOGETHER = 3;

/**
 * Brings the stored roles of an org's users up to date (ADR 64). It reads a user's stored roles first, then everything that
 * decides. It writes on condition that nobody has written the roles meanwhile, so the last write comes from the last read. It may
 * be interrupted anywhere, and repeated.
 */
export class RoleMaterializer {
  readonly #session: StoreSession;
  readonly #orgId: OrgId;
  readonly #looks: RoleLooks;
  readonly #people: RolePeople;
  readonly #report: (news: HolderNews) => void;

  /** @param report called at least once for each change of a role's last holder */
  constructor(session: StoreSession, orgId: OrgId, report: (news: HolderNews) => void) {
    this.#session = session;
    this.#orgId = orgId;
    this.#looks = new RoleLooks(session.database, orgId);
    this.#people = new RolePeople(session.view(orgId, "managed"), session.view(orgId, "unmanaged"));
    this.#report = report;
  }

  /**
   * @param stampOf the change that made the run necessary
   * @throws StoreBusy
   */
  async lookAt(ids: readonly string[], stampOf: StampOf): Promise<Materialized> {
    return this.#lookAt(ids, await this.#read(ids), stampOf);
  }

  /**
   * All users after an id, in the order of their ids, and deleted users with stored roles.
   * @returns `last`: the id to continue after; undefined at the end
   * @throws StoreBusy
   */
  async lookAtPage(limit: number, after: string | undefined, stamp: Stamp) {
    const { kept: stored, last: end } = await keptPage(this.#session.database, this.#orgId, limit, after);
    const expected = new Set([...stored].flatMap(([id, one]) => ("over" in one && one.over ? [] : [id])));
    const [{ found: seen, last }, policy] = await Promise.all([
      this.#people.page(limit, after, expected, end),
      readPolicy(this.#session.database, this.#orgId),
    ]);
    const ids = [...seen.keys(), ...[...expected].filter((id) => !seen.has(id) && (last === undefined || id <= last))];
    return { ...(await this.#lookAt(ids.sort(), { stored, seen, policy }, () => stamp)), last };
  }

  async #read(ids: readonly string[]): Promise<Facts> {
    const stored = await keptRoles(this.#session.database, this.#orgId, ids);
    const [seen, policy] = await Promise.all([this.#people.find(ids), readPolicy(this.#session.database, this.#orgId)]);
    return { stored, seen, policy };
  }

  async #lookAt(ids: readonly string[], first: Facts, stampOf: StampOf): Promise<Materialized> {
    const done: Done = { looked: ids, changed: new Set(), failed: new Map() };
    let facts = first;
    let left = ids;
    for (let tries = 1; ; tries++) {
      left = await this.#tryOnce(left, facts, stampOf, tries <= TRIES_TOGETHER, done);
      if (left.length === 0) return done;
      if (tries === TRIES) break;
      await this.#session.database.pause(tries);
      facts = await this.#read(left);
    }
    for (const id of left) done.failed.set(id, new StoreBusy("conflict"));
    return done;
  }

  /** @returns ids to try again: another run was faster, or the change needs several parts */
  async #tryOnce(
    ids: readonly string[],
    facts: Facts,
    stampOf: StampOf,
    together: boolean,
    done: Done,
  ): Promise<readonly string[]> {
    const [teams, holders] = await Promise.all([this.#teamsOf(facts), this.#holders(facts)]);
    const at = new Date(this.#session.database.now()).toISOString();
    const again: string[] = [];
    const look = ({ userId, stored, over }: Claim, roles: readonly AssignedRole[]): RoleLook => {
      return { userId, stored, roles, over, stamp: { ...stampOf(userId), at } };
    };
    const claims: Claim[] = [];
    for (const userId of ids) {
      try {
        claims.push(claimOf(userId, facts, teams.get(userId) ?? []));
      } catch (error) {
        done.failed.set(userId, error);
      }
    }
    const same = claims.filter(({ before, computed }) => isSame(before, computed));
    const confirmed = same.map((claim) => look(claim, claim.computed));
    const others = claims.filter(({ before, computed }) => !isSame(before, computed));
    for (const group of together ? groupClaims(others) : others.map((claim) => [claim])) {
      const { roles, holders: changes, partly } = decideHolders(group, holders);
      again.push(...partly);
      const looks = group.map((claim) => look(claim, roles.get(claim.userId) ?? []));
      const changing = looks.filter(({ stored, roles: after }) => !isSame(stored?.roles ?? [], after));
      // A person whose stored roles stay the same (`held`) needs no change.
      confirmed.push(...looks.filter((one) => !changing.includes(one)));
      const outcome = changing.length === 0 ? "written" : await this.#change(changing, changes);
      if (outcome === "written") {
        for (const { userId } of changing) done.changed.add(userId);
        await this.#written(changes, holders);
      } else if (outcome === "refused" || group.length > 1) again.push(...changing.map(({ userId }) => userId));
      else for (const { userId } of changing) done.failed.set(userId, outcome.fault);
    }
    again.push(...(await this.#looks.confirm(confirmed)).map(({ userId }) => userId));
    return [...new Set(again)];
  }

  /** @throws StoreBusy */
  async #change(looks: readonly RoleLook[], changes: readonly HolderChange[]) {
    try {
      return (await this.#looks.change(looks, changes)) ? "written" : "refused";
    } catch (fault) {
      if (fault instanceof StoreBusy) throw fault;
      return { fault };
    }
  }

  /** Applies written changes to `holders`, for the next groups. */
  async #written(changes: readonly HolderChange[], holders: Map<string, HoldersRead>): Promise<void> {
    for (const { role, add, held, news, read } of changes) {
      if (news !== undefined) await this.#publish(news);
      if (read === undefined) continue;
      const { count, fence = 0 } = read;
      const holder = held === undefined ? read.held : (held ?? undefined);
      holders.set(role, { role, count: count + add, held: holder, fence: fence + 1, news: undefined });
    }
  }

  /** The holders of roles with `keepOne`. */
  async #holders({ policy }: Facts): Promise<Map<string, HoldersRead>> {
    const roles = policy?.catalogue.roles.filter(({ keepOne }) => keepOne).map(({ key }) => key) ?? [];
    const found = await this.#looks.holders(roles);
    // The worker that wrote the news may have ended before reporting it.
    for (const { news } of found.values()) if (news !== undefined) await this.#publish(news);
    return new Map(roles.map((role) => [role, found.get(role) ?? { ...NOBODY, role }]));
  }

  async #publish(news: HolderNews): Promise<void> {
    this.#report(news);
    await this.#looks.forget(news);
  }

  #teamsOf({ seen, policy }: Facts): Promise<ReadonlyMap<string, readonly string[]>> {
    const teams = new Set(policy?.mappings.mappings.map(({ team }) => team));
    return this.#people.teamsHolding(seen, [...teams]);
  }
}

/** @throws Error for a user record that no release wrote */
function claimOf(userId: string, { stored, seen, policy }: Facts, teams: readonly string[]): Claim {
  const user = seen.get(userId);
  if (user !== undefined && "fault" in user) throw user.fault;
  const facts = roleFactsOf(user, teams);
  const computed = policy === undefined ? [] : rolesOf(policy, facts);
  const known = stored.get(userId);
  if (known !== undefined && "fault" in known) throw known.fault;
  // A person of an org without roles loses them as a non-member does.
  const keeps = facts.member && policy !== undefined;
  return { userId, stored: known, before: known?.roles ?? [], computed, member: keeps, over: user === undefined };
}

function isSame(before: readonly AssignedRole[], after: readonly AssignedRole[]): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
