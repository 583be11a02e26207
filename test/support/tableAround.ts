import type { Table } from "../../functions/store/table.ts";

/** A read; a write of one item; a call that may be repeated safely, as a transaction with its token. */
type CallKind = "read" | "single" | "repeatable";

/** Makes the call, each time it is called. */
export type Around = <A>(send: () => Promise<A>, kind: CallKind) => Promise<A>;

/** A table whose calls go through `around`, to lose or repeat calls and answers. */
export function tableAround(table: Table, around: Around): Table {
  return {
    get: (...given) => around(() => table.get(...given), "read"),
    getMany: (...given) => around(() => table.getMany(...given), "read"),
    getTogether: (...given) => around(() => table.getTogether(...given), "read"),
    query: (...given) => around(() => table.query(...given), "read"),
    queryReverse: (...given) => around(() => table.queryReverse(...given), "read"),
    write: (...given) => around(() => table.write(...given), given[1] === undefined ? "single" : "repeatable"),
    deleteMany: (...given) => around(() => table.deleteMany(...given), "repeatable"),
  };
}
