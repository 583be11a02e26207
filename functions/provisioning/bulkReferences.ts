import type { BulkEntry } from "../scim/bulk/bulk.ts";
import { referencesOf } from "../scim/bulk/references.ts";
import { ScimError } from "../scim/error.ts";

/** The references between the operations of a bulk request, in time linear in their number. */
export class BulkReferences {
  readonly #byIndex = new Map<number, ReadonlySet<string>>();
  /** The place of each bulkId's POST. */
  readonly #posts = new Map<string, number>();
  /** By bulkId, the bulkIds of the POSTs that refer to it. */
  readonly #referrers = new Map<string, string[]>();
  /** By bulkId, the place of the last POST that it needs, directly or indirectly, itself included. */
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
    // Begin with the last POST: everything that refers to it, directly or indirectly, needs it. Each bulkId is reached once.
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

  /** The bulkIds of POSTs that refer, directly or indirectly, to a bulkId without a POST. */
  unresolvable(): Set<string> {
    const unknown = [...this.#referrers.keys()].filter((name) => !this.isKnown(name));
    const reached = this.#reaching(unknown, new Map());
    return new Set([...reached].filter((name) => this.isKnown(name)));
  }

  /** The place of the last POST that these bulkIds need, directly or indirectly; -1: none. */
  lastOf(bulkIds: Iterable<string>): number {
    let last = -1;
    for (const bulkId of bulkIds) last = Math.max(last, this.#last.get(bulkId) ?? -1);
    return last;
  }

  /** These bulkIds and all that refer to them, except those in `known`, which were followed before. */
  #reaching(bulkIds: readonly string[], known: ReadonlyMap<string, number>): Set<string> {
    const reached = new Set(bulkIds.filter((bulkId) => !known.has(bulkId)));
    // The loop also visits entries that are added to the set meanwhile.
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
