import { IssuerKeys } from "../provisioning/assertions/issuerKeys.ts";
import type { FetchedKeys, FetchKeys } from "../provisioning/assertions/ports.ts";
import type { AllowedAddresses } from "./addresses.ts";
import { exchange } from "./exchange.ts";
import { openSocket, type SocketMeans } from "./openSocket.ts";
import { isLoopbackHost, readWebhookUrl, type WebhookTarget } from "./webhookUrl.ts";

/** The hosts from which keys may be fetched and used. */
interface IssuerHosts extends Pick<SocketMeans, "allowed"> {
  /** Names in lower case; each allows only exactly this name. */
  readonly hosts: readonly string[];
}

export interface FetchKeysMeans extends SocketMeans, IssuerHosts {
  /** Milliseconds for the whole fetch. */
  readonly limit?: number;
}

/** Must fit into the time for identifying the caller (`LIMITS.identify`), with the work before and after. */
const LIMIT = 3_000;
/** Bytes: Entra's set has about 15 KB. */
const MOST_BODY = 256 * 1_024;
const USER_AGENT = "Rollcall-Keys/1";

/**
 * Fetches the keys of issuers of assertions (ADR 65), as guarded as webhooks (ADR 44), and only from hosts that the
 * deployment names. Any status other than 200, redirects included, is a failure.
 */
export function createFetchKeys(means: FetchKeysMeans): FetchKeys {
  return async (url) => {
    try {
      return await fetchKeys(url, means);
    } catch {
      // Down, slow, without a valid certificate, not HTTP: there are no keys, whatever the reason.
      return FAILED;
    }
  };
}

/** The keys of issuers on the hosts that the deployment names. */
export function issuerKeysFrom(means: FetchKeysMeans): IssuerKeys {
  return new IssuerKeys(createFetchKeys(means), (url) => isKeysUrlOpen(url, means));
}

const FAILED: FetchedKeys = { outcome: "failed" };

/** Whether keys may be used from this URL: a host may have left the setting since they were fetched. */
export function isKeysUrlOpen(url: string, means: IssuerHosts): boolean {
  return targetOf(url, means) !== undefined;
}

/** Accepts only a URL that is already in its normal form. */
function targetOf(url: string, { allowed, hosts }: IssuerHosts): WebhookTarget | undefined {
  const target = readKeysUrl(url, hosts, allowed);
  return target !== undefined && [url, `${url}/`].includes(target.url) ? target : undefined;
}

async function fetchKeys(url: string, means: FetchKeysMeans): Promise<FetchedKeys> {
  const target = targetOf(url, means);
  if (target === undefined) return FAILED;
  const signal = AbortSignal.timeout(means.limit ?? LIMIT);
  const socket = await openSocket(target, means, signal);
  if (typeof socket === "string") return FAILED;
  try {
    const headers = { accept: "application/json", "user-agent": USER_AGENT };
    const { message, body, whole } = await exchange(
      socket,
      { method: "GET", target, headers },
      { most: MOST_BODY, signal },
    );
    if (message.statusCode !== 200 || !whole) return FAILED;
    const maxAge = maxAgeOf(message.headers["cache-control"]);
    return { outcome: "fetched", body: body.toString("utf8"), ...(maxAge !== undefined && { maxAge }) };
  } finally {
    socket.destroy();
  }
}

/**
 * The target of an issuer's key set: https, port 443, no user, and exactly one of these host names. On a developer's
 * machine also http and any port of this machine.
 * @param hosts names in lower case @returns undefined for any other text
 */
export function readKeysUrl(
  text: string,
  hosts: readonly string[],
  allowed: AllowedAddresses,
): WebhookTarget | undefined {
  const local = allowed === "alsoLoopback" ? readWebhookUrl(text, allowed) : undefined;
  if (local !== undefined && !("fault" in local) && isLoopbackHost(local.host)) return local;
  const target = readWebhookUrl(text, "public");
  return "fault" in target || !hosts.includes(target.host) ? undefined : target;
}

/** RFC 9111 section 5.2.2.1. @returns seconds; undefined where the answer has none */
export function maxAgeOf(cacheControl: string | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age="?(\d{1,9})/i.exec(cacheControl ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
