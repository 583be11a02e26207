import { TableBusy } from "./table.ts";
import { RolledBack, type SyncDisk } from "./unsynced.ts";

export interface SharedTransactionProps {
  readonly db: { readonly isTransaction: boolean };
  readonly sql: Readonly<Record<"begin" | "commit" | "rollback", { run(): unknown }>>;
  /** Absent: each write is a transaction of its own. */
  readonly sync: SyncDisk | undefined;
  onCommit(): void;
  /** What was written since the last commit is gone. */
  onRollback(): void;
}

/**
 * The transaction of SQLite that all writes share which wait for the same sync of the disk: the pages that they have in common are
 * written once. One that SQLite fails takes those before it along, none of which was answered.
 */
export class SharedTransaction {
  readonly #props: SharedTransactionProps;
  #undone: { readonly by: unknown } | undefined;
  /** And neither committed nor rolled back here. */
  #isBegun = false;
  /** Something is committed, and not on the disk for certain. */
  #isBehind = false;

  constructor(props: SharedTransactionProps) {
    this.#props = props;
  }

  /** @param work that fails for no other reason than the file */
  run(work: () => void): void {
    const { db, sql, sync } = this.#props;
    this.#noticeLoss();
    const isFirst = !db.isTransaction;
    if (isFirst) sql.begin.run();
    this.#isBegun = true;
    try {
      work();
    } catch (error) {
      this.#rollBack();
      // Those before it wait, and hear of it at the sync.
      if (!isFirst) this.#undone ??= { by: error };
      throw error;
    }
    if (sync === undefined) this.commit();
  }

  /** Also before the sync, for those who want to see only what is committed. */
  commit(): void {
    const { db, sql, onCommit } = this.#props;
    this.#noticeLoss();
    if (!db.isTransaction) return;
    try {
      sql.commit.run();
    } catch (error) {
      this.#rollBack();
      this.#undone ??= { by: error };
      throw error;
    }
    this.#isBegun = false;
    this.#isBehind = true;
    onCommit();
  }

  /** Commits, and puts it on the disk. Rejects where one of the writes, or the disk, failed: then none of them counts. */
  readonly end: SyncDisk = async () => {
    try {
      if (this.#undone === undefined) this.commit();
      if (this.#undone !== undefined) throw this.#undone.by;
    } catch (error) {
      this.#rollBack();
      throw this.#isBehind ? error : new RolledBack("nothing of it is left", { cause: error });
    } finally {
      this.#undone = undefined;
    }
    this.#isBehind = false;
    try {
      await this.#props.sync?.();
    } catch (error) {
      this.#isBehind = true;
      throw error;
    }
  };

  /**
   * For lack of memory, of room or of the disk SQLite rolls back by itself, whichever statement on the file fails of it: also a
   * read, or one of the log of changes.
   */
  #noticeLoss(): void {
    const { db, onRollback } = this.#props;
    if (!this.#isBegun || db.isTransaction) return;
    this.#isBegun = false;
    this.#undone ??= { by: new TableBusy("outage", new Error("SQLite rolled back what was not committed")) };
    onRollback();
  }

  #rollBack(): void {
    const { db, sql, onRollback } = this.#props;
    // On a full disk SQLite has rolled back by itself.
    if (db.isTransaction) sql.rollback.run();
    this.#isBegun = false;
    onRollback();
  }
}
