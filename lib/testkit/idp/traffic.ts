import { setImmediate as turn } from "node:timers/promises";

/** The requests under way between all identity providers and the server. */
export class Traffic {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async carry<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      // Who waited longest goes last: what was sent first arrives behind what was sent after it.
      for (const go of this.#waiting.splice(0).reverse()) go();
    }
  }

  /** Until another request was answered; at once where none is under way. */
  async overtaken(): Promise<void> {
    await turn();
    if (this.#running > 0) await this.#nextAnswer();
  }

  /** Until no request is under way: the clock may be advanced under none. */
  async quiet(): Promise<void> {
    while (this.#running > 0) await this.#nextAnswer();
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
