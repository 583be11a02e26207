import { isIP } from "node:net";
import type { WebhookUrlFault } from "../provisioning/webhooks/ports.ts";
import { type AllowedAddresses, isForbiddenAddress } from "./addresses.ts";

/** The target of an endpoint's URL. */
export interface WebhookTarget {
  readonly url: string;
  readonly protocol: "https:" | "http:";
  /** A name without a trailing dot, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The header `Host`. */
  readonly authority: string;
  /** Path and query, as in a request line. */
  readonly path: string;
}

/** Most characters, before and after encoding, which may turn one character into nine. Longer URLs do not fit into other programs' logs. */
const LONGEST = 2_048;
/** Excludes white space and control characters, which a URL parser would drop, and a wrong number of slashes, which it would correct. */
const WRITTEN_OUT = /^[a-z][a-z0-9+.-]*:\/\/[^/\\\s\p{Cc}][^\s\p{Cc}]*$/iu;
/** Labels of at least one character: an empty name would mean this machine. */
const NAME = /^[^.]+(\.[^.]+)*$/;
const LOCALHOST = /(^|\.)localhost$/;

/**
 * Reads the URL of an endpoint in the form given by the WHATWG URL parser: an address in decimal, octal or hexadecimal,
 * shortened, in fullwidth or other digits, or with a trailing dot becomes `127.0.0.1`.
 * @param allowed `public`: https, port 443, only public addresses. `alsoLoopback`: also http, any port, this machine
 */
export function readWebhookUrl(
  text: string,
  allowed: AllowedAddresses,
): WebhookTarget | { readonly fault: WebhookUrlFault } {
  if (text.length > LONGEST) return { fault: "length" };
  const url = WRITTEN_OUT.test(text) ? URL.parse(text) : null;
  if (url === null) return { fault: "syntax" };
  const { protocol } = url;
  if (protocol !== "https:" && (protocol !== "http:" || allowed === "public")) return { fault: "scheme" };
  if (url.username !== "" || url.password !== "") return { fault: "userInfo" };
  if (url.port !== "" && allowed === "public") return { fault: "port" };
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIP(host) === 0 && !NAME.test(host)) return { fault: "syntax" };
  if (isIP(host) === 0 ? isLocalName(host) && allowed === "public" : isForbiddenAddress(host, allowed)) {
    return { fault: "address" };
  }
  const authority = url.host.replace(/\.(?=:|$)/, "");
  const path = url.pathname + url.search;
  const port = url.port === "" ? { "https:": 443, "http:": 80 }[protocol] : Number(url.port);
  const kept = `${protocol}//${authority}${path}`;
  return kept.length > LONGEST ? { fault: "length" } : { url: kept, protocol, host, port, authority, path };
}

/** Names that every resolver must map to this machine (RFC 6761 section 6.3). @param host without a trailing dot */
export function isLocalName(host: string): boolean {
  return LOCALHOST.test(host);
}

/** Whether the name or address is this machine. @param host from a target */
export function isLoopbackHost(host: string): boolean {
  return isIP(host) === 0
    ? isLocalName(host)
    : isForbiddenAddress(host, "public") && !isForbiddenAddress(host, "alsoLoopback");
}
