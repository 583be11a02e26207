import type { Directory } from "../../functions/store/session.ts";
import { type Action, type Table, TableBusy } from "../../functions/store/table.ts";
import { keyOf } from "../../functions/store/tableRules.ts";

/** Pseudo-random numbers, the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  one<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** The process crashed during a request: none of its code continues, and nobody gets an answer. */
export class Crash extends Error {}

/** Whether the process of a request has crashed. */
export class Fate {
  crashed = false;
  /** Rejects on the crash, and otherwise never settles. */
  readonly death: Promise<never>;
  #die: (reason: Crash) => void = () => undefined;

  constructor() {
    this.death = new Promise((_, reject) => {
      this.#die = reject;
    });
    this.death.catch(() => undefined);
  }

  die(): void {
    this.crashed = true;
    this.#die(new Crash("the process died"));
  }
}

/**
 * Time and chance for all parallel work. Every call to the store and every pause waits here until the scheduler picks it;
 * between two picks, everything that can run does. So an order of events is a list of picks, and the same seed gives the same
 * list.
 */
export class Scheduler {
  readonly chance: Chance;
  /** Milliseconds of the simulated clock. */
  now = Date.parse("2026-01-02T03:04:05.000Z");
  /** Number of events so far: their single order. */
  events = 0;
  readonly #waiting: { readonly due: number; readonly go: () => void }[] = [];

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** Resolves when picked, after at least so many milliseconds. */
  point(milliseconds = 0): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ due: this.now + milliseconds, go });
    });
  }

  /** Picks until nothing waits. @throws Error after `most` picks */
  async run(most = Number.POSITIVE_INFINITY): Promise<void> {
    let left = most;
    for (await settled(); this.#waiting.length > 0; await settled()) {
      if (left-- <= 0) throw new Error("the run never ends");
      const ready = this.#waiting.filter(({ due }) => due <= this.now);
      const pool = ready.length > 0 ? ready : this.#waiting.filter(({ due }) => due === this.#earliest());
      const picked = pool[this.chance.below(pool.length)];
      if (picked === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(picked), 1);
      this.now = Math.max(this.now, picked.due) + this.chance.below(5);
      this.events += 1;
      picked.go();
    }
  }

  #earliest(): number {
    return Math.min(...this.#waiting.map(({ due }) => due));
  }
}

/** Resolves when no promise can settle any more: nothing here waits for a timer or for input. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Rates of faults among all calls. */
export interface Weather {
  /** The store throttles: nothing was done. */
  readonly throttled: number;
  /** The answer is lost: the call was done or not. */
  readonly lost: number;
  /** A transaction met another one, also in its retries: nothing was done. */
  readonly conflict: number;
  /** The process crashes before or after the call. */
  readonly crash: number;
  /** The index of a member's groups is outdated. */
  readonly staleIndex: number;
  /** The process freezes before the call, for up to two minutes, and then continues unaware. */
  readonly frozen?: number;
}

const FREEZE_MS = 120_000;

export const FAIR: Weather = { throttled: 0, lost: 0, conflict: 0, crash: 0, staleIndex: 0.3 };
export const FOUL: Weather = { throttled: 0.02, lost: 0.03, conflict: 0.03, crash: 0.03, staleIndex: 0.3 };

/** Breaks a part of the store, to prove that the simulation notices it. */
export type Breakage = (directory: Directory) => Directory;

/**
 * One request's access to the table: each call waits for its turn and may meet a fault, so that other work comes between any
 * two calls, and a process can crash between any two.
 * @param index absent: the index never lags
 */
export function simulatedTable(
  table: Table,
  scheduler: Scheduler,
  weather: Weather,
  fate: Fate,
  index?: IndexPast,
): Table {
  const { chance } = scheduler;
  const call = async <A>(work: () => Promise<A>): Promise<A> => {
    const stands = weather.frozen !== undefined && chance.next() < weather.frozen;
    await scheduler.point(stands ? chance.below(FREEZE_MS) : 0);
    if (fate.crashed) return never();
    if (chance.next() < weather.throttled) throw new TableBusy("exhausted");
    if (chance.next() < weather.conflict) throw new TableBusy("conflict");
    const lost = chance.next() < weather.lost;
    const crash = chance.next() < weather.crash;
    if ((lost || crash) && chance.next() < 0.5) return fail(fate, crash);
    const answer = await work();
    return lost || crash ? fail(fate, crash) : answer;
  };
  return {
    get: (...given) => call(() => table.get(...given)),
    getMany: (...given) => call(() => table.getMany(...given)),
    getTogether: (...given) => call(() => table.getTogether(...given)),
    query: (...given) => call(() => table.query(...given)),
    queryReverse: (g1p, range) =>
      call(() => {
        if (index !== undefined && chance.next() < weather.staleIndex) return index.earlier(table, g1p, chance);
        return table.queryReverse(g1p, range);
      }),
    write: (actions, token) =>
      call(() => {
        const write = () => table.write(actions, token);
        return index === undefined ? write() : index.after(table, actions, write);
      }),
    deleteMany: (keys) => call(() => table.deleteMany(keys)),
  };
}

/** A crashed process gets no answer. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** A lost answer is an error; a crashed process gets none, and none of its clean-up runs. */
function fail(fate: Fate, crash: boolean): Promise<never> {
  if (!crash) throw new TableBusy("outage");
  fate.die();
  return never();
}

type ReversePage = Awaited<ReturnType<Table["queryReverse"]>>;

/** The index's earlier answers for a partition: an eventually consistent read may return any of them. */
export class IndexPast {
  readonly #known = new Map<string, ReversePage[]>();

  /** Makes the write, and remembers the index's answers for everybody whose memberships it may have changed. */
  async after<A>(table: Table, actions: readonly Action[], write: () => Promise<A>): Promise<A> {
    const answer = await write();
    for (const partition of new Set(actions.flatMap(partitionIn))) await this.#note(table, partition);
    return answer;
  }

  async earlier(table: Table, partition: string, chance: Chance): Promise<ReversePage> {
    const past = this.#known.get(partition);
    if (past === undefined) return { ...(await table.queryReverse(partition, {})), items: [], last: undefined };
    return past[chance.below(past.length)] ?? table.queryReverse(partition, {});
  }

  async #note(table: Table, partition: string): Promise<void> {
    const now = await table.queryReverse(partition, {});
    const past = this.#known.get(partition) ?? [{ ...now, items: [] }];
    this.#known.set(partition, [...past, now]);
  }
}

/** The index partition that a write to a membership changes. */
function partitionIn(action: Action): string[] {
  const { pk, sk } = keyOf(action);
  const [, prefix] = /^(.*)M#[^#]+$/.exec(pk) ?? [];
  return prefix === undefined ? [] : [`${prefix}R#${sk}`];
}
