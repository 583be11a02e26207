import { randomUUID } from "node:crypto";
import { TableStream } from "../../bin/local/tableStream.ts";
import type { StreamRecord } from "../../functions/store/changes.ts";
import { everyPart } from "../../functions/store/everyPart.ts";
import type { Store } from "../../functions/store/ports.ts";
import { createDynamoStore, type DynamoStoreOptions } from "../../functions/store/store.ts";
import { ensureTable, switchStream } from "../../functions/store/tableDefinition.ts";
import { localClient } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";

/** A store whose table has a stream, on a server of its own. */
export interface StreamedStore {
  readonly store: Store;
  /** The way to its table. */
  readonly access: Pick<DynamoStoreOptions, "client" | "tableName">;
  /** Where its stream is. */
  readonly stream: { readonly endpoint: string; readonly streamArn: string };
  /** What the stream says since the last call. */
  records(): Promise<StreamRecord[]>;
}

export async function startStreamed(): Promise<{ fresh(): Promise<StreamedStore>; stop(): Promise<void> }> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
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
      const store = createDynamoStore({ ...access, parts: everyPart });
      return { store, access, stream: { endpoint: dynoxide.endpoint, streamArn }, records };
    },
    async stop() {
      client.destroy();
      await dynoxide.stop();
    },
  };
}
