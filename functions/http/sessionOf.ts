import type { Session } from "../provisioning/session.ts";
import type { RequestContext } from "./requestContext.ts";

/** The verified session of a request that only comes here with a token. */
export function sessionOf(ctx: RequestContext): Session {
  if (ctx.session === undefined) throw new Error("a route that needs a token was reached without one");
  return ctx.session;
}
