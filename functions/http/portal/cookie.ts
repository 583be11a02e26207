import type { RequestContext } from "../requestContext.ts";

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
export function sessionCookie(ctx: RequestContext): string | undefined {
  const name = NAMES[schemeOf(ctx)];
  for (const pair of (ctx.header("cookie") ?? "").split(";")) {
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
