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

export interface LocalWebhooks extends Omit<ShardFollower, "idle"> {
  /** Something is to be sent that no event led to: a test, or an earlier message again. */
  send(): void;
  /** Resolves when an attempt was made at everything that what is logged led to, and that is due. @throws what hinders it */
  settled(): Promise<void>;
}

/** What stands between the sender and the world, for tests. */
export interface WebhookWishes {
  around(deliver: Deliver): Deliver;
  /** Of the pauses between attempts: from 0 up to 1. */
  random(): number;
}

export interface LocalSending {
  readonly secrets: SecretOpener;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  /** Takes what went wrong: it is tried again. */
  failed(error: unknown): void;
  readonly wishes?: WebhookWishes | undefined;
}

/** A run looks so long for what becomes due; the next one begins when the first thing is. Milliseconds. */
const RUN_MS = 60_000;
/** At the end, for receivers that are slow: what they did not answer by then is sent again by the next start. */
const DRAIN_MS = 3_000;

/**
 * What makes and sends webhooks on AWS, here, in this process: what a change leads to goes out as soon as it is logged. Of a
 * process that was killed it takes over what was under way, at once: the data has one owner.
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
  // Once: it would end the leases of our own runs.
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
  // What an earlier process left, of either.
  follower.wake();
  runs.wake();
  return {
    wake: follower.wake,
    send: runs.wake,
    async settled() {
      await follower.idle();
      // The clock may have been set ahead.
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
