import type { APIGatewayProxyResult } from "aws-lambda";
import type { QueryDefinition } from "../provisioning/resources/definition.ts";
import { ScimError } from "../scim/error.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { answerList } from "./list.ts";
import type { RequestContext } from "./requestContext.ts";
import { scimHandler, sessionOf } from "./scimHandler.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint, definitions: readonly QueryDefinition[]): GatewayHandler {
  return scimHandler(endpoint, { operation, wanted: () => [], answer: (ctx) => answer(ctx, definitions) });
}

function operation({ method, segments, query }: RequestContext): string {
  if (segments[0] === ".search") return `all.${method === "POST" && segments.length === 1 ? "search" : "none"}`;
  if (method !== "GET" || segments.length > 0) return "all.none";
  return query("filter") === undefined ? "all.list" : "all.filter";
}

async function answer(ctx: RequestContext, definitions: readonly QueryDefinition[]): Promise<APIGatewayProxyResult> {
  const session = sessionOf(ctx);
  const [endpoint, ...beyond] = ctx.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw ScimError.notFound("endpoint");
  const method = endpoint === undefined ? "GET" : "POST";
  if (ctx.method !== method) throw ScimError.methodNotAllowed([method]);
  return answerList(ctx, session, definitions);
}
