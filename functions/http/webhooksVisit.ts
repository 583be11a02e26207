import { notifyWebhooks } from "../provisioning/webhooks/notify.ts";
import type { Database } from "../store/database.ts";
import { FEED_SHARDS } from "../store/eventKeys.ts";
import { earliestDue } from "../store/webhookDue.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

/** Messages for webhooks, from the feed of events: written after each batch, and by a schedule what batches left. */

export interface WebhooksEndpoint extends WorkerEndpoint {
  /** A database for one batch. */
  open(): Database;
  /** Starts the function that sends webhook messages. Absent: the deployment has no webhooks. Never throws. */
  wakeSender?(): Promise<unknown>;
}

export const ALL_SHARDS = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);

interface Notification {
  readonly messages: number;
  readonly resets?: readonly number[];
  readonly webhookCause?: Record<string, unknown>;
}

/** Never throws: a reader's place moves only together with its messages, so a later batch or visit makes up for a failure. */
export async function notify(
  endpoint: WebhooksEndpoint,
  database: Database,
  shards: readonly number[],
  until: number,
): Promise<Notification | undefined> {
  if (endpoint.wakeSender === undefined) return undefined;
  try {
    const { messages, reset, cause } = await notifyWebhooks(shards, { database, now: endpoint.now, until });
    if (messages > 0) await endpoint.wakeSender();
    return {
      messages,
      ...(reset.length > 0 && { resets: reset }),
      ...(cause !== undefined && { webhookCause: { name: cause } }),
    };
  } catch (error) {
    return { messages: 0, webhookCause: causeOf(error) };
  }
}

/** A message that is due for a shorter time is not late: the sender is at work. */
const LATE_MS = 60_000;

/**
 * A schedule calls it each minute where there are webhooks. It writes the messages that batches left, and checks that
 * messages are sent. It writes a line only where it did something or found a fault.
 */
export function webhooksVisit(endpoint: WebhooksEndpoint) {
  const begin = workerRuns(endpoint);
  return async (context: WorkerContext): Promise<void> => {
    const run = begin(context);
    const { started, until } = run;
    const database = endpoint.open();
    const notified = await notify(endpoint, database, ALL_SHARDS, until);
    let due: number | undefined;
    let cause: Record<string, unknown> | undefined;
    try {
      due = await earliestDue(database, "working");
    } catch (error) {
      cause = causeOf(error);
    }
    const late = due === undefined ? 0 : started - due;
    const failed = cause !== undefined || notified?.webhookCause !== undefined;
    if (!failed && late < LATE_MS && !notified?.messages) return;
    const metrics = late < LATE_MS ? {} : { WebhookLateness: Math.round(late / 1000) };
    const level = failed ? "ERROR" : late < LATE_MS ? "INFO" : "WARN";
    run.end("webhooks.visit", level, { ...notified, cause }, metrics);
  };
}
