import type { IncomingMessage } from "node:http";

/** Who signed with the credentials of this server: who may read them is its operator. */
export const LOCAL_USER = "arn:aws:iam::000000000000:user/local";

const NAMES = ["127.0.0.1", "localhost", "[::1]"];

type Asked = Pick<IncomingMessage, "headersDistinct" | "url">;

/**
 * What is wrong with whom a call of the APIs for operators and the application comes from. A web page has no credentials, and
 * gives itself away all the same: by a name for this address that is its own (DNS rebinding), or by what its browser adds.
 * @param port that this server listens on
 */
export function callerFault(asked: Asked, port: number): "otherHost" | "webPage" | undefined {
  const { origin, "sec-fetch-site": sites = [] } = asked.headersDistinct;
  const isPage = origin !== undefined || sites.some((site) => site !== "none");
  return hostFault(asked, port) ?? (isPage ? "webPage" : undefined);
}

/**
 * Whether the address is called by another name than its own. A request of two hosts is of neither: what works on it behind
 * this may go by the other one.
 * @param publicUrl how this server is reached besides
 */
export function hostFault(
  { headersDistinct, url = "" }: Asked,
  port: number,
  publicUrl?: string,
): "otherHost" | undefined {
  const { host = [] } = headersDistinct;
  // A request line with a whole URL names the host as well, and counts for more (RFC 9112 section 3.2.2).
  const [, inLine] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  const hosts = inLine === undefined ? host : [...host, inLine];
  const names = NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  if (publicUrl !== undefined) names.push(new URL(publicUrl).host);
  return host.length !== 1 || hosts.some((name) => !names.includes(name.toLowerCase())) ? "otherHost" : undefined;
}
