import type { Store } from "../../functions/store/session.ts";
import type { ItemChange, Table } from "../../functions/store/table.ts";

/** What is done where a DynamoDB has no table. */
export type MissingTable = "make" | "refuse";

/** A store, with what the local server needs of its database besides. */
export interface OpenStore {
  readonly store: Store;
  readonly table: Table;
  readonly kind: "file" | "memory" | "dynamodb";
  /**
   * A log is read on where the last process confirmed it, the stream of a DynamoDB from its beginning.
   * @throws StartRefused where there is no stream to read
   */
  follow(): Promise<ChangeSource>;
  /** Removes what is over, also from what lies beside the table. */
  clean(): Promise<void>;
  close(): void;
}

/** What was written since the last look, in the order of writes to each item; empty: nothing new. */
export interface ChangeSource {
  next(): Promise<readonly ChangeRecord[]>;
  /** All that `next` gave is delivered: it does not come again. */
  confirm(): void;
  /** Calls the one listener whenever there may be something new. Absent: nobody knows but who asks. */
  watch?(listener: () => void): void;
}

export interface ChangeRecord {
  /** For a person who looks for it. */
  readonly name: string;
  /** @throws Error where it cannot be read */
  read(): ItemChange;
}
