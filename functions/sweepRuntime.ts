import { deadLettersFromEnvironment } from "./deadLettersRuntime.ts";
import type { SweepEndpoint } from "./http/sweep.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { readDeletion } from "./store/openDeletions.ts";
import { readRecord } from "./store/streamRecord.ts";

/** Composition of the function that sweeps behind deletions. */
export function sweepFromEnvironment(env: NodeJS.ProcessEnv = process.env): SweepEndpoint {
  const { store, now, log, version } = endpointFromEnvironment(env);
  return {
    store,
    readDeletion: (record) => readDeletion(readRecord(record)),
    deadLetters: deadLettersFromEnvironment(env),
    now,
    log,
    version,
  };
}
