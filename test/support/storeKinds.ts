import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { createStore, type Directory, type Store, type StoreSession } from "../../functions/store/session.ts";
import type { SignedClient } from "../../functions/store/signed/signedClient.ts";
import { freshTable, localClient, signedLocally } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { brokenByStore, foundByStore } from "./invariants.ts";
import { localStore } from "./localStore.ts";
import { isProof } from "./proof.ts";

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
  /** Our own client of the same server. */
  readonly own: SignedClient;
  freshTable(): Promise<string>;
}

export async function startDynamo(): Promise<RunningDynamo> {
  const dynoxide = await startDynoxide();
  const [client, own] = [localClient(dynoxide.endpoint), signedLocally(dynoxide.endpoint)];
  return {
    client,
    own,
    freshTable: () => freshTable(dynoxide.endpoint),
    async fresh() {
      const tableName = await freshTable(dynoxide.endpoint);
      const store = createDynamoStore({ client, tableName });
      return { store, broken: (orgId) => brokenByStore(client, tableName, orgId) };
    },
    async stop() {
      client.destroy();
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

async function startSigned(): Promise<Running> {
  const running = await startDynamo();
  return {
    async fresh() {
      const tableName = await running.freshTable();
      const store = createStore(tableThrough(running.own.send, tableName));
      return { store, broken: (orgId) => brokenByStore(running.client, tableName, orgId) };
    },
    stop: () => running.stop(),
  };
}

interface StoreKind {
  readonly kind: string;
  readonly start: () => Promise<Running>;
}

/** The tables of both clients have the same contract (`TABLE_KINDS`), so that stores on the second one are tried as a proof. */
const ON_PROOF: readonly StoreKind[] = isProof ? [{ kind: "DynamoDB, signed by hand", start: startSigned }] : [];

/** Every store there is: one suite holds them all to the ports. */
export const STORE_KINDS: readonly StoreKind[] = [
  { kind: "memory", start: startMemory },
  { kind: "DynamoDB", start: startDynamo },
  ...ON_PROOF,
];

/** Every store, and in each both sides of an org: the same ports, the same promises. */
export const DIRECTORY_KINDS = STORE_KINDS.flatMap((store) => [
  { ...store, side: "managed", sideOf: (session: StoreSession, org: OrgId): Directory => session.directory(org) },
  { ...store, side: "unmanaged", sideOf: (session: StoreSession, org: OrgId): Directory => session.unmanaged(org) },
]);
