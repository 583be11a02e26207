import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { storedOf } from "../../functions/store/sqliteRows.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Item, Key, Table } from "../../functions/store/table.ts";
import { keyOfItem } from "../../functions/store/tableRules.ts";
import { freshTable, localClient, signedLocally } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { withinLimits } from "./withinLimits.ts";

/** All items of the table. */
export function contents({ db }: SqliteTable): (Item & Key)[] {
  const all = db.prepare("select item, bytes from items").all();
  return all.map((row) => storedOf(row).item).map((item) => ({ ...item, ...keyOfItem(item) }));
}

interface RunningTables {
  /** An empty table. */
  fresh(): Promise<Table>;
  stop(): Promise<void>;
}

async function startSqlite(): Promise<RunningTables> {
  return { fresh: async () => new SqliteTable(), stop: async () => {} };
}

async function startSigned(): Promise<RunningTables> {
  const dynoxide = await startDynoxide();
  const client = signedLocally(dynoxide.endpoint);
  return {
    fresh: async () => withinLimits(tableThrough(client.send, await freshTable(dynoxide.endpoint))),
    async stop() {
      client.close();
      await dynoxide.stop();
    },
  };
}

async function startDynamo(): Promise<RunningTables> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  return {
    fresh: async () => withinLimits(dynamoTable(client, await freshTable(dynoxide.endpoint))),
    async stop() {
      client.destroy();
      await dynoxide.stop();
    },
  };
}

/** All tables: one suite checks them against the port. */
export const TABLE_KINDS: readonly { readonly kind: string; readonly start: () => Promise<RunningTables> }[] = [
  { kind: "SQLite", start: startSqlite },
  { kind: "DynamoDB", start: startDynamo },
  { kind: "DynamoDB, signed by hand", start: startSigned },
];

/** Unconditional, separate writes. */
export async function putMany(table: Pick<Table, "write">, items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((put) => table.write([{ put }])));
}
