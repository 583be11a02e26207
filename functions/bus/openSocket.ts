import { once } from "node:events";
import {
  connect as connectTcp,
  isIP,
  isIPv4,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { DeliveryFailure } from "../provisioning/webhooks/ports.ts";
import { type AllowedAddresses, isAmong, isForbiddenAddress } from "./addresses.ts";
import { isLocalName, type WebhookTarget } from "./webhookUrl.ts";

/** All addresses of a name, both families. Never throws. `servers`: its name servers failed, or were silent. */
export type ResolveAddresses = (
  name: string,
) => Promise<{ readonly addresses: readonly string[] } | { readonly failure: "missing" | "servers" | "timeout" }>;

export interface SocketMeans {
  readonly allowed: AllowedAddresses;
  readonly resolve: ResolveAddresses;
  /** Authorities to believe in place of those that Node knows, PEM. */
  readonly ca?: string;
  /** Opens the connection; absent: Node's own. */
  readonly dial?: (options: TcpNetConnectOpts) => Socket;
}

/** Milliseconds that one of several addresses gets before the next one is tried; the last one has the rest of the time. */
const ADDRESS_MS = 1_500;

/**
 * Connects to where a URL leads, by the rules for addresses: a name is resolved once, all of its addresses have to be
 * allowed, and no other one is connected to. The peer is compared again before a byte goes out.
 * @returns a socket whose peer is certified where the URL says https; its errors have a listener
 * @throws Error of the socket, or the signal's
 */
export async function openSocket(
  target: WebhookTarget,
  means: SocketMeans,
  signal: AbortSignal,
): Promise<Socket | DeliveryFailure> {
  const { host, port, protocol } = target;
  const addresses = await addressesOf(host, means, signal);
  if (typeof addresses === "string") return addresses;
  if (addresses.some((address) => isForbiddenAddress(address, means.allowed))) return "ForbiddenAddress";
  const { dial = connectTcp } = means;
  const socket = dial({
    host,
    port,
    lookup: answering(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS,
  });
  socket.on("error", ignore);
  try {
    await once(socket, "connect", { signal });
    const peer = socket.remoteAddress ?? "";
    const isChecked = isAmong(peer, addresses) && !isForbiddenAddress(peer, means.allowed);
    const opened = isChecked ? await secured(socket, protocol, host, means, signal) : "ForbiddenAddress";
    if (typeof opened === "string") socket.destroy();
    return opened;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** @returns at least one address, none of them looked at yet */
async function addressesOf(
  host: string,
  { resolve }: SocketMeans,
  signal: AbortSignal,
): Promise<readonly string[] | DeliveryFailure> {
  // Node calls no lookup for it.
  if (isIP(host) > 0) return [host];
  if (isLocalName(host)) return ["127.0.0.1", "::1"];
  const answer = await inTime(resolve(host), signal);
  if ("failure" in answer) return answer.failure === "timeout" ? "Timeout" : "NameNotFound";
  return answer.addresses.length === 0 ? "NameNotFound" : answer.addresses;
}

/** In place of a second resolution, whose answer might be another one. */
function answering(addresses: readonly string[]): LookupFunction {
  // The fourth version first: a machine without the sixth finds out soon, and one without the fourth as well.
  const all = addresses
    .map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }))
    .sort((left, right) => left.family - right.family);
  return (_name, options, callback) => {
    const [first] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first?.address ?? "", first?.family);
  };
}

async function secured(
  socket: Socket,
  protocol: WebhookTarget["protocol"],
  host: string,
  { ca }: SocketMeans,
  signal: AbortSignal,
): Promise<Socket | DeliveryFailure> {
  if (protocol === "http:") return socket;
  const secure: TLSSocket = connectTls({
    socket,
    host,
    // RFC 6066 section 3: an address is no name of a server.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ALPNProtocols: ["http/1.1"],
    // Whatever the environment says.
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  });
  secure.on("error", ignore);
  try {
    await once(secure, "secureConnect", { signal });
    return secure;
  } catch (error) {
    secure.destroy();
    if (secure.authorizationError) return "Certificate";
    throw error;
  }
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  try {
    return await Promise.race([work, aborted(signal, done.signal)]);
  } finally {
    done.abort();
  }
}

function aborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { signal: done });
  });
}

/** Who waits for the socket hears of its error as well; after that nobody does, and an error without a listener ends the process. */
function ignore(): void {}
