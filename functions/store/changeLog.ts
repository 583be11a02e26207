import type { DatabaseSync } from "node:sqlite";
import * as rows from "./sqliteRows.ts";
import type { ItemChange } from "./table.ts";

const CHANGES_AT_ONCE = 100;
const TRIMMED_AT_ONCE = 500;

export interface LoggedChange extends ItemChange {
  /** Rises from change to change. */
  readonly seq: number;
}

/** Reads on where it stopped, also in another process: what it did not confirm comes again. */
export interface ChangeReader {
  /** Up to 100 changes in their order; none: it has seen everything. */
  read(): LoggedChange[];
  /** Everything up to this change was delivered. */
  confirm(seq: number): void;
}

/** What was written to resources, settings, listed tokens and markers of deletions, logged with the write itself. */
export class ChangeLog {
  readonly #db: DatabaseSync;

  /** @param db of a SqliteTable */
  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** A reader of a new name begins with the next change. */
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

  /** Keeps nothing for this reader any more. */
  forget(name: string): void {
    this.#db.prepare("delete from readers where name = ?").run(name);
  }

  /** Removes up to 500 changes that every reader has confirmed, however old. @returns how many; fewer: no more are left */
  trim(): number {
    const passed = `select seq from changes where not exists (select * from readers where readers.seq < changes.seq)
      order by seq limit ${TRIMMED_AT_ONCE}`;
    return Number(this.#db.prepare(`delete from changes where seq in (${passed})`).run().changes);
  }
}
