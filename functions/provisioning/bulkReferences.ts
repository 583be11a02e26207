import type { BulkEntry } from "../scim/bulk/bulk.ts";
import { referencesOf } from "../scim/bulk/references.ts";
import { ScimError } from "../scim/error.ts";

/** Which operations of a bulk request refer to which: read once, and followed in time linear in the references. */
export class BulkReferences {
  readonly #byIndex = new Map<number, ReadonlySet<string>>();
  /** By bulkId, the place of its POST. */
  readonly #posts = new Map<string, number>();
  /** By bulkId, the bulkIds of the POSTs that refer to it. */
  readonly #referrers = new Map<string, string[]>();
  /** By bulkId, the place of the last POST that it needs, at any distance, itself included. */
  readonly #last = new Map<string, number>();

  constructor(entries: readonly BulkEntry[]) {
    for (const [index, { asked }] of entries.entries()) {
      if (asked instanceof ScimError) continue;
      const names = referencesOf(asked);
      this.#byIndex.set(index, names);
      if (asked.method !== "POST") continue;
      this.#posts.set(asked.bulkId, index);
      for (const name of names) listAt(this.#referrers, name).push(asked.bulkId);
    }
    // What refers to the last of all needs it, and so on: each is reached once.
    for (const [bulkId, index] of [...this.#posts].reverse()) {
      for (const one of this.#reaching([bulkId], this.#last)) this.#last.set(one, index);
    }
  }

  /** The bulkIds that the operation at this place refers to. */
  of(index: number): ReadonlySet<string> {
    return this.#byIndex.get(index) ?? new Set();
  }

  isKnown(bulkId: string): boolean {
    return this.#posts.has(bulkId);
  }

  /** The bulkIds of POSTs that refer to what no operation makes, directly or through others. */
  unresolvable(): Set<string> {
    const unknown = [...this.#referrers.keys()].filter((name) => !this.isKnown(name));
    const reached = this.#reaching(unknown, new Map());
    return new Set([...reached].filter((name) => this.isKnown(name)));
  }

  /** The place of the last POST that these bulkIds need, at any distance; -1 of none. */
  lastOf(bulkIds: Iterable<string>): number {
    let last = -1;
    for (const bulkId of bulkIds) last = Math.max(last, this.#last.get(bulkId) ?? -1);
    return last;
  }

  /** These and all that refer to them, except those of `known`, which were followed before. */
  #reaching(bulkIds: readonly string[], known: ReadonlyMap<string, number>): Set<string> {
    const reached = new Set(bulkIds.filter((bulkId) => !known.has(bulkId)));
    // What is added while the set is walked is walked too.
    for (const bulkId of reached) {
      for (const other of this.#referrers.get(bulkId) ?? []) if (!known.has(other)) reached.add(other);
    }
    return reached;
  }
}

export function listAt<K, V>(map: Map<K, V[]>, key: K): V[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
