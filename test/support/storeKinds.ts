import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Directory, Store, StoreSession } from "../../functions/store/session.ts";
import { freshTable, localClient } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { brokenByStore, foundByStore } from "./invariants.ts";
import { localStore } from "./localStore.ts";

/** A store with nothing in it, and a check of what it holds by now. */
export interface FreshStore {
  readonly store: Store;
  /** What of the store's inner promises is broken for this org. */
  broken(orgId: string): Promise<string[]>;
}

export interface Running {
  fresh(): Promise<FreshStore>;
  stop(): Promise<void>;
}

/** A DynamoDB-compatible server, with what only the tests of the DynamoDB store need beside. */
export interface RunningDynamo extends Running {
  readonly client: DynamoDBDocumentClient;
  freshTable(): Promise<string>;
}

export async function startDynamo(): Promise<RunningDynamo> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  return {
    client,
    freshTable: () => freshTable(dynoxide.endpoint),
    async fresh() {
      const tableName = await freshTable(dynoxide.endpoint);
      const store = createDynamoStore({ client, tableName });
      return { store, broken: (orgId) => brokenByStore(client, tableName, orgId) };
    },
    async stop() {
      client.destroy();
      await dynoxide.stop();
    },
  };
}

async function startMemory(): Promise<Running> {
  return {
    async fresh() {
      const store = localStore();
      return { store, broken: (orgId) => foundByStore(store, orgId) };
    },
    stop: async () => {},
  };
}

/** Every store there is: one suite holds them all to the ports. */
export const STORE_KINDS: readonly { readonly kind: string; readonly start: () => Promise<Running> }[] = [
  { kind: "memory", start: startMemory },
  { kind: "DynamoDB", start: startDynamo },
];

/** Every store, and in each both sides of an org: the same ports, the same promises. */
export const DIRECTORY_KINDS = STORE_KINDS.flatMap((store) => [
  { ...store, side: "managed", sideOf: (session: StoreSession, org: OrgId): Directory => session.directory(org) },
  { ...store, side: "unmanaged", sideOf: (session: StoreSession, org: OrgId): Directory => session.unmanaged(org) },
]);
