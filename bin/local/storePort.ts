import type { Store } from "../../functions/store/session.ts";
import type { ItemChange, Table } from "../../functions/store/table.ts";

/** For a DynamoDB without the table. */
export type MissingTable = "make" | "refuse";

/** A store, with the local server's further needs of its database. */
export interface OpenStore {
  readonly store: Store;
  readonly table: Table;
  readonly kind: "file" | "memory" | "dynamodb";
  /**
   * A log starts after the changes that the last process confirmed, the stream of a DynamoDB at its beginning.
   * @throws StartRefused where there is no stream to read
   */
  follow(): Promise<ChangeSource>;
  /** Removes expired items, also from beside the table. */
  clean(): Promise<void>;
  close(): void;
}

/** The writes since the last call, in order for each item; empty: nothing new. */
export interface ChangeSource {
  next(): Promise<readonly ChangeRecord[]>;
  /** Everything from `next` is processed: it does not come again. */
  confirm(): void;
  /** Calls the only listener whenever there may be news. Absent: the source must be polled. */
  watch?(listener: () => void): void;
}

export interface ChangeRecord {
  /** For a person who searches for the record. */
  readonly name: string;
  /** @throws Error for an unreadable record */
  read(): ItemChange;
}
