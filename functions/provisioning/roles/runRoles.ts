import { type OrgId, settingsKeys } from "../../store/keys.ts";
import { type Stamp, StoreBusy } from "../../store/records.ts";
import type { HolderNews } from "../../store/roles/roleLooks.ts";
import { type RoleMark, type RoleWalk, RoleWork, type WalkClaim } from "../../store/roles/roleWork.ts";
import type { StoreSession } from "../../store/session.ts";
import { orgRecord } from "../../store/settings.ts";
import { hasCome } from "../timeBudget.ts";
import { type Materialized, RoleMaterializer } from "./materialize.ts";

interface RoleRun {
  readonly session: StoreSession;
  now(): number;
  /** Milliseconds since the epoch. No work is begun after it. */
  readonly until: number;
  /** Called at least once for each change of a role's last holder. */
  report(orgId: OrgId, news: HolderNews): void;
  /** The worker's name: it leaves a walk to the worker that has claimed it. Absent: it works on every walk. */
  readonly worker?: string;
}

/** A user whose roles could not be computed, or an org where none could be. */
export interface RoleFault {
  readonly orgId: OrgId;
  readonly userId?: string;
  readonly error: unknown;
}

export interface RoleRunReport {
  /** Orgs with open work. */
  readonly orgs: number;
  /** Users whose roles were computed, and how many of them changed. */
  readonly looked: number;
  readonly changed: number;
  /** Completed walks through all users of an org. */
  readonly walks: number;
  /** Users who wait because the table was busy or another run was at work on them. */
  readonly waiting: number;
  /** Users whose roles could not be computed. `fault` has the first cause. */
  readonly failed: number;
  readonly fault: RoleFault | undefined;
  /** Age in milliseconds of the oldest change with open work. */
  readonly late: number;
  /** False: time was over before the work was done. */
  readonly done: boolean;
}

const ORGS_AT_ONCE = 4;
/** Milliseconds before the next org's turn, so that a long walk does not delay other orgs' marks. */
const TURN_MS = 2_000;
const MARKS_AT_ONCE = 50;
/**
 * During a long walk many workers wake, and each would work on the same page. A claim lasts longer than one page takes. A worker that
 * dies blocks the walk for this time.
 */
const CLAIM_MS = 15_000;
const USERS_OF_PAGE = 100;

/**
 * Does the open work on roles of all orgs. It may be interrupted anywhere, and run in parallel with itself. The next run does the
 * rest.
 * @throws StoreBusy where the list of work could not be read
 */
export async function runRoles(run: RoleRun): Promise<RoleRunReport> {
  const work = new RoleWork(run.session.database);
  const tally = new Tally();
  const orgs = (await work.orgs()).map((orgId) => new OrgRun(run, orgId, work, tally));
  const queue = [...orgs];
  const worker = async (): Promise<void> => {
    // Check the time first: an org that was taken from the queue counts as done.
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
  /** By user id. */
  readonly #left = new Map<string, RoleFault>();
  #fault: RoleFault | undefined;

  /** @returns users who have to be tried again, with the causes */
  take(orgId: OrgId, { looked, changed, failed }: Materialized): ReadonlyMap<string, unknown> {
    this.looked += looked.length;
    this.changed += changed.size;
    for (const userId of looked) this.#left.delete(userId);
    for (const [userId, error] of failed) this.#left.set(userId, { orgId, userId, error });
    return failed;
  }

  age(stamps: readonly Stamp[], now: number): void {
    // The time of a change whose record was lost is unknown.
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

/** The open work of one org. Marks come before the walk, because they are newer. */
class OrgRun {
  readonly #run: RoleRun;
  readonly #orgId: OrgId;
  readonly #work: RoleWork;
  readonly #tally: Tally;
  readonly #materializer: RoleMaterializer;
  /** Marks of users who wait for the next run. */
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

  /** @returns `more` when time was over before the work was done */
  async turn(until: number): Promise<"done" | "more"> {
    const item = await this.#run.session.database.get(settingsKeys.org(this.#orgId));
    if (item === undefined) {
      await this.#work.drop(this.#orgId);
      return "done";
    }
    // A purge removes everything, and must not meet writes that come after its reads.
    if (orgRecord(item).deletion !== undefined) return "done";
    let after: string | undefined;
    while (this.#run.now() < until) {
      const { marks, walk: put, last, isWhole } = await this.#work.of(this.#orgId, MARKS_AT_ONCE, after);
      if (!isWhole) this.#tally.orgFault(this.#orgId, new Error("an entry of the work that no release writes"));
      const walk = put !== undefined && this.#mayGoOn(put) ? put : undefined;
      this.#tally.age(
        [...marks, ...(walk === undefined ? [] : [walk])].map(({ stamp }) => stamp),
        this.#run.now(),
      );
      const fresh = marks.filter(({ name }) => !this.#left.has(name));
      if (isSome(fresh)) await this.#lookAt(fresh);
      else if (last !== undefined) after = last;
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

  /** A claim too far in the future comes from a wrong clock, and blocks nobody. */
  #mayGoOn({ claim }: RoleWalk): boolean {
    const { worker } = this.#run;
    if (worker === undefined || claim === undefined || claim.worker === worker) return true;
    return hasCome(claim.until, this.#run.now(), CLAIM_MS);
  }

  get #claim(): WalkClaim | undefined {
    const { now, until, worker } = this.#run;
    return worker === undefined ? undefined : { worker, until: Math.min(now() + CLAIM_MS, until) };
  }

  /** Does one page of a walk. A user who has to be tried again gets a mark, and the walk continues. */
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
