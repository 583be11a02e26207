import { PortalRefusal } from "../../provisioning/errors/portal.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { portalStatus } from "../../provisioning/portal/portalSessions.ts";
import type { PortalSettings } from "../../provisioning/portal/portalSettings.ts";
import { csrfOf, readPortalText } from "../../provisioning/portal/portalText.ts";
import { openPortal } from "../../store/portalSessions.ts";
import { SettingsStore } from "../../store/settings.ts";
import type { PortalSessionRecord } from "../../store/tokenRecords.ts";
import { soon } from "../authenticate.ts";
import type { RequestContext } from "../requestContext.ts";
import type { OperationRoute } from "../signed/route.ts";
import type { Caller, IdentifyCaller, SignedContext } from "../signed/signedHandler.ts";
import { assertListedOrigin, assertOwnPage, crossOriginHeaders } from "./origins.ts";
import type { PresentedSession } from "./portalMeans.ts";

/** Whether an operation is allowed to a session with read access. */
type ForEverySession = (operation: OperationRoute) => boolean;

/**
 * Admits a live session. It checks the checksum and the browser's headers before any read. Then one round trip reads the session
 * and its org's settings; no result is cached. A session opens its own org only: another org in the path gets the answer of an
 * unknown org, and nothing of it is read. Portal requests do not count against the org's request budget.
 */
export function bySession({ origins }: PortalSettings, isForAll: ForEverySession = isRead): IdentifyCaller {
  return async (ctx): Promise<Caller> => {
    Object.assign(ctx.answerHeaders, crossOriginHeaders(ctx, origins));
    const presented = presentedTo(ctx, origins);
    const claim = readPortalText(presented.text);
    if (claim?.kind !== "session") throw PortalRefusal.noSession("malformed");
    const csrf = presented.by === "cookie" ? csrfOf(presented.text) : undefined;
    if (csrf !== undefined && ctx.method !== "GET" && ctx.headers.get("rollcall-csrf") !== csrf) {
      throw PortalRefusal.refused("csrf");
    }
    const { record, org } = await soon(ctx, openPortal(ctx.store.database, claim));
    // An org that is being purged has nothing left to show.
    if (record === undefined || org === undefined || org.deletion?.purging === true) {
      throw PortalRefusal.noSession("unknown");
    }
    noteSession(ctx, record, org.slug);
    // A component's session is refused as a cookie, and a page's session as a bearer, so that neither way weakens the other.
    if ((record.embedded === true) !== (presented.by === "bearer")) throw PortalRefusal.noSession("unknown");
    const status = portalStatus(record, ctx.started);
    if (status !== "live") throw PortalRefusal.noSession(status === "used" ? "unknown" : status);
    const session: PresentedSession = { record, org, csrf };
    return {
      actor: portalActor(record),
      settings: new SettingsStore(ctx.store.database, { slug: org, org }),
      portal: session,
      assertMay: (operation) => {
        if (record.access === "read" && !isForAll(operation)) throw PortalRefusal.refused("readOnly");
      },
      orgNamed: async (named) => {
        if (named !== org.slug && named !== org.id) throw OperatorError.notFound("org");
        return org.slug;
      },
      mayTidy: false,
    };
  };
}

function isRead({ method }: OperationRoute): boolean {
  return method === "GET";
}

/** The actor stored with changes. It has a slash, so that no header can claim it. */
export function portalActor({ actor }: Pick<PortalSessionRecord, "actor">): string {
  return `portal/${actor}`;
}

/** The log names the org, session and actor, also of a session that is no longer valid. */
export function noteSession({ logFields }: SignedContext, record: PortalSessionRecord, slug: string): void {
  logFields.org = slug;
  logFields.sessionId = record.id;
  logFields.actor = portalActor(record);
}

/** @throws ScimError 401, 403 */
function presentedTo(
  ctx: SignedContext,
  origins: readonly string[],
): { readonly by: "bearer" | "cookie"; readonly text: string } {
  const authorization = ctx.headers.get("authorization");
  if (authorization !== undefined && authorization !== "") {
    assertListedOrigin(ctx, origins);
    const [, text = ""] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    return { by: "bearer", text };
  }
  const text = sessionCookie(ctx);
  if (text === undefined || text === "") throw PortalRefusal.noSession("missing");
  assertOwnPage(ctx);
  return { by: "cookie", text };
}

/**
 * The cookie's name. With `__Host-` browsers accept it over TLS only, for this host and all its paths (RFC 6265bis section
 * 4.1.3.2). Without TLS, on a local machine, they would refuse a cookie of that name.
 */
const NAMES = { https: "__Host-rollcall-portal", http: "rollcall-portal" } as const;

/** The scheme that the browser sees. */
function schemeOf({ baseOfAll }: RequestContext): keyof typeof NAMES {
  return baseOfAll.startsWith("http://") ? "http" : "https";
}

/** The session text that the browser sent; undefined where it sent none. */
function sessionCookie(ctx: RequestContext): string | undefined {
  const name = NAMES[schemeOf(ctx)];
  for (const pair of (ctx.headers.get("cookie") ?? "").split(";")) {
    const [key = "", ...value] = pair.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}

/** The value of Set-Cookie. @param text the session text; empty deletes the cookie @param maxAge in seconds */
export function setSessionCookie(ctx: RequestContext, text: string, maxAge: number): string {
  const scheme = schemeOf(ctx);
  const secure = scheme === "https" ? "; Secure" : "";
  return `${NAMES[scheme]}=${text}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
