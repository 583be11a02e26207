import middy from "@middy/core";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import type { Session } from "../provisioning/session.ts";
import { type Admission, authenticate, settle } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded, ONE_TIMER } from "./guarded.ts";
import { refusalNoted, renderError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";

export interface ScimRoutes extends Admission {
  /** The operation's name for the log: `users.patch`. Called before any refusal. Never throws. */
  operation(ctx: RequestContext): string;
  /** `ctx.session` is undefined only where `checksToken` allows a request without a token. */
  answer(ctx: RequestContext): Promise<APIGatewayProxyResult>;
}

/** A Lambda handler for one resource: log, errors, token, then the routes. */
export function scimHandler(endpoint: Endpoint, routes: ScimRoutes): GatewayHandler {
  const rims = [requestLog(endpoint, "scim.request"), renderError()];
  // Middy passes its first argument on unchanged: here that is a request context, not an event.
  const handle: (ctx: RequestContext, context: Context) => Promise<APIGatewayProxyResult> = middy<
    RequestContext,
    APIGatewayProxyResult
  >(ONE_TIMER)
    .use(rims)
    .use(refusalNoted())
    .use(settle())
    .use(authenticate(routes))
    .handler(routes.answer.bind(routes));
  return guarded(endpoint, {
    rims,
    open: (event, context) => {
      const ctx = openRequest(endpoint, event, context);
      ctx.logFields.op = routes.operation(ctx);
      return ctx;
    },
    handle,
  });
}

/** The verified session, for routes that always require a token. */
export function sessionOf(ctx: RequestContext): Session {
  if (ctx.session === undefined) throw new Error("a route that needs a token was reached without one");
  return ctx.session;
}
