import { appendSteps } from "../../../functions/provisioning/events/append.ts";
import { eraseDue, eraseValues } from "../../../functions/store/eraseEvents.ts";
import { eventKeys } from "../../../functions/store/eventKeys.ts";
import { StoreBusy } from "../../../functions/store/records.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { LOGGED_PARTITIONS, readStep } from "../../../functions/store/steps.ts";
import type { ItemChange } from "../../../functions/store/table.ts";
import { storeOver } from "../simulatedSession.ts";
import { Chance, Crash, FAIR, Fate, FOUL, Scheduler, simulatedTable, type Weather } from "../world.ts";
import { checkLog, checkPurged, subjectName } from "./checkLog.ts";
import { Consumers } from "./consumers.ts";
import { Feed } from "./feed.ts";
import { GradualTable } from "./gradualTable.ts";
import { History } from "./history.ts";
import { Orgs } from "./orgs.ts";
import { RETENTION_DAYS, Reader } from "./reader.ts";
import { type Backup, backupOf, renewAll } from "./restore.ts";
import { Traffic } from "./traffic.ts";

interface LogOutcome {
  readonly problems: readonly string[];
  readonly events: number;
  readonly changes: number;
}

const DAY_MS = 86_400_000;
const LAMBDA_MS = 25_000;
/** Picks of one run: more would mean an endless loop. */
const BATCH = 8;
const STORM: Weather = { throttled: 0.06, lost: 0.08, conflict: 0.05, crash: 0.05, staleIndex: 0 };
const MOST_PICKS = 60_000;

/**
 * Random changes of some orgs, and all faults of the log's writers and readers: batches that come again, late, in parallel and
 * in another order, lost records, processes that crash or freeze, lost answers, half-visible transactions, and logs that are
 * purged, expire, or return from a backup.
 */
class LogRun {
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #weather: Weather;
  readonly #table: GradualTable;
  readonly #history = new History();
  readonly #orgs: Orgs;
  readonly #traffic: Traffic;
  readonly #consumers: Consumers;
  readonly #keepsValues: boolean;
  /** How often a transaction pauses between two items. */
  readonly #slowness: number;
  #feed: Feed;
  /** Subjects with a lost or late record: an event may stand for several of their versions. */
  #disturbed = new Set<string>();
  /** Given-up records that may be published again. */
  #givenUp: ItemChange[] = [];
  readonly #faults: string[] = [];
  #busy = 0;
  #isLogged = false;

  constructor(seed: number) {
    const chance = new Chance(seed);
    this.#chance = chance;
    this.#scheduler = new Scheduler(chance);
    const foul = chance.next() < 0.4 ? STORM : FOUL;
    this.#weather = chance.next() < 0.3 ? FAIR : { ...foul, frozen: chance.next() < 0.3 ? 0.02 : 0.002 };
    this.#slowness = chance.one([0, 0.05, 0.3, 0.6]);
    this.#keepsValues = chance.next() < 0.85;
    this.#table = new GradualTable({
      pause: () =>
        this.#busy > 0 && chance.next() < this.#slowness ? this.#scheduler.point(chance.below(60)) : undefined,
      shuffled: (commit) => (this.#slowness === 0 ? commit : commit.toSorted(() => chance.next() - 0.5)),
      decided: (commit) => this.#history.decided(commit),
      written: (change) => {
        this.#history.written(change);
        if (this.#isLogged && isLogged(change)) this.#push(change);
      },
    });
    this.#feed = new Feed(chance);
    const [table, scheduler] = [this.#table, this.#scheduler];
    this.#traffic = new Traffic({ chance, scheduler, table, begin: () => this.#begin() });
    this.#orgs = new Orgs({ chance, scheduler, traffic: this.#traffic, session: () => this.#session(FAIR) });
    this.#consumers = new Consumers(new Reader(this.#history), this.#orgs, chance);
  }

  async carryOut(): Promise<LogOutcome> {
    await this.#orgs.createAll(this.#session());
    // An upgraded deployment has users and teams before it has a log.
    const isUpgraded = this.#chance.next() < 0.15;
    if (isUpgraded) for (let n = 0; n < 5; n += 1) await this.#calmly(() => this.#orgs.request());
    this.#history.committed = [];
    this.#isLogged = true;
    if (!isUpgraded) await this.#orgs.touchSettings(this.#session());
    const phases = this.#chance.one([1, 2, 2, 3]);
    for (let phase = 1; phase <= phases; phase += 1) {
      const isRestored = phase < phases && this.#chance.next() < 0.15;
      await this.#phase(isRestored);
      if (isRestored || phase === phases) continue;
      await this.#coverLost();
      await this.#drain();
      this.#scheduler.now += this.#chance.one([1, 10, 40, 100]) * DAY_MS;
    }
    await this.#coverLost();
    await this.#drain();
    await this.#consumers.catchUp(this.#session(), this.#scheduler.now);
    return this.#verdict();
  }

  async #phase(isRestored: boolean): Promise<void> {
    let backup: Backup | undefined;
    const lanes = [
      ...[1, 2].map(() => this.#busily(() => this.#change(3 + this.#chance.below(5)))),
      this.#busily(() => this.#orgs.life()),
      this.#busily(() => this.#expire()),
      this.#busily(() => this.#erase()),
      this.#pump(),
      this.#pump(),
      this.#publishAgain(),
      ...this.#consumers.lanes((step) => this.#consume(step)),
    ];
    if (isRestored) {
      lanes.push(
        this.#busily(async () => {
          await this.#scheduler.point(this.#chance.below(200));
          backup = backupOf(this.#table, this.#chance);
        }),
      );
    }
    await this.#scheduler.run(MOST_PICKS);
    await Promise.all(lanes);
    if (backup !== undefined) await this.#restore(backup);
  }

