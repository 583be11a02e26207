import { isIP } from "node:net";
import type { WebhookUrlFault } from "../provisioning/webhooks/ports.ts";
import { type AllowedAddresses, isForbiddenAddress } from "./addresses.ts";

/** What a URL of an endpoint leads to. */
export interface WebhookTarget {
  readonly url: string;
  readonly protocol: "https:" | "http:";
  /** A name without a dot at its end, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The header `Host`. */
  readonly authority: string;
  /** Path and query, as a request line has them. */
  readonly path: string;
}

/** As it is written and as it is kept, where a character may become nine. Longer ones fit no log of others. */
const LONGEST = 2_048;
/** Spaces, line breaks and their kind, which a URL's parser would drop; and one slash too few or too many, which it would correct. */
const WRITTEN_OUT = /^[a-z][a-z0-9+.-]*:\/\/[^/\\\s\p{Cc}][^\s\p{Cc}]*$/iu;
/** Labels of at least a character each: a name that ends up empty would mean this machine. */
const NAME = /^[^.]+(\.[^.]+)*$/;
const LOCALHOST = /(^|\.)localhost$/;

/**
 * Reads the URL of an endpoint, which the WHATWG URL parser brings into one form first: an address in decimal, octal or
 * hexadecimal, in short, in wide or other digits, or with a dot at its end comes out of it as `127.0.0.1`.
 * @param allowed `public`: https, port 443, no address but the internet's. `alsoLoopback`: also http, any port, this machine
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

/** Names that mean this machine wherever they are asked for (RFC 6761 section 6.3). @param host without a dot at its end */
export function isLocalName(host: string): boolean {
  return LOCALHOST.test(host);
}

/** Whether a host is this machine, as far as its name says. @param host as a target has it */
export function isLoopbackHost(host: string): boolean {
  return isIP(host) === 0
    ? isLocalName(host)
    : isForbiddenAddress(host, "public") && !isForbiddenAddress(host, "alsoLoopback");
}
