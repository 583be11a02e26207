import { randomBytes } from "node:crypto";
import { appendSteps } from "../../functions/provisioning/events/append.ts";
import { LOG_SETTINGS } from "../../functions/provisioning/events/logSettings.ts";
import { newGeneration } from "../../functions/provisioning/newId.ts";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import type { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { readStep } from "../../functions/store/steps.ts";
import type { ItemChange } from "../../functions/store/table.ts";
import { localTable } from "./localStore.ts";

/** A store in memory, with an event log writer that writes on demand. */
export interface LoggedStore {
  readonly table: SqliteTable;
  readonly store: Store;
  /** Writes the events of all changes so far. @param keep false: the change's record is lost */
  log(keep?: (change: ItemChange) => boolean): Promise<void>;
}

/** @param now milliseconds since the epoch */
export function loggedStore(now: () => number = Date.now): LoggedStore {
  const table = localTable();
  const store = createStore(table, { now });
  const reader = new ChangeLog(table.db).reader("test");
  const log: LoggedStore["log"] = async (keep = () => true) => {
    for (let changes = reader.read(); changes.length > 0; changes = reader.read()) {
      const steps = changes.filter(keep).flatMap((change) => {
        const step = readStep(change);
        return step === undefined ? [] : [step];
      });
      const { failed } = await appendSteps(steps, {
        ...LOG_SETTINGS,
        database: store.begin().database,
        now,
        until: Number.POSITIVE_INFINITY,
        newGeneration: () => newGeneration(randomBytes),
      });
      if (failed !== undefined) throw failed.cause;
      reader.confirm(changes.at(-1)?.seq ?? 0);
    }
  };
  return { table, store, log };
}
