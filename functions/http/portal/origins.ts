import { PortalRefusal } from "../../provisioning/errors/portal.ts";
import type { GatewayHandler } from "../endpoint.ts";
import type { RequestContext } from "../requestContext.ts";
import { contextHandler } from "../signed/signedHandler.ts";
import type { PortalEndpoint } from "./portalMeans.ts";

/** Request headers that the component sends, and answer headers that it reads. */
const ALLOWED = "authorization, content-type";
const EXPOSED = "Date, Retry-After";
const METHODS = "GET, POST, PATCH, DELETE";
/** Seconds for which a browser caches a preflight; browsers allow two hours at most. */
const REMEMBERED = 7_200;

/** The origin of the portal's own pages, in a browser's spelling. */
function ownOrigin({ baseOfAll }: RequestContext): string {
  return new URL(baseOfAll).origin;
}

/**
 * Browsers add the cookie to requests of any page, so it counts only where no header names another site. Pages cannot change
 * these headers (Fetch Standard, Fetch Metadata). A browser without both headers is older than they are.
 * @throws ScimError 403
 */
export function assertOwnPage(ctx: RequestContext): void {
  const origin = ctx.headers.get("origin");
  const site = ctx.headers.get("sec-fetch-site");
  const isOwn = origin === undefined || origin === ownOrigin(ctx);
  // `none`: the user typed the address, and no page sees the answer.
  const isSame = site === undefined || site === "same-origin" || (site === "none" && ctx.method === "GET");
  if (!isOwn || !isSame) throw PortalRefusal.refused("otherSite");
}

/** Checks that the page may embed the component. @throws ScimError 403 */
export function assertListedOrigin(ctx: RequestContext, origins: readonly string[]): void {
  const origin = ctx.headers.get("origin");
  if (origin !== undefined && origin !== ownOrigin(ctx) && !origins.includes(origin)) {
    throw PortalRefusal.refused("origin");
  }
}

/** CORS for pages that may embed the component. Never with credentials, because their requests use no cookie. */
export function crossOriginHeaders(ctx: RequestContext, origins: readonly string[]): Readonly<Record<string, string>> {
  const origin = ctx.headers.get("origin");
  const vary = { Vary: "Origin" };
  if (origin === undefined || !origins.includes(origin)) return vary;
  return { ...vary, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED };
}

/** The answer to a browser's preflight request. */
function preflightHeaders(ctx: RequestContext, origins: readonly string[]): Readonly<Record<string, string>> {
  const headers = crossOriginHeaders(ctx, origins);
  if (headers["Access-Control-Allow-Origin"] === undefined) return headers;
  return {
    ...headers,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": ALLOWED,
    "Access-Control-Max-Age": String(REMEMBERED),
  };
}

/** Answers the CORS preflight of the component. It reads no data. */
export function preflightHandler(endpoint: PortalEndpoint): GatewayHandler {
  const { origins } = endpoint.portal;
  return contextHandler(endpoint, { root: "/portal/v1/", type: "portal.request" }, async (ctx) => {
    ctx.logFields.op = "portal.preflight";
    return { statusCode: 204, headers: { "Cache-Control": "no-store", ...preflightHeaders(ctx, origins) }, body: "" };
  });
}
