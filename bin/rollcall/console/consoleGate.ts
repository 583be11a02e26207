import type { IncomingMessage } from "node:http";

/** The console answers only under this name: a request by another name comes from that name's page (DNS rebinding). */
export const CONSOLE_HOST = "127.0.0.1";

type GateFault = "host" | "origin" | "site";

/**
 * Why a request's origin is refused. Other programs of this machine can send any header, but lack the bearer; other sites'
 * pages in the operator's browser cannot hide its headers.
 * @param kind `page`: the shell and its assets, which hold no data: any site may link to them
 */
export function gateFault(
  { headersDistinct, url = "" }: Pick<IncomingMessage, "headersDistinct" | "url">,
  port: number,
  kind: "page" | "api",
): GateFault | undefined {
  const { host = [], origin = [], "sec-fetch-site": sites = [] } = headersDistinct;
  const names = port === 80 ? [CONSOLE_HOST, `${CONSOLE_HOST}:80`] : [`${CONSOLE_HOST}:${port}`];
  // A request line with a whole URL names a host too (RFC 9112 section 3.2.2); browsers send none.
  if (host.length !== 1 || !host.every((name) => names.includes(name)) || !url.startsWith("/")) return "host";
  if (!origin.every((one) => names.some((name) => one === `http://${name}`))) return "origin";
  const { "sec-fetch-mode": modes = [], "sec-fetch-dest": targets = [] } = headersDistinct;
  if (kind === "page" && modes.includes("navigate") && targets.includes("document")) return undefined;
  return sites.every((site) => site === "same-origin" || site === "none") ? undefined : "site";
}
