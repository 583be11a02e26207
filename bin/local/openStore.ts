import { setImmediate } from "node:timers/promises";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { createStore } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { version } from "../installation.ts";
import { openLocalFile } from "./localFile.ts";
import type { ChangeSource, MissingTable, OpenStore } from "./storePort.ts";

export interface StoreWishes {
  /** Absolute folder that this process has claimed (`claimFolder.ts`). Without it everything is kept in memory. */
  readonly folder: string | undefined;
  /** A DynamoDB, instead of the file. */
  readonly endpoint?: string | undefined;
  /** What is done where that DynamoDB has no table; it is made by default. */
  readonly missingTable?: MissingTable;
  /** Milliseconds since the epoch, of what is kept in memory; absent: the clock of this machine. */
  readonly now?: () => number;
}

/**
 * The store of the local server: a DynamoDB if one is named, else `rollcall.db` in the folder, else memory.
 * @throws StartRefused
 */
export async function openStore({
  endpoint,
  folder,
  missingTable = "make",
  now = Date.now,
}: StoreWishes): Promise<OpenStore> {
  if (endpoint !== undefined) {
    const { openEndpoint } = await import("./openEndpoint.ts");
    return await openEndpoint(endpoint, missingTable);
  }
  if (folder !== undefined) return { ...ofFile(openLocalFile(folder, version()), now), kind: "file" };
  const table = new SqliteTable(undefined, { now });
  return {
    ...ofFile({ table, log: new ChangeLog(table.db), empty: () => undefined, close: () => table.db.close() }, now),
    kind: "memory",
  };
}

/** Of the log, which has one reader. */
const READER = "events";

function ofFile(
  { table, log, empty, close }: ReturnType<typeof openLocalFile>,
  now: () => number,
): Omit<OpenStore, "kind"> {
  return {
    store: createStore(table, { now }),
    table,
    follow: async () => ({ ...logSource(table, log), watch: (listener) => table.watchLog(listener) }),
    async clean() {
      while ((await table.removeExpired()) > 0);
      while (log.trim() > 0) await setImmediate();
      empty();
    },
    close,
  };
}

function logSource(table: SqliteTable, log: ChangeLog): ChangeSource {
  const reader = log.reader(READER);
  let seen: number | undefined;
  return {
    async next() {
      // What is rolled back has never been.
      table.commit();
      const changes = reader.read();
      seen = changes.at(-1)?.seq;
      return changes.map((change) => ({ name: String(change.seq), read: () => change }));
    },
    confirm() {
      if (seen !== undefined) reader.confirm(seen);
      // What was read holds people's data, and nobody needs it any more.
      log.trim();
    },
  };
}
