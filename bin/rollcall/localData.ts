import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Store } from "../../functions/store/ports.ts";
import { claimFolder, type FolderClaim, liveOwner, type ServerState } from "../local/claimFolder.ts";
import { endLeftover } from "../local/dynoxide.ts";
import { connectStore, type MissingTable, openStore } from "../local/openStore.ts";
import { StartRefused } from "../local/startRefused.ts";
import type { Place } from "./place.ts";
import { Refused } from "./refused.ts";

export interface LocalData {
  readonly store: Store;
  /** How identity providers reach the local server, running or not. */
  readonly url: string;
  close(): Promise<void>;
}

/** Whether a database is there, or a server that has one elsewhere. */
export function holdsData(folder: string): boolean {
  return existsSync(join(folder, "data.db")) || liveOwner(folder) !== undefined;
}

/** Where `npm start` listens when nothing else is said. */
const DEFAULT_URL = "http://127.0.0.1:3000";
/** Another command needs the folder for less than a second, a server to start a little longer. */
const PATIENCE_MS = 10_000;

/**
 * The data of the local Rollcall: through the running server's database, or else by opening it for as long as the command
 * takes. Nobody else can open it meanwhile.
 * @param place only one that may begin a Rollcall makes what is missing in another DynamoDB
 * @param dynamoEndpoint another DynamoDB than the embedded one, as for `npm start`
 * @throws Refused
 */
export async function openLocalData(
  { folder, begin }: Extract<Place, { kind: "local" }>,
  dynamoEndpoint: string | undefined,
): Promise<LocalData> {
  try {
    for (const end = Date.now() + PATIENCE_MS; ; await wait(50)) {
      const owner = liveOwner(folder);
      if (owner?.store !== undefined) return ofServer(owner);
      if (owner === undefined && dynamoEndpoint !== undefined) {
        return await ofDatabase(dynamoEndpoint, begin === true ? "make" : "refuse");
      }
      const answer = owner === undefined ? await claimFolder(folder) : undefined;
      if (answer?.outcome === "claimed") return await ofFolder(answer.claim);
      if (Date.now() > end)
        throw new Refused(`The data folder ${folder} is in use by process ${owner?.pid ?? "unknown"}.`);
    }
  } catch (error) {
    if (error instanceof StartRefused) throw new Refused(error.message);
    throw error;
  }
}

function ofServer(owner: ServerState): LocalData {
  if (owner.storeEndpoint === undefined || owner.tableName === undefined) {
    throw new Refused(
      "The running local server keeps its data in memory, where no other process reaches it: start it without --memory.",
    );
  }
  const { store, close } = connectStore(owner.storeEndpoint, owner.tableName);
  return { store, url: owner.url ?? DEFAULT_URL, close: async () => close() };
}

async function ofDatabase(endpoint: string, missingTable: MissingTable): Promise<LocalData> {
  const opened = await openStore({ folder: undefined, endpoint, missingTable });
  return { store: opened.store, url: DEFAULT_URL, close: () => opened.close() };
}

async function ofFolder(claim: FolderClaim): Promise<LocalData> {
  try {
    const { folder, leftBehind } = claim;
    if (leftBehind?.storePid !== undefined) await endLeftover(leftBehind.storePid, `${folder}/data.db`);
    const opened = await openStore({ folder });
    if (opened.kind === "memory") {
      throw new Refused(
        `No embedded database is installed for ${process.platform}-${process.arch}. Set DYNAMODB_ENDPOINT to the DynamoDB that npm start uses.`,
      );
    }
    const close = async (): Promise<void> => {
      await opened.close();
      await claim.release();
    };
    return { store: opened.store, url: leftBehind?.url ?? DEFAULT_URL, close };
  } catch (error) {
    await claim.release();
    throw error;
  }
}
