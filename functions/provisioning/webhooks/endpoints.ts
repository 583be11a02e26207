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

interface OneEndpoint {
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
 * @throws ScimError 400 for the URL, texts and types, 404, 409 where deletion is scheduled or there are too many
 */
export async function createEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  { url, description = "", types }: EndpointWishes,
): Promise<NewSecret> {
  const { webhooks, now, actor, randomBytes } = administration;
  const said = {
    url: checkUrl(administration, url),
    description: checkLine("description", description, 200),
    ...typesOf(types),
  };
  const id = newTokenId(randomBytes);
  return decide(administration, name, async (org) => {
    const owner = webhookOwner(org);
    const { secret, sealed } = await newSecret(administration, owner, id);
    const made = { createdAt: new Date(now).toISOString(), createdBy: actor, version: 1 };
    const record: EndpointRecord = { id, owner, ...said, secrets: [sealed], ...made };
    const outcome = await webhooks.create(record, org);
    if (outcome === "stale") return undefined;
    if (outcome === "tooMany") throw OperatorError.conflict("tooManyWebhooks", MOST_ENDPOINTS);
    const state = { added: 0, leasedUntil: 0, fence: 0, failures: 0, probes: 0, notBefore: 0 };
    return { org, secret, endpoint: { ...record, state } };
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

/** @throws ScimError 404 */
export async function getEndpoint(
  { settings, webhooks }: Pick<WebhookAdministration, "settings" | "webhooks">,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint> {
  return found(webhooks, await orgNamed(settings, name), id);
}

/** Absent members stay; empty types mean all. A new URL resets the record of failures. @throws ScimError 400, 404, 409 */
export async function changeEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
  { url, description, types }: Partial<EndpointWishes>,
): Promise<OneEndpoint> {
  const kept = url === undefined ? {} : { url: checkUrl(administration, url) };
  return changed(administration, name, id, async () => ({
    ...kept,
    ...(description !== undefined && { description: checkLine("description", description, 200) }),
    ...(types !== undefined && { types: undefined, ...typesOf(types) }),
  }));
}

/** Waiting messages are sent from now on. Events that were logged while it was disabled have no messages. @throws ScimError 404, 409 */
export async function enableEndpoint(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint> {
  const { webhooks, now } = administration;
  return decide(administration, name, async (org) => {
    const { endpoint } = await found(webhooks, org, id);
    if ((await webhooks.enable(endpoint.owner, id, org, now)) === "stale") return undefined;
    return found(webhooks, org, id);
  });
}

/** Stops sending. New events make no messages for it. @throws ScimError 404 */
export async function disableEndpoint(
  { settings, webhooks, now }: Pick<WebhookAdministration, "settings" | "webhooks" | "now">,
  name: string | undefined,
  id: string,
): Promise<OneEndpoint> {
  const org = await orgNamed(settings, name);
  if (isEndpointId(id)) await webhooks.disable(webhookOwner(org), id, "operator", now);
  return found(webhooks, org, id);
}

/** @throws ScimError 404 */
export async function removeEndpoint(
  { settings, webhooks }: Pick<WebhookAdministration, "settings" | "webhooks">,
  name: string | undefined,
  id: string,
): Promise<void> {
  const org = await orgNamed(settings, name);
  if (!isEndpointId(id) || (await webhooks.remove(webhookOwner(org), id)) === "missing")
    throw OperatorError.notFound("webhook");
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
): Promise<NewSecret> {
  const { now } = administration;
  const overlap = checkWhole("overlapSeconds", overlapSeconds, 0, LONGEST_OVERLAP);
  let made = "";
  const answer = await changed(administration, name, id, async ({ owner, secrets }) => {
    const [newest, older] = livingSecrets(secrets, now);
    if (overlap > 0 && older?.until !== undefined)
      throw OperatorError.conflict("webhookRotation", new Date(older.until).toISOString());
    const { secret, sealed } = await newSecret(administration, owner, id);
    made = secret;
    const former = newest === undefined || overlap === 0 ? [] : [{ ...newest, until: now + overlap * 1_000 }];
    return { secrets: [sealed, ...former] };
  });
  return { ...answer, secret: made };
}

/** The secrets that sign. @param now milliseconds since the epoch */
export function livingSecrets(secrets: readonly SealedSecret[], now: number): readonly SealedSecret[] {
  return secrets.filter(({ until }) => until === undefined || now < until);
}

async function changed(
  administration: WebhookAdministration,
  name: string | undefined,
  id: string,
  decideOn: (endpoint: WebhookEndpoint) => Promise<Partial<EndpointRecord>>,
): Promise<OneEndpoint> {
  const { webhooks, now } = administration;
  return decide(administration, name, async (org) => {
    const { endpoint } = await found(webhooks, org, id);
    if ((await webhooks.save(endpoint, await decideOn(endpoint), org, now)) === "stale") return undefined;
    return found(webhooks, org, id);
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

/** @throws ScimError 404 */
async function found(webhooks: WebhookStore, org: OrgRecord | undefined, id: string): Promise<OneEndpoint> {
  const endpoint = isEndpointId(id) ? await webhooks.find(webhookOwner(org), id) : undefined;
  if (endpoint === undefined) throw OperatorError.notFound("webhook");
  return { org, endpoint };
}

async function newSecret(
  { randomBytes, sealer }: WebhookAdministration,
  org: WebhookOwner,
  endpoint: string,
): Promise<{ readonly secret: string; readonly sealed: SealedSecret }> {
  const secret = `whsec_${Buffer.from(randomBytes(SECRET_BYTES)).toString("base64")}`;
  return { secret, sealed: { sealed: await sealer.seal(secret, { org, endpoint }) } };
}

const URL_ERRORS = {
  syntax: "webhookUrl",
  length: "webhookUrlLength",
  scheme: "webhookUrlScheme",
  userInfo: "webhookUrlUser",
  port: "webhookUrlPort",
  address: "webhookUrlAddress",
} as const satisfies Readonly<Record<WebhookUrlFault, string>>;

/** @returns its stored form @throws ScimError 400, without the URL */
function checkUrl({ readUrl }: WebhookAdministration, written: string): string {
  const read = readUrl(written);
  if ("fault" in read) throw OperatorError.invalidValue(URL_ERRORS[read.fault]);
  return read.url;
}

/** @throws ScimError 400 for an unknown name */
function typesOf(written: readonly string[] = []): { readonly types?: readonly string[] } {
  // Spaces around a name are dropped, as in a list with commas: otherwise the name would match no event.
  const names = written.map((name) => name.trim());
  for (const name of names) readTypeList(name.includes(",") ? "," : name);
  return names.length === 0 ? {} : { types: [...new Set(names)] };
}
