import { livingSecrets } from "../../provisioning/webhooks/endpoints.ts";
import type { WebhookMessage } from "../../provisioning/webhooks/message.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { StoredMessage, WebhookEndpoint } from "../../store/webhookItems.ts";
import { webhookId } from "../../store/webhookKeys.ts";
import type { AdminMeans } from "./route.ts";

/** Answers about webhooks. They hold no secret, not even a sealed one. */

export function webhookView(
  { administration: { now } }: AdminMeans,
  org: OrgRecord | undefined,
  { id, url, description, types = [], secrets, createdAt, createdBy, state }: WebhookEndpoint,
) {
  const { disabled, failingSince, lastSuccess, lastFailure } = state;
  const former = livingSecrets(secrets, now).find(({ until }) => until !== undefined);
  return {
    id,
    org: org?.slug ?? null,
    url,
    description,
    types,
    enabled: disabled === undefined,
    disabled: disabled ?? null,
    secondSecretUntil: timeOf(former?.until),
    failingSince: timeOf(failingSince),
    lastSuccessAt: timeOf(lastSuccess),
    lastFailureAt: timeOf(lastFailure),
    createdAt,
    createdBy,
  };
}

/** Leaves out the list of events: the event log has it with more details. */
export function deliveryView(message: StoredMessage) {
  const { body, status, tries, result, time, firstTry, lastTry, due } = message;
  // Only use cases store messages, so the body has this form.
  const { type, data } = JSON.parse(body) as WebhookMessage;
  return {
    id: webhookId(message),
    type,
    status,
    attempts: tries,
    result: result ?? null,
    ...("org" in data && { org: data.org }),
    ...("from" in data && { from: data.from, to: data.to }),
    madeAt: new Date(time).toISOString(),
    firstAttemptAt: timeOf(firstTry),
    lastAttemptAt: timeOf(lastTry),
    nextAttemptAt: status === "open" ? timeOf(due) : null,
  };
}

/** @param milliseconds since the epoch */
function timeOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
