import { PortalRefusal } from "../../provisioning/portal/portalRefusal.ts";
import type { RequestContext } from "../requestContext.ts";

/** Of the headers of a request those that the component sends, and of an answer those that it reads. */
const ALLOWED = "authorization, content-type";
const EXPOSED = "Date, Retry-After";
const METHODS = "GET, POST, PATCH, DELETE";
/** Seconds for which a browser need not ask again; it takes two hours at most. */
const REMEMBERED = 7_200;

/** The origin of the portal's own pages, as the browser writes it. */
function ownOrigin({ baseOfAll }: RequestContext): string {
  return new URL(baseOfAll).origin;
}

/**
 * A browser adds the cookie by itself, whichever page asks: so it counts only where nothing says that another page did. What a
 * browser says of that, no page can change (Fetch Standard, Fetch Metadata); a browser that says nothing is older than both headers.
 * @throws ScimError 403
 */
export function assertOwnPage(ctx: RequestContext): void {
  const origin = ctx.header("origin");
  const site = ctx.header("sec-fetch-site");
  const isOwn = origin === undefined || origin === ownOrigin(ctx);
  // `none`: the user typed the address, and sees the answer alone.
  const isSame = site === undefined || site === "same-origin" || (site === "none" && ctx.method === "GET");
  if (!isOwn || !isSame) throw PortalRefusal.refused("otherSite");
}

/** Of the page that embeds the component: whether it may. @throws ScimError 403 */
export function assertListedOrigin(ctx: RequestContext, origins: readonly string[]): void {
  const origin = ctx.header("origin");
  if (origin !== undefined && origin !== ownOrigin(ctx) && !origins.includes(origin)) {
    throw PortalRefusal.refused("origin");
  }
}

/** CORS for pages that may embed the component. Never with credentials: no cookie counts there. */
export function crossOriginHeaders(ctx: RequestContext, origins: readonly string[]): Readonly<Record<string, string>> {
  const origin = ctx.header("origin");
  const vary = { Vary: "Origin" };
  if (origin === undefined || !origins.includes(origin)) return vary;
  return { ...vary, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED };
}

/** What a browser asks for before it sends such a request. */
export function preflightHeaders(ctx: RequestContext, origins: readonly string[]): Readonly<Record<string, string>> {
  const headers = crossOriginHeaders(ctx, origins);
  if (headers["Access-Control-Allow-Origin"] === undefined) return headers;
  return {
    ...headers,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": ALLOWED,
    "Access-Control-Max-Age": String(REMEMBERED),
  };
}
