import type { Item } from "./table.ts";

/** An item, and its bytes as the table counts them. */
export interface Stored {
  readonly item: Item;
  readonly bytes: number;
}

/** Bytes of all that is kept. */
const ROOM = 6_000_000;
/** An item above it is read anew each time: it would push out many that are asked for more often. */
const LARGEST = 64_000;
/** What an item takes beside its texts. */
const BESIDE = 250;

/**
 * Items as they were read last, decoded: most of a request's reads are of the same few, and a page of a list is read again and
 * again. For a file that nobody else writes, and a writer who says what it changes. What was not asked for since half of the
 * room was filled goes.
 */
export class RecentItems {
  #young = new Map<string, Stored>();
  #old = new Map<string, Stored>();
  #bytes = 0;

  /** @param name of its key, as `keyText` gives it */
  get(name: string): Stored | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.keep(name, old);
    return old;
  }

  /** Many callers get the same item from now on, which none of them can change. */
  keep(name: string, stored: Stored): void {
    this.drop(name);
    if (stored.bytes > LARGEST) return;
    Object.freeze(stored.item);
    this.#young.set(name, stored);
    this.#bytes += stored.bytes + BESIDE;
    if (this.#bytes < ROOM / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#bytes = 0;
  }

  /** It is written, or removed. */
  drop(name: string): void {
    this.#old.delete(name);
    const young = this.#young.get(name);
    if (young === undefined) return;
    this.#young.delete(name);
    this.#bytes -= young.bytes + BESIDE;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#bytes = 0;
  }
}
