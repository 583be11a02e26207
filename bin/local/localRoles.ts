import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { rolesHandler } from "../../functions/http/roles.ts";
import { RESERVED } from "../../functions/provisioning/timeBudget.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import type { Store } from "../../functions/store/session.ts";
import { version } from "../installation.ts";

interface LocalRoles {
  /** There is work. */
  wake(): void;
  /** Resolves when all work put before the call is done. @returns whether any work was under way */
  settled(): Promise<boolean>;
  /** Does as much of the work as one run takes, then ends. */
  stop(): Promise<void>;
}

interface LocalRoleMeans {
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  /** Receives the error; the next run tries again. */
  failed(error: unknown): void;
}

/** After this time a run checks whether the server stops. Milliseconds. */
const SLICE_MS = 1_000;
/** Until the next run for work that waits: the table was busy, or somebody's roles cannot be computed. */
const AGAIN_MS = 60_000;

/** The local counterpart of the roles worker on AWS. It continues the work of a killed process at once. */
export function startRoles(store: Store, { now, log, failed }: LocalRoleMeans): LocalRoles {
  const handler = rolesHandler({ store, now, log, version: version(), worker: "local" });
  let asked = false;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const later = (): void => {
    clearTimeout(timer);
    // The timer keeps no process alive.
    if (!stopped) timer = setTimeout(wake, AGAIN_MS).unref();
  };
  const run = async (): Promise<void> => {
    while (asked) {
      asked = false;
      // The answer is sent first.
      await turn();
      try {
        const means = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => RESERVED.worker + SLICE_MS };
        if ((await handler(undefined, means)) === "more") asked = !stopped;
        else if ((await new RoleWork(store.begin().database).orgs()).length > 0) later();
      } catch (error) {
        // After `stop` the store may be closed.
        if (!stopped) failed(error);
      }
    }
    running = undefined;
  };
  const wake = (): void => {
    asked = true;
    running ??= run();
  };
  // Work of an earlier process.
  wake();
  return {
    wake,
    async settled() {
      const some = running !== undefined;
      while (running !== undefined) await running;
      return some;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      while (running !== undefined) await running;
    },
  };
}
