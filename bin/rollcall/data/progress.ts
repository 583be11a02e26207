import type { SideCounts } from "../../../functions/store/import.ts";

const EVERY_MS = 5_000;

/** Writes a line to the error output now and then, so that a long run shows progress. */
export class Progress {
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #last: number;

  constructor(say: (line: string) => void, now: () => number = Date.now) {
    this.#say = say;
    this.#now = now;
    this.#last = now();
  }

  at(what: string, done: number, total: number): void {
    if (this.#now() - this.#last < EVERY_MS) return;
    this.#last = this.#now();
    this.#say(`${what}: ${number(done)} of ${number(total)}`);
  }
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** "3 users, 1 group, 2 memberships" */
export function countsInWords(counts: SideCounts): string {
  const some = ([name, count]: [string, number]) => `${number(count)} ${count === 1 ? name.replace(/s$/, "") : name}`;
  return Object.entries(counts).map(some).join(", ");
}
