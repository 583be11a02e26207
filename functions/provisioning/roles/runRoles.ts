import { type OrgId, settingsKeys } from "../../store/keys.ts";
import { type Stamp, StoreBusy } from "../../store/records.ts";
import type { HolderNews } from "../../store/roles/roleLooks.ts";
import { type RoleMark, type RoleWalk, RoleWork, type WalkClaim } from "../../store/roles/roleWork.ts";
import type { StoreSession } from "../../store/session.ts";
import { orgRecord } from "../../store/settings.ts";
import { type Materialized, RoleMaterializer } from "./materialize.ts";

export interface RoleRun {
  readonly session: StoreSession;
  now(): number;
  /** Milliseconds since the epoch: nothing is begun later. */
  readonly until: number;
  /** Takes what is news of the last holders of roles: each at least once. */
  report(orgId: OrgId, news: HolderNews): void;
  /** Its name: a walk that another one goes on with is left to that one. Absent: it goes on beside others. */
  readonly worker?: string;
}

/** Somebody whose roles could not be computed, or an org that none could be of. */
export interface RoleFault {
  readonly orgId: OrgId;
  readonly userId?: string;
  readonly error: unknown;
}

export interface RoleRunReport {
  /** Orgs for which there was something to do. */
  readonly orgs: number;
  /** Looks at users, and how many of them got or lost something. */
  readonly looked: number;
  readonly changed: number;
  /** Walks through all users of an org that came to their end. */
  readonly walks: number;
  /** Users who wait for a look, for the table was busy or others were at work on them. */
  readonly waiting: number;
  /** Users who wait, for they could not be computed: the first one says why. */
  readonly failed: number;
  readonly fault: RoleFault | undefined;
  /** Milliseconds since the oldest change for which there was something to do. */
  readonly late: number;
  /** Whether all was done that there was time for: false where time was over. */
  readonly done: boolean;
}

const ORGS_AT_ONCE = 4;
/** Then it is the next org's turn: a long walk holds up nobody's marks. Milliseconds. */
const TURN_MS = 2_000;
const MARKS_AT_ONCE = 50;
/**
 * Many workers are woken while a long walk is under way, and each would do the same pages. Longer than one of them takes; who ended
 * without a word holds the walk up for so long.
 */
const CLAIM_MS = 15_000;
const USERS_OF_PAGE = 100;

/**
 * Does what is to be done about roles, for all orgs. May be broken off anywhere, and run side by side with itself: what is left is
 * done by the next run.
 * @throws StoreBusy where not even the work could be listed
 */
