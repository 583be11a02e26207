import { keyText } from "../../../functions/store/keys.ts";
import type { IndexKey, ItemChange, ReverseRange, Table } from "../../../functions/store/table.ts";
import type { Chance } from "../world.ts";

const REMEMBERED = 6;

/** The index's earlier states of endpoints: an eventually consistent read may return any of them. */
export class LaggingStates {
  readonly #now = new Map<string, IndexKey>();
  #past: (readonly IndexKey[])[] = [];

  written({ key, after }: ItemChange): void {
    if (!key.pk.endsWith("#S")) return;
    this.#past = [[...this.#now.values()], ...this.#past].slice(0, REMEMBERED);
    const { g1p, g1s } = after ?? {};
    if (g1p === undefined) this.#now.delete(keyText(key));
    else this.#now.set(keyText(key), { ...key, g1p: String(g1p), g1s: String(g1s) });
  }

  /** The table with an index that lags in this share of reads. */
  over(table: Table, chance: Chance, share: number): Table {
    const query = async (g1p: string, range: ReverseRange) => {
      const past = this.#past[chance.below(REMEMBERED)];
      const answer = await table.queryReverse(g1p, range);
      if (past === undefined || chance.next() >= share) return answer;
      const { before = "~" } = range;
      return { ...answer, items: past.filter((one) => one.g1p === g1p && one.g1s < before), last: undefined };
    };
    return {
      get: table.get.bind(table),
      getMany: table.getMany.bind(table),
      getTogether: table.getTogether.bind(table),
      query: table.query.bind(table),
      queryReverse: query,
      write: table.write.bind(table),
      deleteMany: table.deleteMany.bind(table),
    };
  }
}
