import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Directory, Store, StoreSession } from "../../functions/store/session.ts";
import type { TableClient } from "../../lib/bundling.ts";
import { documentsOver } from "./documentsOver.ts";
import { freshTable, localClient, signedLocally } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { brokenByStore, foundByStore } from "./invariants.ts";
import { localStore } from "./localStore.ts";
import { isProof, OTHER_CLIENT, share, TABLE_CLIENT } from "./proof.ts";

/** An empty store, with a check of its content. */
export interface FreshStore {
  readonly store: Store;
  /** Broken inner promises of the store for this org. */
  broken(orgId: string): Promise<string[]>;
}

export interface Running {
  fresh(): Promise<FreshStore>;
  stop(): Promise<void>;
}

/** A DynamoDB-compatible server, with further needs of the DynamoDB store's tests. */
export interface RunningDynamo extends Running {
  readonly client: DynamoDBDocumentClient;
  /** The SDK's client, for values that no table of ours writes. */
  readonly sdk: DynamoDBDocumentClient;
  freshTable(): Promise<string>;
}

/** @param kind client for the calls of `client` and of the stores */
export async function startDynamo(kind: TableClient = TABLE_CLIENT): Promise<RunningDynamo> {
  const dynoxide = await startDynoxide();
  const [sdk, own] = [localClient(dynoxide.endpoint), signedLocally(dynoxide.endpoint)];
  const client = kind === "sdk" ? sdk : documentsOver(own.send, sdk);
  return {
    client,
    sdk,
    freshTable: () => freshTable(dynoxide.endpoint),
    async fresh() {
      const tableName = await freshTable(dynoxide.endpoint);
      const store = createDynamoStore({ client, tableName });
      return { store, broken: (orgId) => brokenByStore(client, tableName, orgId) };
    },
    async stop() {
      sdk.destroy();
      own.close();
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

interface StoreKind {
  readonly kind: string;
  readonly start: () => Promise<Running>;
}

const MEMORY: StoreKind = { kind: "memory", start: startMemory };

function dynamoThrough(client: TableClient): StoreKind {
  return { kind: `DynamoDB (${client})`, start: () => startDynamo(client) };
}

/** All stores: one suite checks them against the ports. In a proof, DynamoDB through both clients. */
export const STORE_KINDS: readonly StoreKind[] = [
  MEMORY,
  dynamoThrough(TABLE_CLIENT),
  ...(isProof ? [dynamoThrough(OTHER_CLIENT)] : []),
];

interface Side {
  readonly side: "managed" | "unmanaged";
  readonly sideOf: (session: StoreSession, org: OrgId) => Directory;
}

const MANAGED: Side = { side: "managed", sideOf: (session, org) => session.directory(org) };
const UNMANAGED: Side = { side: "unmanaged", sideOf: (session, org) => session.unmanaged(org) };

/**
 * All stores, each with both sides of an org: the same ports and promises. The sides differ only in their keys, and the contract
 * of the table holds both clients of DynamoDB to the same answers: one of these goes through DynamoDB in each run, by turns, and
 * in a proof all.
 */
export const DIRECTORY_KINDS: readonly (StoreKind & Side)[] = [
  { ...MEMORY, ...MANAGED },
  { ...MEMORY, ...UNMANAGED },
  ...share(
    [
      { ...dynamoThrough(TABLE_CLIENT), ...MANAGED },
      { ...dynamoThrough(OTHER_CLIENT), ...UNMANAGED },
      { ...dynamoThrough(TABLE_CLIENT), ...UNMANAGED },
      { ...dynamoThrough(OTHER_CLIENT), ...MANAGED },
    ],
    4,
  ),
];