export async function runRoles(run: RoleRun): Promise<RoleRunReport> {
  const work = new RoleWork(run.session.database);
  const tally = new Tally();
  const orgs = (await work.orgs()).map((orgId) => new OrgRun(run, orgId, work, tally));
  const queue = [...orgs];
  const worker = async (): Promise<void> => {
    // The time first: an org that was taken from the queue for nothing would count as done.
    while (run.now() < run.until) {
      const org = queue.shift();
      if (org === undefined) return;
      try {
        if ((await org.turn(Math.min(run.until, run.now() + TURN_MS))) === "more") queue.push(org);
      } catch (error) {
        tally.orgFault(org.orgId, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(ORGS_AT_ONCE, orgs.length) }, worker));
  return { orgs: orgs.length, ...tally.report(queue.length === 0) };
}

class Tally {
  looked = 0;
  changed = 0;
  walks = 0;
  #late = 0;
  /** By user. */
  readonly #left = new Map<string, RoleFault>();
  #fault: RoleFault | undefined;

  /** @returns ids of those who wait for another look */
  take(orgId: OrgId, { looked, changed, failed }: Materialized): ReadonlyMap<string, unknown> {
    this.looked += looked.length;
    this.changed += changed.size;
    for (const userId of looked) this.#left.delete(userId);
    for (const [userId, error] of failed) this.#left.set(userId, { orgId, userId, error });
    return failed;
  }

  age(stamps: readonly Stamp[], now: number): void {
    // Nobody knows the time of a change whose record got lost.
    const ages = stamps.map(({ at }) => now - Date.parse(at)).filter((age) => !Number.isNaN(age));
    this.#late = Math.max(this.#late, ...ages);
  }

  orgFault(orgId: OrgId, error: unknown): void {
    this.#fault ??= { orgId, error };
  }

  report(done: boolean): Omit<RoleRunReport, "orgs"> {
    const { looked, changed, walks } = this;
    const left = [...this.#left.values()];
    const failed = left.filter(({ error }) => !(error instanceof StoreBusy));
    const fault = this.#fault ?? failed[0];
    return {
      looked,
      changed,
      walks,
      waiting: left.length - failed.length,
      failed: failed.length,
      fault,
      late: this.#late,
      done,
    };
  }
}

/** What is to be done for one org: marks before the walk, for what they say is newer. */
class OrgRun {
  readonly #run: RoleRun;
  readonly #orgId: OrgId;
  readonly #work: RoleWork;
  readonly #tally: Tally;
  readonly #materializer: RoleMaterializer;
  /** Marks of those who wait for the next run. */
  readonly #left = new Set<string>();

  constructor(run: RoleRun, orgId: OrgId, work: RoleWork, tally: Tally) {
    this.#run = run;
    this.#orgId = orgId;
    this.#work = work;
    this.#tally = tally;
    this.#materializer = new RoleMaterializer(run.session, orgId, (news) => run.report(orgId, news));
  }

  get orgId(): OrgId {
    return this.#orgId;
  }

  /** @returns whether there is more to do, and no more time */
  async turn(until: number): Promise<"done" | "more"> {
    const item = await this.#run.session.database.get(settingsKeys.org(this.#orgId));
    if (item === undefined) {
      await this.#work.drop(this.#orgId);
      return "done";
    }
    // A purge takes it all away, and finds nothing that was written behind it.
    if (orgRecord(item).deletion !== undefined) return "done";
    let after: string | undefined;
    while (this.#run.now() < until) {
      const { marks, walk: put } = await this.#work.of(this.#orgId, MARKS_AT_ONCE, after);
      const walk = put !== undefined && this.#mayGoOn(put) ? put : undefined;
      this.#tally.age(
        [...marks, ...(walk === undefined ? [] : [walk])].map(({ stamp }) => stamp),
        this.#run.now(),
      );
      const fresh = marks.filter(({ name }) => !this.#left.has(name));
      if (isSome(fresh)) await this.#lookAt(fresh);
      else if (marks.length === MARKS_AT_ONCE) after = marks.at(-1)?.userId;
      else if (walk === undefined) return "done";
      if (walk !== undefined) await this.#goOn(walk);
    }
    return "more";
  }

  async #lookAt(marks: Some<RoleMark>): Promise<void> {
    const byUser = new Map(marks.map((mark) => [mark.userId, mark]));
    const [first] = marks;
    const stampOf = (userId: string): Stamp => (byUser.get(userId) ?? first).stamp;
    const waiting = this.#tally.take(this.#orgId, await this.#materializer.lookAt([...byUser.keys()], stampOf));
    for (const { userId, name } of marks) if (waiting.has(userId)) this.#left.add(name);
    const seen = marks.filter(({ userId }) => !waiting.has(userId));
    await this.#work.unmark(this.#orgId, seen);
  }

  /** A claim far ahead was dated by a clock that was wrong, and holds nobody up. */
  #mayGoOn({ claim }: RoleWalk): boolean {
    const { worker } = this.#run;
    if (worker === undefined || claim === undefined || claim.worker === worker) return true;
    const left = claim.until - this.#run.now();
    return left <= 0 || left > CLAIM_MS;
  }

  get #claim(): WalkClaim | undefined {
    const { now, until, worker } = this.#run;
    return worker === undefined ? undefined : { worker, until: Math.min(now() + CLAIM_MS, until) };
  }

  /** One page. Who could not be looked at waits under a mark, and the walk goes on behind. */
  async #goOn(walk: RoleWalk): Promise<void> {
    const claim = this.#claim;
    const isOurs = claim === undefined || walk.claim?.worker === claim.worker;
    if (!isOurs && !(await this.#work.claimWalk(this.#orgId, walk, claim))) return;
    const page = await this.#materializer.lookAtPage(USERS_OF_PAGE, walk.after, walk.stamp);
    const waiting = this.#tally.take(this.#orgId, page);
    await this.#work.mark(this.#orgId, waiting.keys(), walk.stamp);
    const counts = { looked: page.looked.length, changed: page.changed.size };
    const moved = { ...counts, claim: this.#claim };
    if (page.last !== undefined) await this.#work.moveWalk(this.#orgId, walk, { after: page.last, ...moved });
    else if (await this.#work.endWalk(this.#orgId, walk)) this.#tally.walks += 1;
  }
}

type Some<T> = readonly [T, ...T[]];

function isSome<T>(all: readonly T[]): all is Some<T> {
  return all.length > 0;
}
