import type { PortalAdministration } from "../../provisioning/portal/portalSessions.ts";
import { ScimError } from "../../scim/error.ts";
import { PortalSessionStore } from "../../store/portalSessions.ts";
import { SettingsStore } from "../../store/settings.ts";
import type { GatewayHandler } from "../endpoint.ts";
import { portalAdminRoutes } from "../generated/portalAdmin.js";
import {
  administrationOf,
  type Caller,
  callHandler,
  operationsOf,
  type SignedApi,
  type SignedContext,
} from "../signed/signedHandler.ts";
import { tenantUrlOf } from "../signed/views.ts";
import { bySession, noteSession, setSessionCookie } from "./bySession.ts";
import { assertOwnPage, preflightHandler } from "./origins.ts";
import { type PortalAdminMeans, portalAdminHandlers } from "./portalAdminHandlers.ts";
import type { PortalEndpoint } from "./portalMeans.ts";

const { redeemPortalLink, endOwnSession } = portalAdminRoutes;

/**
 * The Lambda handler of `/portal/v1/admin/`: changes that a session may make in its own org, and the beginning and end of
 * sessions. It runs code of the admin function under a role of its own.
 */
export function portalAdminHandler(endpoint: PortalEndpoint): GatewayHandler {
  const identify = bySession(
    endpoint.portal,
    ({ method, path }) => method === "GET" || (method === endOwnSession.method && path === endOwnSession.path),
  );
  const api: SignedApi<PortalAdminMeans> = {
    root: "/portal/v1/admin/",
    type: "portal.request",
    group: "portal",
    operations: operationsOf(portalAdminRoutes, portalAdminHandlers),
    means: (ctx, caller) => meansOf(ctx, caller, endpoint),
  };
  const calls = callHandler(endpoint, api, async (ctx, segments) => {
    const redeems = ctx.method === redeemPortalLink.method && segments.join("/") === redeemPortalLink.path;
    return redeems ? byLink(ctx) : identify(ctx, segments);
  });
  const preflight = preflightHandler(endpoint);
  return (event, context) => (event.httpMethod === "OPTIONS" ? preflight : calls)(event, context);
}

/**
 * A person who redeems a link has no session yet: the link is the credential. The request must come from the page's own origin
 * with a JSON body, so that no other page can begin a session in somebody's browser.
 * @throws ScimError 403, 415
 */
function byLink(ctx: SignedContext): Caller {
  assertOwnPage(ctx);
  if (!/^application\/json\s*(;|$)/i.test(ctx.headers.get("content-type") ?? ""))
    throw ScimError.mediaType("unsupported");
  return {
    actor: "portal/link",
    settings: new SettingsStore(ctx.store.database),
    assertMay: () => undefined,
    // The path of this operation names no org.
    orgNamed: async () => "",
    mayTidy: false,
  };
}

function meansOf(ctx: SignedContext, caller: Caller, { portal }: PortalEndpoint): PortalAdminMeans {
  const administration = administrationOf(ctx, caller);
  const { database } = ctx.store;
  const sessions: PortalAdministration = {
    ...administration,
    sessionsOf: (orgId) => new PortalSessionStore(database, orgId),
  };
  return {
    administration,
    sessions,
    database,
    session: caller.portal,
    changeable: portal.rules,
    tenantUrlOf: (slug) => tenantUrlOf(ctx, slug),
    noteSession: (record, org) => noteSession(ctx, record, org.slug),
    setCookie: (text, maxAge) => {
      ctx.answerHeaders["Set-Cookie"] = setSessionCookie(ctx, text, maxAge);
    },
  };
}
