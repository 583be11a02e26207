import { setImmediate } from "node:timers/promises";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { createStore } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { version } from "../installation.ts";
import { openLocalFile } from "./localFile.ts";
import type { ChangeSource, MissingTable, OpenStore } from "./storePort.ts";

interface StoreWishes {
  /** Absolute folder that this process has claimed (`claimFolder.ts`). Without it everything stays in memory. */
  readonly folder: string | undefined;
  /** A DynamoDB, instead of the file. */
  readonly endpoint?: string | undefined;
  /** For a DynamoDB without the table; default: make it. */
  readonly missingTable?: MissingTable;
  /** Milliseconds since the epoch, for data in memory; absent: this machine's clock. */
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

/** The only reader of the log. */
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
      // Commits first: a change that is rolled back must not be read.
      table.commit();
      const changes = reader.read();
      seen = changes.at(-1)?.seq;
      return changes.map((change) => ({ name: String(change.seq), read: () => change }));
    },
    confirm() {
      if (seen !== undefined) reader.confirm(seen);
      // The changes hold people's data, and nobody needs them any more.
      log.trim();
    },
  };
}
