/** Ids by value; several ids may bear one value. */
export class ValueIndex {
  readonly #ids = new Map<string, Set<string>>();

  add(value: string | undefined, id: string): void {
    if (value === undefined) return;
    const ids = this.#ids.get(value);
    if (ids === undefined) this.#ids.set(value, new Set([id]));
    else ids.add(id);
  }

  remove(value: string | undefined, id: string): void {
    if (value === undefined) return;
    const ids = this.#ids.get(value);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(value);
  }

  /** Ascending. */
  of(value: string): string[] {
    return [...(this.#ids.get(value) ?? [])].sort();
  }

  /** Ids under all values that begin so. */
  ofPrefix(prefix: string): string[] {
    return [...this.#ids].flatMap(([value, ids]) => (value.startsWith(prefix) ? [...ids] : []));
  }

  has(value: string, id: string): boolean {
    return this.#ids.get(value)?.has(id) ?? false;
  }
}
