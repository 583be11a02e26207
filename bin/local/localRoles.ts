import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { rolesHandler } from "../../functions/http/roles.ts";
import { RESERVED } from "../../functions/provisioning/timeBudget.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import type { Store } from "../../functions/store/session.ts";
import { version } from "../installation.ts";

export interface LocalRoles {
  /** Something was put that is to be done. */
  wake(): void;
  /** Resolves when what was put before the call is done. @returns whether anything was under way */
  settled(): Promise<boolean>;
  /** Does what was put so far as one run takes, then ends. */
  stop(): Promise<void>;
}

export interface LocalRoleMeans {
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  /** Takes what went wrong: the next run tries again. */
  failed(error: unknown): void;
}

/** One run lasts so long before it looks whether the server is to stop. Milliseconds. */
const SLICE_MS = 1_000;
/** What waits for another run: for a busy table, or for somebody whose roles cannot be computed. */
const AGAIN_MS = 60_000;

/** What the worker of roles does on AWS, here, in this process. Of a process that was killed it goes on, at once. */
export function startRoles(store: Store, { now, log, failed }: LocalRoleMeans): LocalRoles {
  const handler = rolesHandler({ store, now, log, version: version(), worker: "local" });
  let asked = false;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const later = (): void => {
    clearTimeout(timer);
    // It keeps no process alive.
    if (!stopped) timer = setTimeout(wake, AGAIN_MS).unref();
  };
  const run = async (): Promise<void> => {
    while (asked) {
      asked = false;
      // The answer goes out first.
      await turn();
      try {
        const means = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => RESERVED.worker + SLICE_MS };
        if ((await handler(undefined, means)) === "more") asked = !stopped;
        else if ((await new RoleWork(store.begin().database).orgs()).length > 0) later();
      } catch (error) {
        // A store that was closed meanwhile.
        if (!stopped) failed(error);
      }
    }
    running = undefined;
  };
  const wake = (): void => {
    asked = true;
    running ??= run();
  };
  // What an earlier process left.
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
