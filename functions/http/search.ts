import type { QueryDefinition } from "../provisioning/resources/definition.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { answerList } from "./list.ts";
import { operationOnAll } from "./operation.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import type { RequestContext } from "./requestContext.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint, definitions: readonly QueryDefinition[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation: operationOnAll,
    wanted: () => [],
    checksToken: () => "always",
    answer: (ctx) => answer(ctx, definitions),
  });
}

async function answer(ctx: RequestContext, definitions: readonly QueryDefinition[]): Promise<Answer> {
  const session = sessionOf(ctx);
  const [endpoint, ...beyond] = ctx.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw notOnThisPath();
  const method = endpoint === undefined ? "GET" : "POST";
  if (ctx.method !== method) throw methodNotAllowed([method]);
  return answerList(ctx, session, definitions);
}
