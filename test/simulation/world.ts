import type { Directory } from "../../functions/store/session.ts";
import { type Action, type Table, TableBusy } from "../../functions/store/table.ts";
import { keyOf } from "../../functions/store/tableRules.ts";

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1. */
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

/** The process died while it carried out a request: nothing of it runs any more, and nobody gets an answer. */
export class Crash extends Error {}

/** Whether the process that carries out a request has died. */
export class Fate {
  crashed = false;
  /** Fails when it dies, and never settles otherwise. */
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
 * Time and chance for everything that happens at once. Every call to the store, and every pause, stops here until the
 * scheduler picks it; between two picks everything that can run on does. So an order of events is a list of picks, and
 * the same seed gives the same list.
 */
export class Scheduler {
  readonly chance: Chance;
  /** Milliseconds of the simulated clock. */
  now = Date.parse("2026-01-02T03:04:05.000Z");
  /** How many events there were so far: the one order of all of them. */
  events = 0;
  readonly #waiting: { readonly due: number; readonly go: () => void }[] = [];

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** Until picked; not before so many milliseconds are over. */
  point(milliseconds = 0): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ due: this.now + milliseconds, go });
    });
  }

  /** Picks until nothing waits. @throws Error after so many picks */
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

/** When every promise that can settle has: nothing here waits for a timer or for input. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How often what goes wrong, of all calls. */
export interface Weather {
  /** Refused by a throttled store: nothing was done. */
  readonly throttled: number;
  /** The answer is lost: it was done, or it was not. */
  readonly lost: number;
  /** A transaction met another one, and so did its repetitions: nothing was done. */
  readonly conflict: number;
  /** The process dies, before or after the call. */
  readonly crash: number;
  /** The index of a member's groups is as it was some time ago. */
  readonly staleIndex: number;
  /** The process stands still before the call, for up to two minutes, and goes on as if nothing had been. */
  readonly frozen?: number;
}

const FREEZE_MS = 120_000;

export const FAIR: Weather = { throttled: 0, lost: 0, conflict: 0, crash: 0, staleIndex: 0.3 };
export const FOUL: Weather = { throttled: 0.02, lost: 0.03, conflict: 0.03, crash: 0.03, staleIndex: 0.3 };

/** What a part of the store is made to do instead, to see that the simulation notices. */
export type Breakage = (directory: Directory) => Directory;

/**
 * One request's way to the table: each call waits for its turn and meets the weather, so that others come between any two
 * calls, and a process dies between any two.
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

/** What a dead process waits for never comes. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** A lost answer is told as such; of a dead process nothing is heard, and no clean-up of its own runs. */
function fail(fate: Fate, crash: boolean): Promise<never> {
  if (!crash) throw new TableBusy("outage");
  fate.die();
  return never();
}

type ReversePage = Awaited<ReturnType<Table["queryReverse"]>>;

/** What the index said of a partition at some time: an eventually consistent read may say any of it. */
export class IndexPast {
  readonly #known = new Map<string, ReversePage[]>();

  /** Carries the write out and remembers what the index says of everybody whose memberships it may have changed. */
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

/** The partition of the index that a write to a membership changes. */
function partitionIn(action: Action): string[] {
  const { pk, sk } = keyOf(action);
  const [, prefix] = /^(.*)M#[^#]+$/.exec(pk) ?? [];
  return prefix === undefined ? [] : [`${prefix}R#${sk}`];
}
