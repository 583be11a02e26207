import { once } from "node:events";
import {
  connect as connectTcp,
  isIP,
  isIPv4,
  type LookupFunction,
  type Socket,
  type TcpNetConnectOpts,
} from "node:net";
import type { TLSSocket } from "node:tls";
import type { DeliveryFailure } from "../provisioning/webhooks/ports.ts";
import { type AllowedAddresses, isAmong, isForbiddenAddress } from "./addresses.ts";
import { isLocalName, type WebhookTarget } from "./webhookUrl.ts";

/** All addresses of a name, of both families. Never throws. `servers`: its name servers failed or did not answer. */
export type ResolveAddresses = (
  name: string,
) => Promise<{ readonly addresses: readonly string[] } | { readonly failure: "missing" | "servers" | "timeout" }>;

export interface SocketMeans {
  readonly allowed: AllowedAddresses;
  readonly resolve: ResolveAddresses;
  /** Trusted authorities in place of Node's own, PEM. */
  readonly ca?: string;
  /** Opens the connection; absent: Node's `connect`. */
  readonly dial?: (options: TcpNetConnectOpts) => Socket;
}

/** Milliseconds for each of several addresses before the next is tried; the last one has the remaining time. */
const ADDRESS_MS = 1_500;

/**
 * Connects to the target of a URL under the rules for addresses: resolves a name once, requires all of its addresses to be
 * allowed, and connects to no other address. Compares the peer again before any byte is sent.
 * @returns a socket, with a verified certificate where the URL has https; its errors have a listener
 * @throws Error of the socket, or of the signal
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

/** @returns at least one address, not checked yet */
async function addressesOf(
  host: string,
  { resolve }: SocketMeans,
  signal: AbortSignal,
): Promise<readonly string[] | DeliveryFailure> {
  // Node calls no lookup for an address.
  if (isIP(host) > 0) return [host];
  if (isLocalName(host)) return ["127.0.0.1", "::1"];
  const answer = await inTime(resolve(host), signal);
  if ("failure" in answer) return answer.failure === "timeout" ? "Timeout" : "NameNotFound";
  return answer.addresses.length === 0 ? "NameNotFound" : answer.addresses;
}

/** Replaces Node's own resolution, which could return other addresses. */
function answering(addresses: readonly string[]): LookupFunction {
  // IPv4 first: a machine without IPv6, or without IPv4, then finds out quickly.
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
  // Loaded on first use: `npm start` then needs 3 MB less until it calls an https URL.
  const secure: TLSSocket = process.getBuiltinModule("node:tls").connect({
    socket,
    host,
    // RFC 6066 section 3: an IP address is no server name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ALPNProtocols: ["http/1.1"],
    // Overrides the environment.
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

/** The waiting caller also gets the socket's error. Later nobody waits, and an error without a listener would end the process. */
function ignore(): void {}
