import type { IncomingMessage } from "node:http";

/** The caller of requests signed with this server's credentials: every reader of the file is an operator. */
export const LOCAL_USER = "arn:aws:iam::000000000000:user/local";

const NAMES = ["127.0.0.1", "localhost", "[::1]"];

type Asked = Pick<IncomingMessage, "headersDistinct" | "url">;

/**
 * Why the signed APIs refuse the caller. A web page has no credentials, and shows itself by its own host name for this address
 * (DNS rebinding) or by headers that its browser adds.
 * @param port that this server listens on
 */
export function callerFault(asked: Asked, port: number): "otherHost" | "webPage" | undefined {
  const { origin, "sec-fetch-site": sites = [] } = asked.headersDistinct;
  const isPage = origin !== undefined || sites.some((site) => site !== "none");
  return hostFault(asked, port) ?? (isPage ? "webPage" : undefined);
}

/**
 * Whether the Host is not one of this server's names. A request with two different hosts is refused, because later code may
 * read the other one.
 * @param publicUrl another address of this server
 */
export function hostFault(
  { headersDistinct, url = "" }: Asked,
  port: number,
  publicUrl?: string,
): "otherHost" | undefined {
  const { host = [] } = headersDistinct;
  // A request line with a whole URL names the host too, and takes precedence (RFC 9112 section 3.2.2).
  const [, inLine] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  const hosts = inLine === undefined ? host : [...host, inLine];
  const names = NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  if (publicUrl !== undefined) names.push(new URL(publicUrl).host);
  return host.length !== 1 || hosts.some((name) => !names.includes(name.toLowerCase())) ? "otherHost" : undefined;
}
