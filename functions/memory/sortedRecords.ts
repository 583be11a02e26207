import type { Listed, Page } from "../store/directoryPorts.ts";

const SCANNED_AT_ONCE = 500;

/** Records by id, listed in the order of their ids. */
export class SortedRecords<T extends { readonly id: string }> {
  readonly #records = new Map<string, T>();
  #order: readonly string[] | undefined;

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  set(record: T): void {
    if (!this.#records.has(record.id)) this.#order = undefined;
    this.#records.set(record.id, record);
  }

  delete(id: string): void {
    if (this.#records.delete(id)) this.#order = undefined;
  }

  many(ids: readonly string[]): T[] {
    const found: T[] = [];
    for (const id of ids) {
      const record = this.#records.get(id);
      if (record !== undefined) found.push(record);
    }
    return found;
  }

  page(start: number, limit: number): Page<T> {
    const ids = this.#sorted();
    return { total: ids.length, records: this.many(ids.slice(start, start + Math.max(limit, 0))) };
  }

  list(limit: number, after?: string): Listed<T> {
    const ids = this.#sorted();
    const start = after === undefined ? 0 : ids.findIndex((id) => id > after);
    const shown = start < 0 ? [] : ids.slice(start, start + limit);
    const more = start >= 0 && start + limit < ids.length;
    return { records: this.many(shown), next: more ? shown.at(-1) : undefined };
  }

  async *pages(): AsyncIterable<readonly T[]> {
    const ids = this.#sorted();
    for (let start = 0; start < ids.length; start += SCANNED_AT_ONCE) {
      const records = this.many(ids.slice(start, start + SCANNED_AT_ONCE));
      if (records.length > 0) yield records;
    }
  }

  #sorted(): readonly string[] {
    this.#order ??= [...this.#records.keys()].sort();
    return this.#order;
  }
}
