import { createDeadLetters } from "./bus/deadLetters.ts";
import { sweepHandler } from "./http/sweep.ts";
import { endpointFromEnvironment, lambdaIdentity, setting } from "./runtime.ts";
import { readDeletion } from "./store/openDeletions.ts";
import { readRecord } from "./store/streamRecord.ts";

export const handler = sweepHandler({
  ...endpointFromEnvironment(),
  readDeletion: (record) => readDeletion(readRecord(record)),
  deadLetters: createDeadLetters(setting("DEAD_LETTERS_URL"), lambdaIdentity()),
});
