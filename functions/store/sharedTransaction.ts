import { TableBusy } from "./table.ts";
import { RolledBack, type SyncDisk } from "./unsynced.ts";

interface SharedTransactionProps {
  readonly db: { readonly isTransaction: boolean };
  readonly sql: Readonly<Record<"begin" | "commit" | "rollback", { run(): unknown }>>;
  /** Absent: each write is its own transaction. */
  readonly sync: SyncDisk | undefined;
  onCommit(): void;
  /** Called when the writes since the last commit are lost. */
  onRollback(): void;
}

/**
 * One SQLite transaction for all writes that wait for the same disk sync: pages that they share are written once. A failing
 * write also rolls back the earlier writes of the transaction; none of them was answered yet.
 */
export class SharedTransaction {
  readonly #props: SharedTransactionProps;
  #undone: { readonly by: unknown } | undefined;
  /** Begun here, and neither committed nor rolled back here. */
  #isBegun = false;
  /** Something is committed that is not certainly on the disk. */
  #isBehind = false;

  constructor(props: SharedTransactionProps) {
    this.#props = props;
  }

  /** @param work may fail only because of the file */
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
      // The earlier writes wait for the sync, which will reject.
      if (!isFirst) this.#undone ??= { by: error };
      throw error;
    }
    if (sync === undefined) this.commit();
  }

  /** Also called before the sync, by readers of committed data only. */
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

  /** Commits and syncs. Rejects where a write or the disk failed: then none of the writes counts. */
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
   * When memory, space or the disk fails, SQLite rolls back by itself, at any failing statement on the file: even a read,
   * or a statement of the change log.
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
    // On a full disk SQLite has rolled back already.
    if (db.isTransaction) sql.rollback.run();
    this.#isBegun = false;
    onRollback();
  }
}
