/** What one round does: all that the log has, once. */
type Round = (signal: AbortSignal) => Promise<void>;

export interface WorkerOptions {
  readonly round: Round;
  /** Milliseconds after which a round begins though nobody asked. */
  readonly fallbackMs: number;
  /** Learns of each round that failed. */
  readonly report: (error: unknown) => void;
}

const FIRST_RETRY_MS = 1_000;

/** Runs rounds of one organization one at a time: at the start, when poked, again after a failure, and now and then. */
export class SyncWorker {
  readonly #options: WorkerOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /**
   * Asks for a round. Ten pokes during one make one more: it begins after the last of them, so it sees what they are about.
   * @returns when that round is over, whatever came of it
   */
  poke(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      this.#running = this.#run();
      return this.#running;
    });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await (this.#next ?? this.#running);
  }

  async #run(): Promise<void> {
    const { round, fallbackMs, report } = this.#options;
    const { signal } = this.#closing;
    if (signal.aborted) return;
    clearTimeout(this.#timer);
    try {
      await round(signal);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!signal.aborted) report(error);
    }
    if (signal.aborted) return;
    const pause = this.#failures === 0 ? fallbackMs : FIRST_RETRY_MS * 2 ** (this.#failures - 1);
    this.#timer = setTimeout(() => this.poke(), Math.min(pause, fallbackMs));
  }
}
