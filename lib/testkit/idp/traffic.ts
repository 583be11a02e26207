import { setImmediate as turn } from "node:timers/promises";

/** The pending requests between all identity providers and the server. */
export class Traffic {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async carry<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      // The longest waiting goes last: the first sent arrives after later ones.
      for (const go of this.#waiting.splice(0).reverse()) go();
    }
  }

  /** Resolves when another request was answered; at once where none is pending. */
  async overtaken(): Promise<void> {
    await turn();
    if (this.#running > 0) await this.#nextAnswer();
  }

  /** Resolves when no request is pending, so that the clock may be advanced. */
  async quiet(): Promise<void> {
    while (this.#running > 0) await this.#nextAnswer();
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
