import { randomUUID } from "node:crypto";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { TableStream } from "../../bin/local/tableStream.ts";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { WireImage } from "../../functions/store/streamRecord.ts";
import { readRecord, type StreamRecord } from "../../functions/store/streamRecord.ts";
import type { Item, ItemChange } from "../../functions/store/table.ts";
import { ensureTable, switchStream } from "../../functions/store/tableDefinition.ts";
import { localClient, signedLocally } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { TABLE_CLIENT } from "./proof.ts";

/** A store with readable changes. */
export interface ChangingStore {
  readonly store: Store;
  /** The changes since the last call. */
  changes(): Promise<ItemChange[]>;
}

/** A store on a table with a stream, on its own server. */
export interface StreamedStore extends ChangingStore {
  /** Access to its table. */
  readonly access: { readonly client: DynamoDBDocumentClient; readonly tableName: string };
  /** Its stream. */
  readonly stream: { readonly endpoint: string; readonly streamArn: string };
  /** The same changes as stream records. */
  records(): Promise<StreamRecord[]>;
}

interface Running<S extends ChangingStore> {
  fresh(): Promise<S>;
  stop(): Promise<void>;
}

export async function startStreamed(): Promise<Running<StreamedStore>> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  const own = signedLocally(dynoxide.endpoint);
  return {
    async fresh() {
      const tableName = `rollcall-${randomUUID()}`;
      await ensureTable(client, tableName);
      const streamArn = await switchStream(client, tableName, "on");
      if (streamArn === undefined) throw new Error("the table has no stream");
      const stream = await TableStream.open({ endpoint: dynoxide.endpoint, streamArn }, "TRIM_HORIZON");
      const records = async (): Promise<StreamRecord[]> => {
        const all: StreamRecord[] = [];
        for (let page = await stream.read(); page.length > 0; page = await stream.read()) all.push(...page);
        return all;
      };
      const access = { client, tableName };
      const store = createStore(tableThrough(TABLE_CLIENT === "sdk" ? sdkSend(client) : own.send, tableName));
      const changes = async () => (await records()).map(readRecord);
      return { store, access, stream: { endpoint: dynoxide.endpoint, streamArn }, records, changes };
    },
    async stop() {
      client.destroy();
      own.close();
      await dynoxide.stop();
    },
  };
}

/** The change as a stream record. */
function recordOf({ key: { pk, sk }, before, after }: ItemChange): StreamRecord {
  const Keys = { pk: { S: pk }, sk: { S: sk } };
  return {
    dynamodb: { Keys, ...(before && { OldImage: imageOf(before) }), ...(after && { NewImage: imageOf(after) }) },
  };
}

function imageOf(item: Item): WireImage {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]): [string, WireImage[string]][] => {
      if (value === undefined) return [];
      if (typeof value === "object") return [[name, { SS: [...value] }]];
      return [[name, typeof value === "number" ? { N: String(value) } : { S: value }]];
    }),
  );
}

interface LoggedStore extends ChangingStore {
  /** The same changes as stream records. */
  records(): Promise<StreamRecord[]>;
}

export async function startLogged(): Promise<Running<LoggedStore>> {
  return {
    async fresh() {
      const table = new SqliteTable();
      const reader = new ChangeLog(table.db).reader("test");
      const changes = async () => {
        const all: ItemChange[] = [];
        for (let page = reader.read(); page.length > 0; page = reader.read()) {
          all.push(...page);
          reader.confirm(page.at(-1)?.seq ?? 0);
        }
        return all;
      };
      const records = async () => (await changes()).map(recordOf);
      return { store: createStore(table), changes, records };
    },
    stop: async () => {},
  };
}

/** Both ways in which workers learn of changes. */
export const CHANGE_SOURCES: readonly { readonly source: string; start(): Promise<Running<ChangingStore>> }[] = [
  { source: "the stream of DynamoDB", start: startStreamed },
  { source: "the log of SQLite", start: startLogged },
];