  /** The phase's other work continues while one of these runs. */
  async #busily(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    await this.#noted(work());
    this.#busy -= 1;
  }

  /** Records its faults as problems of the run; callers repeat after passing ones. */
  async #noted<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof StoreBusy || error instanceof Crash) return undefined;
      this.#faults.push(String(error instanceof Error ? error.stack : error));
      return undefined;
    }
  }

  /** Runs alone, outside a phase. */
  async #calmly<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    await this.#scheduler.run(MOST_PICKS);
    return done;
  }

  #session(weather?: Weather, fate = new Fate()): StoreSession {
    const over = weather === undefined ? this.#table : simulatedTable(this.#table, this.#scheduler, weather, fate);
    return storeOver(over, this.#scheduler).begin();
  }

  /** A request: it may crash or lose its answer, but does not outlive its 28 seconds. */
  #begin() {
    const fate = new Fate();
    return { session: this.#session({ ...this.#weather, frozen: 0 }, fate), death: fate.death };
  }

  #push(change: ItemChange): void {
    if (this.#busy > 0 && this.#weather !== FAIR && this.#chance.next() < 0.01) this.#giveUp(change);
    else this.#feed.push(change);
  }

  /** The record is unreadable or was tried too often: it may be published again within a day, or never. */
  #giveUp(change: ItemChange): void {
    const step = readStep(change);
    if (step === undefined || step.of === "end") {
      this.#feed.push(change);
      return;
    }
    this.#disturbed.add(subjectName(step.orgId, step.subject));
    // No later record can cover a deletion.
    const isLast = step.of === "import" || step.after === undefined;
    if (isLast || this.#chance.next() < 0.6) this.#givenUp.push(change);
  }

  async #publishAgain(): Promise<void> {
    for (let idle = 0; this.#busy > 0 || !this.#feed.isEmpty || this.#givenUp.length > 0; idle += 1) {
      await this.#scheduler.point(this.#patience(400, idle));
      const [change] = this.#givenUp;
      if (change === undefined) continue;
      const { running, died } = this.#invoke([change]);
      if ((await Promise.race([running, died])) === 1) this.#givenUp.splice(this.#givenUp.indexOf(change), 1);
    }
  }

  async #change(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.#scheduler.point(this.#chance.below(250));
      await this.#orgs.request();
      if (this.#chance.next() < 0.05) this.#feed.split();
    }
  }

  /** The time to live removes expired items, in any order, at any time. */
  async #expire(): Promise<void> {
    const over = this.#table.expired(this.#scheduler.now);
    for (const key of over.toSorted(() => this.#chance.next() - 0.5)) {
      if (this.#chance.next() < 0.3) continue;
      if (this.#chance.next() < 0.7) await this.#scheduler.point(this.#chance.below(8));
      this.#table.expire(key);
    }
  }

  /** The daily sweep, or an urgent request for it. */
  async #erase(): Promise<void> {
    if (this.#chance.next() < 0.3) await this.#scheduler.point(this.#chance.below(600));
    const fate = new Fate();
    const { database } = this.#session({ ...this.#weather, frozen: 0 }, fate);
    const gone = this.#deleted().filter(() => this.#chance.next() < 0.4);
    const work = async () => {
      for (const { orgId, subject } of gone.slice(0, 3)) await eraseValues(database, orgId, subject);
      await eraseDue(database, RETENTION_DAYS, Number.POSITIVE_INFINITY);
    };
    await this.#noted(Promise.race([work(), fate.death]));
  }

  #deleted() {
    return this.#history.committed.flatMap(({ step, isAdopted }) =>
      step.of === "resource" && step.after === undefined && !isAdopted ? [step] : [],
    );
  }

  /** An event source mapping: takes batches while there are any. */
  async #pump(): Promise<void> {
    for (let idle = 0; this.#busy > 0 || !this.#feed.isEmpty; idle += 1) {
      await this.#scheduler.point(this.#patience(60, idle));
      const batch = this.#feed.take(BATCH);
      if (batch === undefined) continue;
      idle = 0;
      const { records } = batch;
      const { running, died } = this.#invoke(records);
      const chance = this.#chance.next();
      if (chance < 0.1) {
        // It timed out: its retry runs in parallel.
        batch.done(0);
        continue;
      }
      const count = await Promise.race([running, died]);
      const [failed] = records.slice(count);
      if (failed !== undefined && this.#chance.next() < 0.02) {
        this.#giveUp(failed);
        batch.done(count + 1);
      } else {
        // The batch may be delivered again although it was done.
        batch.done(chance < 0.2 ? 0 : count);
      }
    }
  }

  /** Both give the number of leading records that are done: 0 after a crash. */
  #invoke(records: readonly ItemChange[]): { readonly running: Promise<number>; readonly died: Promise<number> } {
    const fate = new Fate();
    const running = this.#noted(this.#append(this.#session(this.#weather, fate), records)).then((count) => count ?? 0);
    return { running, died: fate.death.catch(() => 0) };
  }

  async #append(session: StoreSession, records: readonly ItemChange[]): Promise<number> {
    const known = records.flatMap((record, index) => {
      const step = readStep(record);
      return step === undefined ? [] : [{ step, index }];
    });
    const skew = this.#chance.below(2_000) - 1_000;
    const { failed } = await appendSteps(
      known.map(({ step }) => step),
      {
        database: session.database,
        now: () => this.#scheduler.now + skew,
        until: this.#scheduler.now + LAMBDA_MS,
        retentionDays: RETENTION_DAYS,
        keepsValues: this.#keepsValues,
        newGeneration: () => this.#newGeneration(),
      },
    );
    if (failed !== undefined && !(failed.cause instanceof StoreBusy)) throw failed.cause;
    return failed === undefined ? records.length : (known[failed.index]?.index ?? 0);
  }

  #newGeneration(): string {
    return [...this.#chance.bytes(3)].map((byte) => byte.toString(36).padStart(2, "0")).join("");
  }

  async #consume(step: (session: StoreSession, now: number) => Promise<boolean>): Promise<void> {
    for (let idle = 0; this.#busy > 0 || !this.#feed.isEmpty; idle += 1) {
      await this.#scheduler.point(this.#patience(200, idle));
      const fate = new Fate();
      const session = this.#session({ ...this.#weather, frozen: 0.02 }, fate);
      const isEnd = await this.#noted(Promise.race([step(session, this.#scheduler.now), fate.death]));
      if (isEnd === false) idle = 0;
    }
  }

  /** The longer it was idle, the longer the next pause. */
  #patience(milliseconds: number, idle: number): number {
    return this.#chance.below(milliseconds * 3 ** Math.min(idle, 6));
  }

  /** The next version's record covers one that the stream lost. */
  async #coverLost(): Promise<void> {
    for (const name of this.#disturbed) {
      const [org = "", subject = ""] = name.split(" ");
      await this.#calmly(() => this.#orgs.touch(this.#session(), org, subject));
    }
  }

  async #drain(): Promise<void> {
    for (
      let batch = this.#feed.take(BATCH), tries = 0;
      batch !== undefined;
      batch = this.#feed.take(BATCH), tries += 1
    ) {
      if (tries > 500) throw new Error("the feed never ends");
      batch.done(await this.#append(this.#session(), batch.records));
    }
    for (const change of this.#givenUp.splice(0)) await this.#append(this.#session(), [change]);
  }

  /** Restores the table: no earlier process reaches it, and its stream begins anew. Consumers are not asked. */
  async #restore(backup: Backup): Promise<void> {
    this.#table.replaceAll(backup);
    this.#feed = new Feed(this.#chance);
    this.#givenUp = [];
    this.#history.committed = [];
    this.#disturbed = new Set();
    this.#orgs.restored(this.#table);
    await renewAll(this.#session().database, () => this.#newGeneration());
  }

  async #verdict(): Promise<LogOutcome> {
    const problems: string[] = [...this.#faults, ...this.#history.problems];
    const now = this.#scheduler.now;
    for (const orgId of this.#orgs.living)
      problems.push(...checkLog(this.#table, orgId, this.#history, this.#disturbed, now));
    for (const orgId of this.#orgs.purged) problems.push(...checkPurged(this.#table, orgId, this.#history));
    problems.push(...(await this.#consumers.problems(this.#session())));
    this.#scheduler.now += 30 * DAY_MS;
    await eraseDue(this.#session().database, RETENTION_DAYS, Number.POSITIVE_INFINITY);
    for (const { orgId, subject } of this.#deleted()) {
      const own = this.#table.partition(eventKeys.events(orgId)).filter(({ r }) => r === subject);
      if (own.some(({ b }) => b !== undefined)) problems.push(`${orgId}: values of ${subject} are left`);
    }
    problems.push(...this.#history.problems.slice(0, 3));
    return { problems, events: this.#history.eventCount, changes: this.#history.committed.length };
  }
}

function isLogged({ key: { pk } }: ItemChange): boolean {
  const { suffixes, prefixes } = LOGGED_PARTITIONS;
  return suffixes.some((end) => pk.endsWith(end)) || prefixes.some((start) => pk.startsWith(start));
}

export async function simulateLog(seed: number): Promise<LogOutcome> {
  try {
    return await new LogRun(seed).carryOut();
  } catch (error) {
    return { problems: [String(error instanceof Error ? error.stack : error)], events: 0, changes: 0 };
  }
}
