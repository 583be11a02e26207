import type { OrgRecord } from "../../store/records.ts";
import type { EndpointRecord, SealedSecret, WebhookEndpoint } from "../../store/webhookItems.ts";
import { isEndpointId, type WebhookOwner } from "../../store/webhookKeys.ts";
import { MOST_ENDPOINTS, type WebhookStore, webhookOwner } from "../../store/webhooks.ts";
import { type Administration, getOrg } from "../changeOrg.ts";
import { readTypeList } from "../events/eventTypes.ts";
import { newTokenId } from "../newId.ts";
import { OperatorError } from "../operatorError.ts";
import { checkLine, checkWhole } from "../orgSettings.ts";
import { untilSaved } from "../retrying.ts";
import type { ReadWebhookUrl, SecretSealer, WebhookUrlFault } from "./ports.ts";

/** Administration with the store and the sealer of endpoints. */
export type WebhookAdministration = Administration & {
  readonly webhooks: WebhookStore;
  readonly sealer: SecretSealer;
  readonly readUrl: ReadWebhookUrl;
};

export interface EndpointWishes {
  readonly url: string;
  readonly description?: string;
  /** Names and selectors of event types; absent or empty: all. */
  readonly types?: readonly string[];
}

/** Refusals that an operator can foresee. None has the URL. */
export type EndpointRefusal =
  | { readonly outcome: "badUrl"; readonly fault: WebhookUrlFault }
  | { readonly outcome: "tooMany"; readonly most: number }
  /** Two secrets already sign. @property until milliseconds since the epoch */
  | { readonly outcome: "rotationUnderWay"; readonly until: number }
  | { readonly outcome: "unknownEndpoint" };

interface OneEndpoint {
  readonly outcome: "done";
  readonly endpoint: WebhookEndpoint;
  readonly org: OrgRecord | undefined;
}

export interface NewSecret extends OneEndpoint {
  /** `whsec_` and base64: shown once, stored only in sealed form. */
  readonly secret: string;
}

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;
const HOUR_SECONDS = 3_600;
const DEFAULT_OVERLAP = 24 * HOUR_SECONDS;
const LONGEST_OVERLAP = 7 * DEFAULT_OVERLAP;

/**
 * Creates an endpoint for events that are logged from now on.
 * @param name login name or id of the org; absent: for the events of all orgs
 * @throws ScimError 400 for texts and types, 404, 409 where deletion is scheduled
 */
export async function createEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  { url, description = "", types }: EndpointWishes,
): Promise<NewSecret | EndpointRefusal> {
  const { webhooks, now, actor, randomBytes, readUrl } = administration;
  const kept = readUrl(url);
  if ("fault" in kept) return { outcome: "badUrl", fault: kept.fault };
  const said = { url: kept.url, description: checkLine("description", description, 200), ...typesOf(types) };
  const id = newTokenId(randomBytes);
  return decide(administration, name, async (org) => {
    const owner = webhookOwner(org);
    const { secret, sealed } = await newSecret(administration, owner, id);
    const made = { createdAt: new Date(now).toISOString(), createdBy: actor, version: 1 };
    const record: EndpointRecord = { id, owner, ...said, secrets: [sealed], ...made };
    const outcome = await webhooks.create(record, org);
    if (outcome === "stale") return undefined;
    if (outcome === "tooMany") return { outcome, most: MOST_ENDPOINTS };
    const state = { added: 0, leasedUntil: 0, fence: 0, failures: 0, probes: 0, notBefore: 0 };
    return { outcome: "done", org, secret, endpoint: { ...record, state } };
  });
}

/** @param name of the org; absent: endpoints of the deployment @throws ScimError 404 */
export async function listEndpoints(
  { settings, webhooks }: Pick<WebhookAdministration, "settings" | "webhooks">,
  name: string | undefined,
): Promise<{ readonly org: OrgRecord | undefined; readonly endpoints: readonly WebhookEndpoint[] }> {
  const org = await orgNamed(settings, name);
  return { org, endpoints: await webhooks.list(webhookOwner(org)) };
}

/** @throws ScimError 404 for the org */
export async function getEndpoint(
  { settings, webhooks }: Pick<WebhookAdministration, "settings" | "webhooks">,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint | EndpointRefusal> {
  const org = await orgNamed(settings, name);
  const endpoint = await found(webhooks, webhookOwner(org), id);
  return endpoint === undefined ? { outcome: "unknownEndpoint" } : { outcome: "done", endpoint, org };
}

/** Absent members stay; empty types mean all. A new URL resets the record of failures. @throws ScimError 400, 404, 409 */
export async function changeEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
  { url, description, types }: Partial<EndpointWishes>,
): Promise<OneEndpoint | EndpointRefusal> {
  const kept = url === undefined ? undefined : administration.readUrl(url);
  if (kept !== undefined && "fault" in kept) return { outcome: "badUrl", fault: kept.fault };
  return changed(administration, name, id, async () => ({
    ...(kept !== undefined && { url: kept.url }),
    ...(description !== undefined && { description: checkLine("description", description, 200) }),
    ...(types !== undefined && { types: undefined, ...typesOf(types) }),
  }));
}

