import type { Batch, Client } from "rollcall/client";
import type { Database } from "./database.ts";
import { applyBatch, readCursor } from "./directoryCopy.ts";
import { linkAccounts } from "./linkAccounts.ts";
import { FIELDS } from "./members.ts";
import { SyncWorker } from "./syncWorker.ts";
import { forgetEnd, isEnded, listWorkspaces } from "./workspace.ts";

export interface WorkersOptions {
  readonly database: Database;
  readonly client: Client;
  readonly fallbackMs: number;
  readonly report: (org: string, error: unknown) => void;
}

/** A worker for each workspace, made when it is first needed. */
export class SyncWorkers {
  readonly #options: WorkersOptions;
  readonly #workers = new Map<string, SyncWorker>();

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** At the start of the process, for what happened while it was not there, and where nobody knows which logs have something. */
  pokeAll(): void {
    for (const org of listWorkspaces(this.#options.database)) void this.poke(org);
  }

  /** @returns when all that the log has now is applied, or failed and was reported; undefined where there is no such workspace */
  poke(org: string): Promise<void> | undefined {
    const worker = this.#workers.get(org);
    if (worker !== undefined) return worker.poke();
    if (!listWorkspaces(this.#options.database).includes(org)) return undefined;
    const made = this.#make(org);
    this.#workers.set(org, made);
    return made.poke();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()));
  }

  #make(org: string): SyncWorker {
    const { database, client, fallbackMs, report } = this.#options;
    return new SyncWorker({
      fallbackMs,
      report: (error) => report(org, error),
      round: async (signal) => {
        const cursorStore = { read: () => readCursor(database, org) };
        const apply = (batch: Batch<(typeof FIELDS)[number]>) => applyBatch(database, batch);
        // A server that does not know the organization may be another one: only a webhook ends the copy.
        const endIfUnknown = isEnded(database, org);
        const { outcome } = await client.sync({ org, fields: FIELDS, cursorStore, apply, signal, endIfUnknown });
        if (outcome === "upToDate") forgetEnd(database, org);
        await linkAccounts(database, client, org, signal);
      },
    });
  }
}
