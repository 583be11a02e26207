import type { Table } from "../../functions/store/table.ts";

/** A read; a write of one item; one that comes again unharmed, as a transaction does by its token. */
type CallKind = "read" | "single" | "repeatable";

/** Does what `send` would do, as often as wanted. */
export type Around = <A>(send: () => Promise<A>, kind: CallKind) => Promise<A>;

/** A table whose calls go through `around`: the way to lose calls, answers, or to send things twice. */
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
