import type { IncomingMessage } from "node:http";

/** The console answers under this name alone: what another name leads here with is a page of that name (DNS rebinding). */
export const CONSOLE_HOST = "127.0.0.1";

type GateFault = "host" | "origin" | "site";

/**
 * What is wrong with where a request comes from. Other programs of this machine send what they like, and lack the bearer;
 * pages of others in the operator's browser cannot hide what it adds.
 * @param kind `page`: the shell and its assets, which hold nothing of anybody: a link to them may stand anywhere
 */
export function gateFault(
  { headersDistinct, url = "" }: Pick<IncomingMessage, "headersDistinct" | "url">,
  port: number,
  kind: "page" | "api",
): GateFault | undefined {
  const { host = [], origin = [], "sec-fetch-site": sites = [] } = headersDistinct;
  const names = port === 80 ? [CONSOLE_HOST, `${CONSOLE_HOST}:80`] : [`${CONSOLE_HOST}:${port}`];
  // A request line with a whole URL names a host as well (RFC 9112 section 3.2.2): browsers send none.
  if (host.length !== 1 || !host.every((name) => names.includes(name)) || !url.startsWith("/")) return "host";
  if (!origin.every((one) => names.some((name) => one === `http://${name}`))) return "origin";
  const { "sec-fetch-mode": modes = [], "sec-fetch-dest": targets = [] } = headersDistinct;
  if (kind === "page" && modes.includes("navigate") && targets.includes("document")) return undefined;
  return sites.every((site) => site === "same-origin" || site === "none") ? undefined : "site";
}
