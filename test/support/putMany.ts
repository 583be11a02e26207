import type { Item, Table } from "../../functions/store/table.ts";

/** Unconditionally, each for itself. */
export async function putMany(table: Pick<Table, "write">, items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((put) => table.write([{ put }])));
}
