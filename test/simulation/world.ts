import type { Directory } from "../../functions/store/directoryPorts.ts";
import { StoreBusy } from "../../functions/store/ports.ts";

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

  /** Picks until nothing waits. */
  async run(): Promise<void> {
    for (await settled(); this.#waiting.length > 0; await settled()) {
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
}

export const FAIR: Weather = { throttled: 0, lost: 0, conflict: 0, crash: 0, staleIndex: 0.3 };
export const FOUL: Weather = { throttled: 0.02, lost: 0.03, conflict: 0.03, crash: 0.03, staleIndex: 0.3 };

/** What a port of the store is made to do instead, to see that the simulation notices. */
export type Breakage = (directory: Directory) => Directory;

const PORTS = ["users", "groups", "memberships", "deletions"] as const;
/** They ask nothing of the database. */
const LOCAL = new Set<string | symbol>(["membersPerChange", "membersPerCreation", "scan"]);

/** One request's way to a directory: each call waits for its turn and meets the weather. */
export function simulated(
  directory: Directory,
  scheduler: Scheduler,
  weather: Weather,
  fate: Fate,
  index: IndexPast,
): Directory {
  const around = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        if (LOCAL.has(name)) return method.bind(target);
        return async (...given: unknown[]) => {
          await scheduler.point();
          if (fate.crashed) return never();
          const { chance } = scheduler;
          if (chance.next() < weather.throttled) throw new StoreBusy("throttled");
          if (chance.next() < weather.conflict) throw new StoreBusy("conflict");
          const lost = chance.next() < weather.lost;
          const crash = chance.next() < weather.crash;
          if ((lost || crash) && chance.next() < 0.5) return fail(fate, crash);
          const answer: unknown = await method.apply(target, given);
          if (lost || crash) return fail(fate, crash);
          if (name !== "groupsOf") return answer;
          return chance.next() < weather.staleIndex ? index.earlier(String(given[0]), chance) : answer;
        };
      },
    });
  const ports = Object.fromEntries(PORTS.map((name) => [name, around<object>(directory[name])]));
  return { ...directory, ...ports };
}

/** What a dead process waits for never comes. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** A lost answer is told as such; of a dead process nothing is heard, and no clean-up of its own runs. */
function fail(fate: Fate, crash: boolean): Promise<never> {
  if (!crash) throw new StoreBusy("timeout");
  fate.die();
  return never();
}

/** What the index of a member's groups said at some time: an eventually consistent read may say any of it. */
export class IndexPast {
  readonly #known = new Map<string, (readonly string[])[]>();

  note(memberId: string, groups: readonly string[]): void {
    this.#known.set(memberId, [...(this.#known.get(memberId) ?? [[]]), groups]);
  }

  earlier(memberId: string, chance: Chance): readonly string[] {
    const past = this.#known.get(memberId) ?? [[]];
    return past[chance.below(past.length)] ?? [];
  }
}
