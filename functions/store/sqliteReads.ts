import { keyText } from "./keys.ts";
import type { RecentItems, Stored } from "./recentItems.ts";
import * as rows from "./sqliteRows.ts";
import type { Key } from "./table.ts";
import type { Unsynced } from "./unsynced.ts";

interface ReadsProps {
  readonly sql: ReturnType<typeof rows.prepare>;
  readonly recent: RecentItems;
  /** Records which items an answer rests on. */
  readonly unsynced: Unsynced | undefined;
}

/** The reads of items in SQLite: from the recent items, otherwise from the file. */
export class SqliteReads {
  readonly #props: ReadsProps;

  constructor(props: ReadsProps) {
    this.#props = props;
  }

  item(key: Key): Stored | undefined {
    const { recent, sql, unsynced } = this.#props;
    const name = keyText(key);
    unsynced?.saw(name);
    const known = recent.get(name);
    if (known !== undefined) return known;
    const row = sql.get.get(key.pk, key.sk);
    if (row === undefined) return undefined;
    const stored = rows.storedOf(row);
    recent.keep(name, stored);
    return stored;
  }

  /** The items of these sort keys, from the recent items; from the first missing item on, all are read from the file. */
  *items(pk: string, keys: Iterable<rows.InOrder>, prefix: string): Generator<rows.InOrder> {
    for (const { sk } of keys) {
      const recent = this.#props.recent.get(keyText({ pk, sk }));
      if (recent === undefined) return yield* this.#from(pk, sk, prefix);
      yield { sk, item: recent.item, bytes: recent.bytes };
    }
  }

  *#from(pk: string, from: string, prefix: string): Generator<rows.InOrder> {
    for (const one of rows.items(this.#props.sql.whole.iterate(pk, from), prefix)) {
      this.#props.recent.keep(keyText({ pk, sk: one.sk }), one);
      yield one;
    }
  }
}
