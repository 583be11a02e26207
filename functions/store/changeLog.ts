import type { DatabaseSync } from "node:sqlite";
import * as rows from "./sqliteRows.ts";
import type { ItemChange } from "./table.ts";

const CHANGES_AT_ONCE = 100;
const TRIMMED_AT_ONCE = 500;

interface LoggedChange extends ItemChange {
  /** Rises with each change. */
  readonly seq: number;
}

/** Continues after the last confirmed change, even in another process: unconfirmed changes come again. */
interface ChangeReader {
  /** Up to 100 changes in their order; none: the reader is at the end. */
  read(): LoggedChange[];
  /** Confirms all changes up to this one as delivered. */
  confirm(seq: number): void;
}

/** The changes of the logged partitions (`steps.ts`) and of deletion markers, logged together with the write itself. */
export class ChangeLog {
  readonly #db: DatabaseSync;

  /** @param db of a SqliteTable */
  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** A reader with a new name begins with the next change. */
  reader(name: string): ChangeReader {
    const latest = "select ?, coalesce(max(seq), 0) from changes where true";
    this.#db.prepare(`insert into readers ${latest} on conflict do nothing`).run(name);
    const next = this.#db.prepare(
      `select seq, pk, sk, before, after from changes
        where seq > (select seq from readers where name = ?) order by seq limit ${CHANGES_AT_ONCE}`,
    );
    const confirm = this.#db.prepare("update readers set seq = ? where name = ?");
    return {
      read: () => next.all(name).map(rows.loggedChange),
      confirm: (seq) => void confirm.run(seq, name),
    };
  }

  /** Keeps no changes for this reader any more. */
  forget(name: string): void {
    this.#db.prepare("delete from readers where name = ?").run(name);
  }

  /** Removes up to 500 changes that every reader has confirmed. @returns how many; fewer than 500: none are left */
  trim(): number {
    const passed = `select seq from changes where not exists (select * from readers where readers.seq < changes.seq)
      order by seq limit ${TRIMMED_AT_ONCE}`;
    return Number(this.#db.prepare(`delete from changes where seq in (${passed})`).run().changes);
  }
}
