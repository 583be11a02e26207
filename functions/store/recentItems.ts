import type { Item } from "./table.ts";

/** An item with its size in bytes as the table counts it. */
export interface Stored {
  readonly item: Item;
  readonly bytes: number;
}

/** Bytes of all kept items. */
const ROOM = 6_000_000;
/** A larger item is not kept: it would push out many that are read more often. */
const LARGEST = 64_000;
/** Bytes of overhead per item. */
const BESIDE = 250;

/**
 * Decoded items that were read recently: most of a request's reads are of the same few items, and list pages are read again
 * and again. For a file with this process as its only writer, which drops what it changes. Items not read since half of the
 * room was filled are removed.
 */
export class RecentItems {
  #young = new Map<string, Stored>();
  #old = new Map<string, Stored>();
  #bytes = 0;

  /** @param name of its key, from `keyText` */
  get(name: string): Stored | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.keep(name, old);
    return old;
  }

  /** Freezes the item, because many callers get the same object. */
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

  /** Must be called when the item is written or removed. */
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