/** Waiting messages are sent from now on. Events that were logged while it was disabled have no messages. @throws ScimError 404, 409 */
export async function enableEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint | EndpointRefusal> {
  const { webhooks, now } = administration;
  return decide(administration, name, async (org) => {
    const owner = webhookOwner(org);
    if ((await found(webhooks, owner, id)) === undefined) return { outcome: "unknownEndpoint" };
    if ((await webhooks.enable(owner, id, org, now)) === "stale") return undefined;
    return doneWith(webhooks, org, id);
  });
}

/** Stops sending. New events make no messages for it. @throws ScimError 404 */
export async function disableEndpoint(
  { settings, webhooks, now }: Pick<WebhookAdministration, "settings" | "webhooks" | "now">,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint | EndpointRefusal> {
  const org = await orgNamed(settings, name);
  const owner = webhookOwner(org);
  if (!isEndpointId(id) || (await webhooks.disable(owner, id, "operator", now)) === "missing")
    return { outcome: "unknownEndpoint" };
  return doneWith(webhooks, org, id);
}

/** @throws ScimError 404 for the org */
export async function removeEndpoint(
  { settings, webhooks }: Pick<WebhookAdministration, "settings" | "webhooks">,
  name: string | undefined,
  id: string,
): Promise<{ readonly outcome: "removed" } | EndpointRefusal> {
  const org = await orgNamed(settings, name);
  const isGone = isEndpointId(id) && (await webhooks.remove(webhookOwner(org), id)) !== "missing";
  return { outcome: isGone ? "removed" : "unknownEndpoint" };
}

/**
 * Creates a secret, which signs everything at once. The former secret also signs until the overlap ends.
 * @param overlapSeconds whole, up to a week, a day by default; 0: all former secrets end now, even during a rotation
 * @throws ScimError 400, 404, 409
 */
export async function rotateSecret(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
  overlapSeconds = DEFAULT_OVERLAP,
): Promise<NewSecret | EndpointRefusal> {
  const { now } = administration;
  const overlap = checkWhole("overlapSeconds", overlapSeconds, 0, LONGEST_OVERLAP);
  let made = "";
  const answer = await changed(administration, name, id, async ({ owner, secrets }) => {
    const [newest, older] = livingSecrets(secrets, now);
    if (overlap > 0 && older?.until !== undefined) return { outcome: "rotationUnderWay", until: older.until };
    const { secret, sealed } = await newSecret(administration, owner, id);
    made = secret;
    const former = newest === undefined || overlap === 0 ? [] : [{ ...newest, until: now + overlap * 1_000 }];
    return { secrets: [sealed, ...former] };
  });
  return answer.outcome === "done" ? { ...answer, secret: made } : answer;
}

/** The secrets that sign. @param now milliseconds since the epoch */
export function livingSecrets(secrets: readonly SealedSecret[], now: number): readonly SealedSecret[] {
  return secrets.filter(({ until }) => until === undefined || now < until);
}

async function changed(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
  decideOn: (endpoint: WebhookEndpoint) => Promise<Partial<EndpointRecord> | EndpointRefusal>,
): Promise<OneEndpoint | EndpointRefusal> {
  const { webhooks, now } = administration;
  return decide(administration, name, async (org) => {
    const endpoint = await found(webhooks, webhookOwner(org), id);
    if (endpoint === undefined) return { outcome: "unknownEndpoint" };
    const change = await decideOn(endpoint);
    if ("outcome" in change) return change;
    if ((await webhooks.save(endpoint, change, org, now)) === "stale") return undefined;
    return doneWith(webhooks, org, id);
  });
}

/** Decides on the stored org, and again if another caller was faster. */
function decide<A>(
  administration: WebhookAdministration,
  name: string | undefined,
  attempt: (org: OrgRecord | undefined) => Promise<A | undefined>,
): Promise<A> {
  return untilSaved(administration, async () => {
    const org = await orgNamed(administration.settings, name);
    if (org?.deletion !== undefined)
      throw OperatorError.conflict(org.deletion.purging === true ? "purging" : "deletionScheduled");
    return attempt(org);
  });
}

async function orgNamed(settings: Administration["settings"], name: string | undefined) {
  return name === undefined ? undefined : getOrg(settings, name);
}

async function found(webhooks: WebhookStore, owner: WebhookOwner, id: string): Promise<WebhookEndpoint | undefined> {
  return isEndpointId(id) ? webhooks.find(owner, id) : undefined;
}

async function doneWith(
  webhooks: WebhookStore,
  org: OrgRecord | undefined,
  id: string,
): Promise<OneEndpoint | EndpointRefusal> {
  const endpoint = await webhooks.find(webhookOwner(org), id);
  return endpoint === undefined ? { outcome: "unknownEndpoint" } : { outcome: "done", endpoint, org };
}

async function newSecret(
  { randomBytes, sealer }: WebhookAdministration,
  org: WebhookOwner,
  endpoint: string,
): Promise<{ readonly secret: string; readonly sealed: SealedSecret }> {
  const secret = `whsec_${Buffer.from(randomBytes(SECRET_BYTES)).toString("base64")}`;
  return { secret, sealed: { sealed: await sealer.seal(secret, { org, endpoint }) } };
}

/** @throws ScimError 400 for an unknown name */
function typesOf(written: readonly string[] = []): { readonly types?: readonly string[] } {
  // Spaces around a name are dropped, as in a list with commas: otherwise the name would match no event.
  const names = written.map((name) => name.trim());
  for (const name of names) readTypeList(name.includes(",") ? "," : name);
  return names.length === 0 ? {} : { types: [...new Set(names)] };
}
