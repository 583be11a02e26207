/** Puts all that is committed on the disk. Rejects where the disk failed: then none of it counts as written. */
export type SyncDisk = () => Promise<void>;

/** What waited for the sync is rolled back, and all that is committed was on the disk before: nobody has to wait any more. */
export class RolledBack extends Error {}

/**
 * What is committed and not on the disk yet, by names of items and partitions. Who wrote waits for a sync that began after; who
 * saw such an item waits as well, so that no answer rests on what a power cut takes back. All of them share one sync, and nobody
 * else waits: several transactions cost one turn of the disk, and the disk does not hold the event loop.
 */
export class Unsynced {
  readonly #sync: SyncDisk;
  /** Since the last sync began. */
  #written = new Set<string>();
  /** Before that. */
  #syncing = new Set<string>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #needs: "nothing" | "running" | "next" = "nothing";

  constructor(sync: SyncDisk) {
    this.#sync = sync;
  }

  /** Of one call, which works without a pause between this and `wait`. */
  begin(): void {
    this.#needs = "nothing";
  }

  saw(name: string): void {
    if (this.#written.has(name)) this.#needs = "next";
    else if (this.#needs === "nothing" && this.#syncing.has(name)) this.#needs = "running";
  }

  wrote(name: string): void {
    this.#written.add(name);
    this.#needs = "next";
  }

  /** @returns what the answer of the call has to wait for */
  wait(): Promise<void> | undefined {
    if (this.#needs === "nothing") return undefined;
    if (this.#needs === "running" && this.#running !== undefined) return this.#running;
    this.#next ??= this.#syncNext();
    return this.#next;
  }

  async #syncNext(): Promise<void> {
    // After the one under way, whatever came of it; or with all that this turn of the event loop brings.
    if (this.#running === undefined) await new Promise(setImmediate);
    else await this.#running.catch(() => undefined);
    this.#running = this.#next;
    this.#next = undefined;
    this.#syncing = this.#written;
    this.#written = new Set();
    try {
      await this.#sync();
    } catch (error) {
      if (error instanceof RolledBack) throw error.cause;
      for (const name of this.#syncing) this.#written.add(name);
      throw error;
    } finally {
      this.#syncing = new Set();
      this.#running = undefined;
    }
  }
}
