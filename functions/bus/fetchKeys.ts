import type { FetchedKeys, FetchKeys } from "../provisioning/assertions/ports.ts";
import type { AllowedAddresses } from "./addresses.ts";
import { exchange } from "./exchange.ts";
import { openSocket, type SocketMeans } from "./openSocket.ts";
import { isLoopbackHost, readWebhookUrl, type WebhookTarget } from "./webhookUrl.ts";

/** Whose keys may be asked for, and count. */
interface IssuerHosts extends Pick<SocketMeans, "allowed"> {
  /** Names in lower case, each for itself alone. */
  readonly hosts: readonly string[];
}

export interface FetchKeysMeans extends SocketMeans, IssuerHosts {
  /** Milliseconds for all of it. */
  readonly limit?: number;
}

/** Within the time that it takes to find out who asks (`LIMITS.identify`), with what comes before and after. */
const LIMIT = 3_000;
/** Bytes: Entra's set has about 15 KB. */
const MOST_BODY = 256 * 1_024;
const USER_AGENT = "Rollcall-Keys/1";

/**
 * The door to issuers of assertions (ADR 65): as guarded as the one for webhooks (ADR 44), and open to hosts only that the
 * deployment names. What it says is JSON or nothing: an answer with any other status than 200, a redirect among them, is none.
 */
export function createFetchKeys(means: FetchKeysMeans): FetchKeys {
  return async (url) => {
    try {
      return await fetchKeys(url, means);
    } catch {
      // Down, slow, without a certificate, not HTTP: there are no keys, and the reason changes nothing.
      return FAILED;
    }
  };
}

const FAILED: FetchedKeys = { outcome: "failed" };

/** Whether the door is open to a URL: a host may have left the setting since its keys were fetched. */
export function isKeysUrlOpen(url: string, means: IssuerHosts): boolean {
  return targetOf(url, means) !== undefined;
}

/** As it stands, and nothing that had to be corrected first. */
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
 * Where an issuer publishes its keys: https, port 443, no user, on one of these hosts, all of its name and nothing else. On a developer's
 * machine also http and any port of this machine.
 * @param hosts names in lower case @returns undefined for every other text
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

/** RFC 9111 section 5.2.2.1. @returns seconds; undefined where the answer does not say */
export function maxAgeOf(cacheControl: string | undefined): number | undefined {
  const [, seconds] = /(?:^|[,\s])max-age="?(\d{1,9})/i.exec(cacheControl ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
