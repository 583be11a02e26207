/** Syncs everything committed to the disk. Rejects where the disk failed: then none of it counts as written. */
export type SyncDisk = () => Promise<void>;

/** The waiting writes were rolled back, and everything committed was on the disk before: nothing needs to wait any more. */
export class RolledBack extends Error {}

/**
 * Committed writes that are not on the disk yet, by names of items and partitions. A writer waits for a sync that began
 * after its write; a reader of such an item waits too, so that no answer rests on data that a power cut would lose. They
 * share one sync, and no other call waits: a sync serves several transactions and does not block the event loop.
 */
export class Unsynced {
  readonly #sync: SyncDisk;
  /** Written since the last sync began. */
  #written = new Set<string>();
  /** Written before that. */
  #syncing = new Set<string>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #needs: "nothing" | "running" | "next" = "nothing";

  constructor(sync: SyncDisk) {
    this.#sync = sync;
  }

  /** Begins one call, which runs synchronously from here to `wait`. */
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

  /** @returns the sync that the call's answer must wait for */
  wait(): Promise<void> | undefined {
    if (this.#needs === "nothing") return undefined;
    if (this.#needs === "running" && this.#running !== undefined) return this.#running;
    this.#next ??= this.#syncNext();
    return this.#next;
  }

  async #syncNext(): Promise<void> {
    // After the running sync, whatever its result; or together with all other calls of this turn of the event loop.
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
