import middy from "@middy/core";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { type Answer, proxyResult } from "./answer.ts";
import { type Admission, authenticate } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { guarded } from "./guarded.ts";
import { renderError } from "./renderError.ts";
import { openRequest, type RequestContext } from "./requestContext.ts";
import { requestLog } from "./requestLog.ts";
import { settleBudget } from "./spend.ts";

export interface ScimRoutes extends Admission {
  /** For the log, known before anything is refused: `users.patch`. Never throws. */
  operation(ctx: RequestContext): string;
  /** `ctx.session` is missing only where `checksToken` let the request in without a token. */
  answer(ctx: RequestContext): Promise<Answer>;
}

/** A Lambda handler for one resource: log, errors, token, then the routes. */
export function scimHandler(endpoint: Endpoint, routes: ScimRoutes): GatewayHandler {
  const rims = [requestLog(endpoint, "scim.request"), renderError()];
  // Middy hands on whatever its first argument is: from here to the end that is a request context, not an event.
  const handle: (ctx: RequestContext, context: Context) => Promise<APIGatewayProxyResult> = middy<
    RequestContext,
    APIGatewayProxyResult
  >()
    .use(rims)
    .use(reportRemovals())
    .use(rememberUse())
    .use(settleBudget())
    .use(authenticate(routes))
    .handler(async (ctx: RequestContext) => proxyResult(ctx, await routes.answer(ctx)));
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

/** Also after an error: what a request did before it ran out of time counts. */
function reportRemovals() {
  const tell = async ({
    event: { endpoint, reference, session },
  }: {
    readonly event: RequestContext;
  }): Promise<void> => {
    if (endpoint.watch === undefined || session === undefined) return;
    const { org, effects: removals, tokenId } = session;
    if (removals.deactivated + removals.deleted + removals.membersRemoved === 0) return;
    await endpoint.watch({ orgId: org.id, org: org.slug, removals, ref: reference, tokenId });
  };
  return { after: tell, onError: tell };
}

/** Lambda freezes the process with the answer: what was begun beside the request must have ended by then. */
function rememberUse() {
  const settle = async ({ event }: { readonly event: RequestContext }): Promise<void> => {
    await event.session?.tokenMarked;
  };
  return { after: settle, onError: settle };
}
