import { timeIn } from "../../provisioning/events/readEvents.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import {
  type DeliveryRefusal,
  listDeliveries,
  replayFailed,
  replayMessage,
  sendTest,
} from "../../provisioning/webhooks/deliveries.ts";
import {
  changeEndpoint,
  createEndpoint,
  disableEndpoint,
  type EndpointRefusal,
  type EndpointWishes,
  enableEndpoint,
  getEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
  type WebhookAdministration,
} from "../../provisioning/webhooks/endpoints.ts";
import type { WebhookUrlFault } from "../../provisioning/webhooks/ports.ts";
import { own } from "../../scim/json.ts";
import type { Database } from "../../store/database.ts";
import { StoreBusy } from "../../store/records.ts";
import type { DeliveryStatus } from "../../store/webhookItems.ts";
import { isEndpointId } from "../../store/webhookKeys.ts";
import { WebhookStore } from "../../store/webhooks.ts";
import type { WEBHOOK_OPERATIONS } from "./declarations/webhooks.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";
import { deliveryView, webhookView } from "./webhookViews.ts";

/**
 * The webhooks of an org, and those of the deployment. For them the functions `admin` and `appAdmin` read and write `H#*`, read
 * the heads of the feed (`F#*`, for the first webhook of all), encrypt with the key of the webhooks (`kms:Encrypt`), and invoke
 * the sender.
 */
export const webhookHandlers: Handlers<AdminMeans, typeof WEBHOOK_OPERATIONS> = {
  listWebhooks: (call) => list(call, call.parameters.org),
  createWebhook: (call) => create(call, call.parameters.org, call.body),
  getWebhook: (call) => get(call, ofOrg(call)),
  updateWebhook: (call) => update(call, ofOrg(call), call.body),
  removeWebhook: (call) => remove(call, ofOrg(call)),
  rotateWebhookSecret: (call) => rotate(call, ofOrg(call), call.body.overlapSeconds),
  testWebhook: (call) => test(call, ofOrg(call)),
  listDeliveries: (call) => listMessages(call, ofOrg(call), call.query),
  replayDelivery: (call) => replayOne(call, ofOrg(call), call.parameters.deliveryId),
  replayFailed: (call) => replay(call, ofOrg(call), call.body),
  listDeploymentWebhooks: (call) => list(call, undefined),
  createDeploymentWebhook: (call) => create(call, undefined, call.body),
  getDeploymentWebhook: (call) => get(call, ofDeployment(call)),
  updateDeploymentWebhook: (call) => update(call, ofDeployment(call), call.body),
  removeDeploymentWebhook: (call) => remove(call, ofDeployment(call)),
  rotateDeploymentWebhookSecret: (call) => rotate(call, ofDeployment(call), call.body.overlapSeconds),
  testDeploymentWebhook: (call) => test(call, ofDeployment(call)),
  listDeploymentDeliveries: (call) => listMessages(call, ofDeployment(call), call.query),
  replayDeploymentDelivery: (call) => replayOne(call, ofDeployment(call), call.parameters.deliveryId),
  replayDeploymentFailed: (call) => replay(call, ofDeployment(call), call.body),
};

/** A webhook as the path names it. */
interface Named {
  /** Login name or id; absent: a webhook of the deployment. */
  readonly org: string | undefined;
  readonly endpoint: string;
}
type WebhookCall = Called<AdminMeans>;
type Parameters<N extends string> = { readonly parameters: Readonly<Record<N, string>> };

function ofOrg({ parameters: { org, webhookId } }: Parameters<"org" | "webhookId">): Named {
  return { org, endpoint: webhookId };
}

function ofDeployment({ parameters: { webhookId } }: Parameters<"webhookId">): Named {
  return { org: undefined, endpoint: webhookId };
}

async function list(call: WebhookCall, org: string | undefined) {
  const found = await listEndpoints(administrationOf(call), org);
  return { webhooks: found.endpoints.map((endpoint) => webhookView(call, found.org, endpoint)) };
}

async function create(call: WebhookCall, org: string | undefined, wishes: EndpointWishes) {
  const made = accepted(await createEndpoint(administrationOf(call), org, wishes));
  call.ctx.logFields.webhookId = made.endpoint.id;
  return { secret: made.secret, webhook: webhookView(call, made.org, made.endpoint) };
}

async function get(call: WebhookCall, { org, endpoint }: Named) {
  const found = known(call, endpoint, await getEndpoint(administrationOf(call), org, endpoint));
  return webhookView(call, found.org, found.endpoint);
}

async function update(
  call: WebhookCall,
  { org, endpoint }: Named,
  { enabled, ...changes }: Partial<EndpointWishes> & { readonly enabled?: boolean },
) {
  const administration = administrationOf(call);
  // Set the new address first, so that waiting messages are not sent to the old address.
  let changed =
    Object.keys(changes).length > 0
      ? await changeEndpoint(administration, org, endpoint, changes)
      : await getEndpoint(administration, org, endpoint);
  if (changed.outcome === "done" && enabled !== undefined) {
    changed = await (enabled ? enableEndpoint : disableEndpoint)(administration, org, endpoint);
  }
  const done = known(call, endpoint, changed);
  // Both changes make waiting messages due.
  if (enabled || changes.url !== undefined) await call.webhooks?.wakeSender?.();
  return webhookView(call, done.org, done.endpoint);
}

