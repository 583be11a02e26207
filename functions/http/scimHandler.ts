import middy from "@middy/core";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { type Answer, proxyResult } from "./answer.ts";
import { type Admission, authenticate } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import { guarded } from "./guarded.ts";
import { renderError } from "./renderError.ts";
import { requestLog } from "./requestLog.ts";
import { settleBudget } from "./spend.ts";

export interface ScimRoutes extends Admission {
  /** For the log, known before anything is refused: `users.patch`. Never throws. */
  operation(exchange: Exchange): string;
  /** `exchange.session` is missing only where `checksToken` let the request in without a token. */
  answer(exchange: Exchange): Promise<Answer>;
}

/** A Lambda handler for one resource: log, errors, token, then the routes. */
export function scimHandler(endpoint: Endpoint, routes: ScimRoutes): GatewayHandler {
  const rims = [requestLog(endpoint, "scim.request"), renderError()];
  // Middy hands on whatever its first argument is: from here to the end that is an exchange, not an event.
  const handle: (exchange: Exchange, context: Context) => Promise<APIGatewayProxyResult> = middy<
    Exchange,
    APIGatewayProxyResult
  >()
    .use(rims)
    .use(reportRemovals())
    .use(rememberUse())
    .use(settleBudget())
    .use(authenticate(routes))
    .handler(async (exchange: Exchange) => proxyResult(exchange, await routes.answer(exchange)));
  return guarded(endpoint, {
    rims,
    open: (event, context) => {
      const exchange = openExchange(endpoint, event, context);
      exchange.noted.op = routes.operation(exchange);
      return exchange;
    },
    handle,
  });
}

/** Also after an error: what a request did before it ran out of time counts. */
function reportRemovals() {
  const tell = async ({ event: { endpoint, reference, session } }: { readonly event: Exchange }): Promise<void> => {
    if (endpoint.watch === undefined || session === undefined) return;
    const { org, effects: removals, tokenId } = session;
    if (removals.deactivated + removals.deleted + removals.membersRemoved === 0) return;
    await endpoint.watch({ orgId: org.id, org: org.slug, removals, ref: reference, tokenId });
  };
  return { after: tell, onError: tell };
}

/** Lambda freezes the process with the answer: what was begun beside the request must have ended by then. */
function rememberUse() {
  const settle = async ({ event }: { readonly event: Exchange }): Promise<void> => {
    await event.session?.tokenMarked;
  };
  return { after: settle, onError: settle };
}
