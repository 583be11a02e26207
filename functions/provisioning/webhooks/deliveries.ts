import { chunks, type Database } from "../../store/database.ts";
import { StoreBusy } from "../../store/records.ts";
import {
  type DeliveryPage,
  type DeliveryQuestion,
  DeliveryStore,
  REOPENED_AT_ONCE,
} from "../../store/webhookDeliveries.ts";
import type { StoredMessage } from "../../store/webhookItems.ts";
import { readWebhookId, webhookId } from "../../store/webhookKeys.ts";
import { WebhookStore } from "../../store/webhooks.ts";
import type { Administration } from "../changeOrg.ts";
import { newGeneration } from "../newId.ts";
import { OperatorError } from "../operatorError.ts";
import { getEndpoint } from "./endpoints.ts";
import { bodyOf, type TestMessage } from "./message.ts";

/** What showing and replaying messages needs. */
export type DeliveryAdministration = Pick<Administration, "settings" | "now" | "randomBytes"> & {
  readonly database: Database;
};

/** Names an endpoint. */
interface EndpointName {
  /** Login name or id of the endpoint's org; absent: an endpoint of the deployment. */
  readonly org?: string | undefined;
  readonly endpoint: string;
}

const NEXT = /^\d{13}#[0-9A-Za-z.-]{1,64}$/;

/** Newest first. @throws ScimError 400 for a place that no page named, 404 */
export async function listDeliveries(
  administration: DeliveryAdministration,
  name: EndpointName,
  asked: DeliveryQuestion,
): Promise<DeliveryPage> {
  checkPlace(asked.after);
  const { deliveries } = await openEndpoint(administration, name);
  return deliveries.list(asked);
}

/**
 * Sends a message without events, only to show that it arrives.
 * @returns its `webhook-id` @throws ScimError 404, 409 for a disabled endpoint
 */
export async function sendTest(administration: DeliveryAdministration, name: EndpointName): Promise<string> {
  const { org, endpoint, deliveries } = await openEndpoint(administration, name);
  const { now, randomBytes } = administration;
  const { owner, id } = endpoint;
  const place = { owner, endpoint: id, name: `${owner}.test.${newGeneration(randomBytes)}`, time: now };
  const timestamp = new Date(now).toISOString();
  const data = org === undefined ? {} : { orgId: org.id };
  const message: TestMessage = { type: "webhook.test", timestamp, data };
  if (!(await deliveries.add(place, bodyOf(message), now))) throw OperatorError.conflict("webhookDisabled");
  return webhookId(place);
}

/**
 * Sends one message again, delivered or not.
 * @param id its `webhook-id`
 * @throws ScimError 404, also for a message older than 14 days, 409 for a disabled endpoint; StoreBusy for a message that is being
 * sent now
 */
export async function replayMessage(
  administration: DeliveryAdministration,
  name: EndpointName,
  id: string,
): Promise<void> {
  const { endpoint, deliveries } = await openEndpoint(administration, name);
  const place = readWebhookId(endpoint.owner, id);
  const message = place?.endpoint === endpoint.id ? await deliveries.find(place) : undefined;
  if (message === undefined) throw OperatorError.notFound("delivery");
  if ((await reopen(deliveries, [message], administration.now)) === 0) throw new StoreBusy("conflict");
}

/**
 * One step: sends again the messages since a time that were given up, and at once those that wait after a failure.
 * @param since milliseconds since the epoch
 * @returns `next`: pass it as `after` to continue; absent at the end
 * @throws ScimError 400 for a place that no step named, 404, 409 for a disabled endpoint
 */
export async function replayFailed(
  administration: DeliveryAdministration,
  name: EndpointName,
  { since, after }: { readonly since: number; readonly after?: string | undefined },
): Promise<{ readonly count: number; readonly next?: string }> {
  checkPlace(after);
  const { deliveries } = await openEndpoint(administration, name);
  const { messages, next } = await deliveries.list({ after, limit: LOOKED_AT });
  const recent = messages.filter(({ time }) => time >= since);
  let count = 0;
  for (const some of chunks(recent.filter(hasFailed), REOPENED_AT_ONCE)) {
    count += await reopen(deliveries, some, administration.now);
  }
  const isEnd = recent.length < messages.length || next === undefined;
  return { count, ...(!isEnd && { next }) };
}

/** Messages that one step examines. */
const LOOKED_AT = 200;

function hasFailed({ status, step }: StoredMessage): boolean {
  return status === "givenUp" || (status === "open" && step > 0);
}

/** @throws ScimError 400 for a place that no page named */
function checkPlace(after: string | undefined): void {
  if (after !== undefined && !NEXT.test(after)) throw OperatorError.invalidValue("after");
}

/** @returns how many are open again: not those that are being sent now @throws ScimError 404, 409 for a disabled endpoint */
async function reopen(deliveries: DeliveryStore, messages: readonly StoredMessage[], now: number): Promise<number> {
  const reopened = await deliveries.reopen(messages, now);
  if (reopened === "missing") throw OperatorError.notFound("webhook");
  if (reopened === "disabled") throw OperatorError.conflict("webhookDisabled");
  return reopened;
}

/** @throws ScimError 404 */
async function openEndpoint({ settings, database }: DeliveryAdministration, { org: name, endpoint: id }: EndpointName) {
  const { org, endpoint } = await getEndpoint({ settings, webhooks: new WebhookStore(database) }, name, id);
  return { org, endpoint, deliveries: new DeliveryStore(database, endpoint.owner, id) };
}
