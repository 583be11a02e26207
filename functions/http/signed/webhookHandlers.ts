import { timeIn } from "../../provisioning/events/readEvents.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { listDeliveries, replayFailed, replayMessage, sendTest } from "../../provisioning/webhooks/deliveries.ts";
import {
  changeEndpoint,
  createEndpoint,
  disableEndpoint,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
} from "../../provisioning/webhooks/endpoints.ts";
import { ScimError } from "../../scim/error.ts";
import type { DeliveryStatus } from "../../store/webhookItems.ts";
import { isEndpointId } from "../../store/webhookKeys.ts";
import { WebhookStore } from "../../store/webhooks.ts";
import type { WEBHOOK_OPERATIONS } from "./declarations/webhooks.ts";
import type { AdminMeans, Call, Called, Handlers } from "./route.ts";
import { deliveryView, webhookView } from "./webhookViews.ts";

/**
 * The webhooks of an org, and those of the deployment. For them the functions `admin` and `appAdmin` read and write `H#*`, read
 * the heads of the feed (`F#*`, for the first webhook of all), encrypt with the key of the webhooks (`kms:Encrypt`), and invoke
 * the sender.
 */
export const webhookHandlers: Handlers<AdminMeans, typeof WEBHOOK_OPERATIONS> = {
  listWebhooks: list,
  createWebhook: create,
  getWebhook: get,
  updateWebhook: update,
  removeWebhook: remove,
  rotateWebhookSecret: rotate,
  testWebhook: test,
  listDeliveries: listMessages,
  replayDelivery: replayOne,
  replayFailed: replay,
  listDeploymentWebhooks: list,
  createDeploymentWebhook: create,
  getDeploymentWebhook: get,
  updateDeploymentWebhook: update,
  removeDeploymentWebhook: remove,
  rotateDeploymentWebhookSecret: rotate,
  testDeploymentWebhook: test,
  listDeploymentDeliveries: listMessages,
  replayDeploymentDelivery: replayOne,
  replayDeploymentFailed: replay,
};

/** @property org login name or id; absent: the webhooks of the deployment */
type WebhookCall = Called<AdminMeans> & { readonly parameters: { readonly org?: string } };
/** A call about one webhook, which its path names. */
type OneCall = WebhookCall & { readonly parameters: { readonly webhookId: string } };
/** What the request of an operation has besides its path. */
type Of<O extends keyof typeof WEBHOOK_OPERATIONS> = Omit<
  Call<AdminMeans, (typeof WEBHOOK_OPERATIONS)[O]>,
  "parameters"
>;

function named({ parameters: { org, webhookId } }: OneCall) {
  return { org, endpoint: webhookId };
}

async function list(call: WebhookCall) {
  const found = await listEndpoints(administrationOf(call), call.parameters.org);
  return { webhooks: found.endpoints.map((endpoint) => webhookView(call, found.org, endpoint)) };
}

async function create(call: WebhookCall & Of<"createWebhook">) {
  const made = await createEndpoint(administrationOf(call), call.parameters.org, call.body);
  call.ctx.logFields.webhookId = made.endpoint.id;
  return { secret: made.secret, webhook: webhookView(call, made.org, made.endpoint) };
}

async function get(call: OneCall) {
  const { org, webhookId } = call.parameters;
  const found = await known(call, getEndpoint(administrationOf(call), org, webhookId));
  return webhookView(call, found.org, found.endpoint);
}

async function update(call: OneCall & Of<"updateWebhook">) {
  const { enabled, ...changes } = call.body;
  const done = await known(call, updated(call));
  // Both changes make waiting messages due.
  if (enabled || changes.url !== undefined) await call.webhooks?.wakeSender?.();
  return webhookView(call, done.org, done.endpoint);
}

async function updated(call: OneCall & Of<"updateWebhook">) {
  const { org, webhookId } = call.parameters;
  const { enabled, ...changes } = call.body;
  const administration = administrationOf(call);
  // Set the new address first, so that waiting messages are not sent to the old address.
  const changed =
    Object.keys(changes).length > 0
      ? await changeEndpoint(administration, org, webhookId, changes)
      : await getEndpoint(administration, org, webhookId);
  if (enabled === undefined) return changed;
  return (enabled ? enableEndpoint : disableEndpoint)(administration, org, webhookId);
}

async function remove(call: OneCall) {
  const { org, webhookId } = call.parameters;
  await known(call, removeEndpoint(administrationOf(call), org, webhookId));
  return list(call);
}

async function rotate(call: OneCall & Of<"rotateWebhookSecret">) {
  const { org, webhookId } = call.parameters;
  const made = await known(call, rotateSecret(administrationOf(call), org, webhookId, call.body.overlapSeconds));
  return { secret: made.secret, webhook: webhookView(call, made.org, made.endpoint) };
}

async function test(call: OneCall) {
  const id = await known(call, sendTest(administrationOf(call), named(call)));
  await call.webhooks?.wakeSender?.();
  return { id };
}

async function listMessages(call: OneCall & Of<"listDeliveries">) {
  const { status, count, after } = call.query;
  const asked = { status: statusNamed(status), limit: count, after };
  const { messages, next } = await known(call, listDeliveries(administrationOf(call), named(call), asked));
  return { deliveries: messages.map(deliveryView), ...(next !== undefined && { next }) };
}

async function replayOne(call: OneCall & { readonly parameters: { readonly deliveryId: string } }) {
  await known(call, replayMessage(administrationOf(call), named(call), call.parameters.deliveryId));
  await call.webhooks?.wakeSender?.();
  return { replayed: 1 };
}

async function replay(call: OneCall & Of<"replayFailed">) {
  const { since, from } = call.body;
  const asked = { since: timeIn(since), after: from };
  const { count, next } = await known(call, replayFailed(administrationOf(call), named(call), asked));
  if (count > 0) await call.webhooks?.wakeSender?.();
  return { replayed: count, next: next ?? null };
}

/** @throws ScimError 409 where the deployment has no webhooks */
function administrationOf({ ctx, administration, webhooks }: WebhookCall) {
  if (webhooks === undefined) throw OperatorError.conflict("webhooksOff");
  const { database } = ctx.store;
  return { ...administration, ...webhooks, database, webhooks: new WebhookStore(database) };
}

const NO_WEBHOOK: readonly string[] = ["notFound.org", "notFound.webhook"];

/** Logs the webhook's id, unless it is known that there is none: never another text of a path. */
async function known<A>({ ctx, parameters: { webhookId } }: OneCall, work: Promise<A>): Promise<A> {
  if (isEndpointId(webhookId)) ctx.logFields.webhookId = webhookId;
  try {
    return await work;
  } catch (error) {
    if (error instanceof ScimError && NO_WEBHOOK.includes(error.code)) delete ctx.logFields.webhookId;
    throw error;
  }
}

/** @throws ScimError 400 */
function statusNamed(text: string | undefined): DeliveryStatus | undefined {
  if (text === undefined || text === "open" || text === "delivered" || text === "givenUp") return text;
  throw OperatorError.invalidValue("deliveryStatus");
}
