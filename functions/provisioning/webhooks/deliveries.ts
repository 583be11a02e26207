import type { Database } from "../../store/database.ts";
import type { OrgRecord } from "../../store/records.ts";
import { type DeliveryPage, DeliveryStore, REOPENED_AT_ONCE } from "../../store/webhookDeliveries.ts";
import type { DeliveryStatus, StoredMessage, WebhookEndpoint } from "../../store/webhookItems.ts";
import { isEndpointId, readWebhookId, webhookId } from "../../store/webhookKeys.ts";
import { WebhookStore, webhookOwner } from "../../store/webhooks.ts";
import { type Administration, getOrg } from "../changeOrg.ts";
import { newGeneration } from "../newId.ts";
import { OperatorError } from "../operatorError.ts";
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

export type DeliveryRefusal =
  | { readonly outcome: "unknownEndpoint" }
  /** Also for a message older than 14 days. */
  | { readonly outcome: "unknownMessage" }
  /** The endpoint has to be enabled first. */
  | { readonly outcome: "disabled" }
  /** The message is being sent now. */
  | { readonly outcome: "underWay" };

interface DeliveriesAsked {
  readonly status?: DeliveryStatus | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export type Deliveries = DeliveryPage & { readonly outcome: "page" };

const NEXT = /^\d{13}#[0-9A-Za-z.-]{1,64}$/;

/** Newest first. @throws ScimError 400 for a place that no page named, 404 for the org */
export async function listDeliveries(
  administration: DeliveryAdministration,
  name: EndpointName,
  { status, after, limit }: DeliveriesAsked,
): Promise<Deliveries | DeliveryRefusal> {
  if (after !== undefined && !NEXT.test(after)) throw OperatorError.invalidValue("after");
  const opened = await openEndpoint(administration, name);
  if (opened === undefined) return { outcome: "unknownEndpoint" };
  return { outcome: "page", ...(await opened.deliveries.list({ status, after, limit })) };
}

/** Sends a message without events, only to show that it arrives. @throws ScimError 404 for the org */
export async function sendTest(
  administration: DeliveryAdministration,
  name: EndpointName,
): Promise<{ readonly outcome: "added"; readonly id: string } | DeliveryRefusal> {
  const opened = await openEndpoint(administration, name);
  if (opened === undefined) return { outcome: "unknownEndpoint" };
  const { now, randomBytes } = administration;
  const { owner, id: endpoint } = opened.endpoint;
  const place = { owner, endpoint, name: `${owner}.test.${newGeneration(randomBytes)}`, time: now };
  const timestamp = new Date(now).toISOString();
  const data = opened.org === undefined ? {} : { orgId: opened.org.id };
  const message: TestMessage = { type: "webhook.test", timestamp, data };
  const isAdded = await opened.deliveries.add(place, bodyOf(message), now);
  return isAdded ? { outcome: "added", id: webhookId(place) } : { outcome: "disabled" };
}

/** Sends one message again, delivered or not. @param id its `webhook-id` @throws ScimError 404 for the org */
export async function replayMessage(
  administration: DeliveryAdministration,
  name: EndpointName,
  id: string,
): Promise<{ readonly outcome: "replayed" } | DeliveryRefusal> {
  const opened = await openEndpoint(administration, name);
  if (opened === undefined) return { outcome: "unknownEndpoint" };
  const { endpoint, deliveries } = opened;
  const place = readWebhookId(endpoint.owner, id);
  const message = place?.endpoint === endpoint.id ? await deliveries.find(place) : undefined;
  if (message === undefined) return { outcome: "unknownMessage" };
  const reopened = await deliveries.reopen([message], administration.now);
  if (reopened === "missing") return { outcome: "unknownEndpoint" };
  if (reopened === "disabled") return { outcome: "disabled" };
  return { outcome: reopened === 0 ? "underWay" : "replayed" };
}

interface ReplayStep {
  readonly outcome: "replayed";
  readonly count: number;
  /** Pass it as `after` to continue; absent at the end. */
  readonly next?: string;
}

/**
 * One step: sends again the messages since a time that were given up, and at once those that wait after a failure.
 * @param since milliseconds since the epoch
 * @throws ScimError 400 for a place that no step named, 404 for the org
 */
export async function replayFailed(
  administration: DeliveryAdministration,
  name: EndpointName,
  { since, after }: { readonly since: number; readonly after?: string | undefined },
): Promise<ReplayStep | DeliveryRefusal> {
  const page = await listDeliveries(administration, name, { after, limit: LOOKED_AT });
  if (page.outcome !== "page") return page;
  const opened = await openEndpoint(administration, name);
  if (opened === undefined) return { outcome: "unknownEndpoint" };
  const recent = page.messages.filter(({ time }) => time >= since);
  const failed = recent.filter(hasFailed);
  let count = 0;
  for (let start = 0; start < failed.length; start += REOPENED_AT_ONCE) {
    const some = failed.slice(start, start + REOPENED_AT_ONCE);
    const reopened = await opened.deliveries.reopen(some, administration.now);
    if (reopened === "missing") return { outcome: "unknownEndpoint" };
    if (reopened === "disabled") return { outcome: "disabled" };
    count += reopened;
  }
  const isEnd = recent.length < page.messages.length || page.next === undefined;
  return { outcome: "replayed", count, ...(!isEnd && { next: page.next }) };
}

/** Messages that one step examines. */
const LOOKED_AT = 200;

function hasFailed({ status, step }: StoredMessage): boolean {
  return status === "givenUp" || (status === "open" && step > 0);
}

async function openEndpoint(
  { settings, database }: DeliveryAdministration,
  { org: name, endpoint: id }: EndpointName,
): Promise<
  | { readonly org: OrgRecord | undefined; readonly endpoint: WebhookEndpoint; readonly deliveries: DeliveryStore }
  | undefined
> {
  const org = name === undefined ? undefined : await getOrg(settings, name);
  const owner = webhookOwner(org);
  const endpoint = isEndpointId(id) ? await new WebhookStore(database).find(owner, id) : undefined;
  return endpoint && { org, endpoint, deliveries: new DeliveryStore(database, owner, id) };
}