async function remove(call: WebhookCall, { org, endpoint }: Named) {
  const administration = administrationOf(call);
  known(call, endpoint, await removeEndpoint(administration, org, endpoint));
  return list(call, org);
}

async function rotate(call: WebhookCall, { org, endpoint }: Named, overlapSeconds: number | undefined) {
  const made = known(call, endpoint, await rotateSecret(administrationOf(call), org, endpoint, overlapSeconds));
  return { secret: made.secret, webhook: webhookView(call, made.org, made.endpoint) };
}

async function test(call: WebhookCall, named: Named) {
  const { id } = known(call, named.endpoint, await sendTest(administrationOf(call), named));
  await call.webhooks?.wakeSender?.();
  return { id };
}

async function listMessages(
  call: WebhookCall,
  named: Named,
  {
    status,
    count,
    after,
  }: { readonly status?: string | undefined; readonly count: number; readonly after?: string | undefined },
) {
  const asked = { status: statusNamed(status), limit: count, after };
  const { messages, next } = known(call, named.endpoint, await listDeliveries(administrationOf(call), named, asked));
  return { deliveries: messages.map(deliveryView), ...(next !== undefined && { next }) };
}

async function replayOne(call: WebhookCall, named: Named, id: string) {
  known(call, named.endpoint, await replayMessage(administrationOf(call), named, id));
  await call.webhooks?.wakeSender?.();
  return { replayed: 1 };
}

async function replay(
  call: WebhookCall,
  named: Named,
  { since, from }: { readonly since: string; readonly from?: string },
) {
  const asked = { since: timeIn(since), after: from };
  const { count, next } = known(call, named.endpoint, await replayFailed(administrationOf(call), named, asked));
  if (count > 0) await call.webhooks?.wakeSender?.();
  return { replayed: count, next: next ?? null };
}

/** @throws ScimError 409 where the deployment has no webhooks */
function administrationOf({
  ctx,
  administration,
  webhooks,
}: WebhookCall): WebhookAdministration & { readonly database: Database } {
  if (webhooks === undefined) throw OperatorError.conflict("webhooksOff");
  const { database } = ctx.store;
  return { ...administration, ...webhooks, database, webhooks: new WebhookStore(database) };
}

type Refusal = EndpointRefusal | DeliveryRefusal;

/** Logs the webhook's id, unless it is known that there is none: never another text of a path. @throws ScimError */
function known<D extends { readonly outcome: string }>(
  { ctx }: WebhookCall,
  endpoint: string,
  outcome: D | Refusal,
): D {
  if (outcome.outcome !== "unknownEndpoint" && isEndpointId(endpoint)) ctx.logFields.webhookId = endpoint;
  return accepted(outcome);
}

/** @throws ScimError 400, 404, 409; StoreBusy for a message that is being sent now */
function accepted<D extends { readonly outcome: string }>(outcome: D | Refusal): D {
  if (isRefusal(outcome)) throw errorOf(outcome);
  return outcome;
}

const REFUSALS: Readonly<Record<Refusal["outcome"], true>> = {
  badUrl: true,
  tooMany: true,
  rotationUnderWay: true,
  unknownEndpoint: true,
  unknownMessage: true,
  disabled: true,
  underWay: true,
};

function isRefusal(outcome: { readonly outcome: string }): outcome is Refusal {
  return own(REFUSALS, outcome.outcome) === true;
}

function errorOf(refusal: Refusal): Error {
  switch (refusal.outcome) {
    case "badUrl":
      return OperatorError.invalidValue(URL_ERRORS[refusal.fault]);
    case "tooMany":
      return OperatorError.conflict("tooManyWebhooks", refusal.most);
    case "rotationUnderWay":
      return OperatorError.conflict("webhookRotation", new Date(refusal.until).toISOString());
    case "unknownEndpoint":
      return OperatorError.notFound("webhook");
    case "unknownMessage":
      return OperatorError.notFound("delivery");
    case "disabled":
      return OperatorError.conflict("webhookDisabled");
    case "underWay":
      return new StoreBusy("conflict");
  }
}

const URL_ERRORS = {
  syntax: "webhookUrl",
  length: "webhookUrlLength",
  scheme: "webhookUrlScheme",
  userInfo: "webhookUrlUser",
  port: "webhookUrlPort",
  address: "webhookUrlAddress",
} as const satisfies Readonly<Record<WebhookUrlFault, string>>;

/** @throws ScimError 400 */
function statusNamed(text: string | undefined): DeliveryStatus | undefined {
  if (text === undefined || text === "open" || text === "delivered" || text === "givenUp") return text;
  throw OperatorError.invalidValue("deliveryStatus");
}
