import { randomUUID } from "node:crypto";
import { createDeliver } from "../../functions/bus/deliverWebhook.ts";
import { lookUpAddresses } from "../../functions/bus/resolveAddresses.ts";
import { webhooksHandler } from "../../functions/http/webhooks.ts";
import { notifyWebhooks } from "../../functions/provisioning/webhooks/notify.ts";
import type { Deliver, SecretOpener } from "../../functions/provisioning/webhooks/ports.ts";
import { earliestDue, endLeases } from "../../functions/store/webhookDue.ts";
import { version } from "../installation.ts";
import { startDueRuns } from "./dueRuns.ts";
import { followShards, type ShardFollower } from "./shardFollower.ts";
import type { OpenStore } from "./storePort.ts";

interface LocalWebhooks extends Omit<ShardFollower, "idle"> {
  /** There is a message without a new event: a test, or a repeated message. */
  send(): void;
  /** Resolves when every due message of logged events has had an attempt. @throws the error that prevents it */
  settled(): Promise<void>;
}

/** Wraps the sender, for tests. */
export interface WebhookWishes {
  around(deliver: Deliver): Deliver;
  /** For the pauses between attempts: from 0 up to 1. */
  random(): number;
}

interface LocalSending {
  readonly secrets: SecretOpener;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  /** Receives the error; the work is tried again. */
  failed(error: unknown): void;
  readonly wishes?: WebhookWishes | undefined;
}

/** How long one run looks for due messages; the next run starts when a message is due. Milliseconds. */
const RUN_MS = 60_000;
/** Slow receivers get this long at the end; the next start repeats what they did not answer. */
const DRAIN_MS = 3_000;

/**
 * The local counterpart of the webhook functions on AWS: it sends a change's messages as soon as the change is logged. It takes
 * over a killed process's work at once, because the data has one owner.
 */
export function startWebhooks(
  { store }: Pick<OpenStore, "store">,
  { failed, now, wishes, ...means }: LocalSending,
): LocalWebhooks {
  const { database } = store.begin();
  const ending = new AbortController();
  const toReceiver = createDeliver({
    allowed: "alsoLoopback",
    resolve: lookUpAddresses,
    now,
    ending: ending.signal,
  });
  const send = webhooksHandler({
    ...means,
    deliver: wishes?.around(toReceiver) ?? toReceiver,
    open: (signal) => store.begin({ signal }).database,
    now,
    random: wishes?.random ?? Math.random,
    version: version(),
  });
  // Only once: later it would end the leases of our own runs.
  let takenOver: Promise<void> | undefined;
  const runs = startDueRuns({
    async run() {
      takenOver ??= endLeases(database).catch((error: unknown) => {
        takenOver = undefined;
        throw error;
      });
      await takenOver;
      await send(undefined, { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => RUN_MS });
    },
    next: () => earliestDue(database, "all"),
    now,
    failed,
  });
  const follower = followShards(async (shards) => {
    const { messages, cause } = await notifyWebhooks(shards, { database, now, until: Number.POSITIVE_INFINITY });
    if (messages > 0) runs.wake();
    if (cause !== undefined) throw Object.assign(new Error("webhooks could not be made"), { name: cause });
  }, failed);
  // Work of an earlier process, for both.
  follower.wake();
  runs.wake();
  return {
    wake: follower.wake,
    send: runs.wake,
    async settled() {
      await follower.idle();
      // The clock may have moved ahead.
      runs.wake();
      await runs.idle();
    },
    async stop() {
      await follower.stop();
      runs.wake();
      await runs.stop(DRAIN_MS);
      ending.abort();
    },
  };
}
