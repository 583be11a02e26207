import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { everyPart } from "../../functions/store/everyPart.ts";
import type { Store } from "../../functions/store/ports.ts";
import { createDynamoStore } from "../../functions/store/store.ts";
import { ensureTable, tableExists } from "../../functions/store/tableDefinition.ts";
import { startDynoxide } from "./dynoxide.ts";
import { StartRefused } from "./startRefused.ts";

export const TABLE_NAME = "rollcall";

export interface OpenStore {
  readonly store: Store;
  readonly kind: "dynoxide" | "dynamodb" | "memory";
  /** Where another process reaches the same data; absent for the in-memory store. */
  readonly endpoint?: string;
  readonly tableName?: string;
  /** Of the embedded database. */
  readonly pid?: number;
  /** Resolves when the embedded database ended; never for the other kinds. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface StoreWishes {
  /** Absolute folder that this process has claimed (`claimFolder.ts`). Without it everything is kept in memory. */
  readonly folder: string | undefined;
  /** Any other DynamoDB, instead of the embedded one. */
  readonly endpoint?: string;
  /** What is done where that other DynamoDB has no table; it is made by default. */
  readonly missingTable?: MissingTable;
  readonly startDatabase?: typeof startDynoxide;
}

export type MissingTable = "make" | "refuse";

const NEVER = new Promise<void>(() => {});

/**
 * The store of the local server: another DynamoDB if one is named, else the embedded one on `data.db` in the folder, else
 * (no folder, or no binary for this platform) memory. The table is there when this returns.
 * @throws StartRefused
 */
export async function openStore(wishes: StoreWishes): Promise<OpenStore> {
  if (wishes.endpoint !== undefined) return await openEndpoint(wishes.endpoint, wishes.missingTable ?? "make");
  if (wishes.folder === undefined) return await memoryStore();
  const dbPath = join(wishes.folder, "data.db");
  // Made here, so that it and the log beside it are readable by nobody else.
  closeSync(openSync(dbPath, "a", 0o600));
  const start = await (wishes.startDatabase ?? startDynoxide)({ dbPath });
  switch (start.outcome) {
    case "missing":
      return await memoryStore();
    case "failed":
      throw new StartRefused(`The embedded database cannot open ${dbPath}: ${start.reason.replace(/\s+/g, " ")}`);
    case "started": {
      const { dynoxide } = start;
      try {
        const opened = await openEndpoint(dynoxide.endpoint, "make");
        const close = async (): Promise<void> => {
          await opened.close();
          await dynoxide.stop();
        };
        return { ...opened, kind: "dynoxide", pid: dynoxide.pid, ended: dynoxide.exited, close };
      } catch (error) {
        await dynoxide.stop();
        throw error;
      }
    }
  }
}

/** Loaded only where it is used. */
async function memoryStore(): Promise<OpenStore> {
  const { createMemoryStore } = await import("../../functions/memory/store.ts");
  return { store: createMemoryStore(), kind: "memory", ended: NEVER, close: async () => {} };
}

/** @throws StartRefused when nothing answers there, or the table is missing and wanted */
async function openEndpoint(endpoint: string, missingTable: MissingTable): Promise<OpenStore> {
  const opened = connectStore(endpoint, TABLE_NAME);
  try {
    if (missingTable === "make") await ensureTable(opened.client, TABLE_NAME);
    else if (!(await tableExists(opened.client, TABLE_NAME))) {
      throw new StartRefused(
        `There is no Rollcall in the DynamoDB at ${endpoint}, which DYNAMODB_ENDPOINT names. Begin one with: npm start`,
      );
    }
  } catch (error) {
    opened.close();
    if (error instanceof StartRefused) throw error;
    const reason = error instanceof Error ? error.name : String(error);
    throw new StartRefused(`The DynamoDB at ${endpoint} cannot be used (${reason}). DYNAMODB_ENDPOINT names it.`);
  }
  const close = async (): Promise<void> => opened.close();
  return { store: opened.store, kind: "dynamodb", endpoint, tableName: TABLE_NAME, ended: NEVER, close };
}

/** A store on a table that exists, e.g. that of a running server (`server.json`). */
export function connectStore(
  endpoint: string,
  tableName: string,
): { readonly store: Store; readonly client: DynamoDBClient; close(): void } {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_REGION } = process.env;
  const anonymous = AWS_ACCESS_KEY_ID === undefined && AWS_PROFILE === undefined;
  const client = new DynamoDBClient({
    endpoint,
    region: AWS_REGION ?? "us-east-1",
    // Emulators want a signature and check none; a real endpoint gets the person's own credentials.
    ...(anonymous ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : {}),
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 1_000,
      // A laptop under load takes longer than AWS. Without the flag the SDK only warns.
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 100, keepAlive: true },
    },
  });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const store = createDynamoStore({ client: documents, tableName, parts: everyPart });
  return { store, client, close: () => client.destroy() };
}
