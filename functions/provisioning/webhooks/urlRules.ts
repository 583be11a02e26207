/** Which addresses an endpoint may have. What a name leads to the sender checks at each attempt. */
export interface UrlRules {
  /** https on port 443 only, as where it is deployed; else http and any port as well, for a receiver on the same machine. */
  readonly onlyHttps: boolean;
  /** Whether a host as it stands in a URL, an IP address among them, is one that may not be called. */
  forbids(hostname: string): boolean;
}

export type UrlProblem = "noUrl" | "notHttps" | "port" | "userInfo" | "fragment" | "forbiddenHost";

/** @returns undefined where nothing is wrong with it */
export function urlProblem(text: string, { onlyHttps, forbids }: UrlRules): UrlProblem | undefined {
  const url = URL.parse(text);
  if (url === null || url.hostname === "") return "noUrl";
  if (url.protocol !== "https:" && (onlyHttps || url.protocol !== "http:")) return "notHttps";
  if (url.username !== "" || url.password !== "") return "userInfo";
  // An empty one is none in `hash`.
  if (text.includes("#")) return "fragment";
  // The port that a scheme has by itself is empty.
  if (onlyHttps && url.port !== "") return "port";
  return forbids(url.hostname) ? "forbiddenHost" : undefined;
}
