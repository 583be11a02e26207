import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import type { AttemptOutcome, Deliver, SecretOpener } from "../provisioning/webhooks/ports.ts";
import { type SendReport, sendWebhooks } from "../provisioning/webhooks/send.ts";
import type { DisabledEndpoint } from "../provisioning/webhooks/sending.ts";
import type { Database } from "../store/database.ts";
import { EVERY_ORG } from "../store/keys.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, usageFields } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

interface WebhooksEndpoint extends WorkerEndpoint {
  /** A database for one run. @param signal ends its calls */
  open(signal: AbortSignal): Database;
  readonly deliver: Deliver;
  readonly secrets: SecretOpener;
  /** From 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/**
 * Sends due webhook messages. It writes one line about the attempts, and one for each webhook that was switched off. Without
 * due messages it writes no line. No line has an address. It does not throw a failure: the next run is due within a minute
 * and repeats the rest.
 */
export function webhooksHandler(endpoint: WebhooksEndpoint) {
  const begin = workerRuns(endpoint);
  return async (_event: unknown, context: WorkerContext): Promise<void> => {
    const run = begin(context);
    const { started, until } = run;
    const database = endpoint.open(workerTime(until - started + RESERVED.worker / 2));
    const { usage } = database;
    const outcomes: Record<string, number> = {};
    const deliver: Deliver = async (attempt) => {
      const outcome = await endpoint.deliver(attempt);
      const kind = kindOf(outcome);
      outcomes[kind] = (outcomes[kind] ?? 0) + 1;
      return outcome;
    };
    let cause: Record<string, unknown> | undefined;
    // `sendWebhooks` treats a secret that cannot be opened as no secret. Keep the cause for the line.
    const open: SecretOpener["open"] = (sealed, context) =>
      endpoint.secrets.open(sealed, context).catch((error: unknown) => {
        cause ??= causeOf(error);
        throw error;
      });
    let sent: Pick<SendReport, "failed" | "disabled"> = { failed: 0, disabled: [] };
    try {
      const sending = { ...endpoint, database, deliver, secrets: { open }, until };
      const { cause: left, ...counts } = await sendWebhooks(sending);
      sent = counts;
      if (left !== undefined) cause ??= { name: left };
    } catch (error) {
      cause = causeOf(error);
    }
    for (const disabled of sent.disabled) {
      run.note("webhooks.disabled", "WARN", namesOf(disabled), { WebhooksDisabled: 1 });
    }
    if (cause === undefined && Object.keys(outcomes).length === 0) return;
    const level = cause === undefined ? "INFO" : "ERROR";
    const fields = { outcomes, cause, ...run.beginning, ...usageFields(usage) };
    run.end("webhooks.run", level, fields, { WebhookFailures: sent.failed });
  };
}

/** `2xx`, or the reason for a missing answer. */
function kindOf(outcome: AttemptOutcome): string {
  return outcome.outcome === "answered" ? `${Math.floor(outcome.status / 100)}xx` : outcome.failure;
}

/** No `orgId` where the webhook belongs to the deployment. */
function namesOf({ owner, id, reason }: DisabledEndpoint) {
  return { webhookId: id, reason, ...(owner !== EVERY_ORG && { orgId: owner }) };
}
