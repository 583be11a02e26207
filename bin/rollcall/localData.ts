import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Store } from "../../functions/store/session.ts";
import { claimFolder, type FolderClaim, liveOwner, type RunningServer } from "../local/claimFolder.ts";
import { catchUp } from "../local/localEvents.ts";
import { EARLIER_FILE, FILE_NAME } from "../local/localFile.ts";
import { openStore } from "../local/openStore.ts";
import type { Place } from "./place.ts";
import { Refused } from "./refused.ts";

/** A running server that takes the command's requests, or the data itself, which the command owns until it closes it. */
type LocalData =
  | { readonly server: RunningServer }
  | {
      readonly server?: undefined;
      readonly store: Store;
      /** How identity providers reach the local server when it runs. */
      readonly url: string;
      /** Removes erased values from beside the table. */
      tidy(): Promise<void>;
      close(): Promise<void>;
    };

/** Whether there is a database, or a server with one elsewhere. */
export function holdsData(folder: string): boolean {
  return [FILE_NAME, EARLIER_FILE].some((name) => existsSync(join(folder, name))) || liveOwner(folder) !== undefined;
}

/** The default address of `npm start`. */
export const DEFAULT_URL = "http://127.0.0.1:3000";
/** Another command needs the folder for less than a second, a starting server a little longer. */
const PATIENCE_MS = 10_000;

/**
 * The local Rollcall: its running server, or its data, locked while the command runs.
 * @param place only with `begin` it makes a missing table in a DynamoDB
 * @param dynamoEndpoint a DynamoDB instead of the file, as for `npm start`
 * @throws Refused, StartRefused
 */
export async function openLocalData(
  { folder, begin }: Extract<Place, { kind: "local" }>,
  dynamoEndpoint: string | undefined,
): Promise<LocalData> {
  for (const end = Date.now() + PATIENCE_MS; ; await wait(50)) {
    const owner = liveOwner(folder);
    if (owner?.server !== undefined) return { server: owner.server };
    if (owner === undefined && dynamoEndpoint !== undefined) {
      return await ofDatabase(dynamoEndpoint, begin === true ? "make" : "refuse");
    }
    const answer = owner === undefined ? await claimFolder(folder) : undefined;
    if (answer?.outcome === "claimed") return await ofFolder(answer.claim);
    if (Date.now() > end)
      throw new Refused(`The data folder ${folder} is in use by process ${owner?.pid || "unknown"}.`);
  }
}

async function ofDatabase(endpoint: string, missingTable: "make" | "refuse"): Promise<LocalData> {
  const opened = await openStore({ folder: undefined, endpoint, missingTable });
  return { store: opened.store, url: DEFAULT_URL, tidy: () => opened.clean(), close: async () => opened.close() };
}

async function ofFolder(claim: FolderClaim): Promise<LocalData> {
  try {
    const opened = await openStore({ folder: claim.folder });
    // The next server reports unreadable records.
    const log = () => catchUp(opened, () => undefined);
    await log();
    const close = async (): Promise<void> => {
      try {
        await log();
      } finally {
        opened.close();
        claim.release();
      }
    };
    const url = claim.leftBehind?.server?.url ?? DEFAULT_URL;
    return { store: opened.store, url, tidy: () => opened.clean(), close };
  } catch (error) {
    claim.release();
    throw error;
  }
}
