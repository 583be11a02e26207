import type { APIGatewayProxyResult } from "aws-lambda";
import type { QueryDefinition } from "../provisioning/resources/definition.ts";
import { contextOf, locationOf } from "../provisioning/resources/showResources.ts";
import type { Session } from "../provisioning/session.ts";
import { ScimError } from "../scim/error.ts";
import { etagOf, ifMatch, ifNoneMatch, readProjection } from "../scim/render.ts";
import { PRESETS } from "../store/rules.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { answerList, resourceAnswer } from "./list.ts";
import { proxyResult, type RequestContext } from "./requestContext.ts";
import { scimHandler, sessionOf } from "./scimHandler.ts";

/**
 * Read-only endpoint of an organization's roles or entitlements: list, search and read (RFC 7644 section 3.4).
 * An organization without roles has no such endpoint.
 */
export function publishedHandler(endpoint: Endpoint, definition: QueryDefinition): GatewayHandler {
  const type = definition.type(PRESETS.standard);
  const kind = type.endpoint.slice(1).toLowerCase();

  function operation({ method, segments: [, id, ...beyond], query }: RequestContext): string {
    if (beyond.length > 0) return `${kind}.none`;
    if (id === ".search") return `${kind}.${method === "POST" ? "search" : "none"}`;
    if (method !== "GET") return `${kind}.none`;
    if (id !== undefined) return `${kind}.get`;
    return `${kind}.${query.has("filter") ? "filter" : "list"}`;
  }

  async function answer(ctx: RequestContext): Promise<APIGatewayProxyResult> {
    const session = sessionOf(ctx);
    const [, id, ...beyond] = ctx.segments;
    if (session.org.roles === undefined || beyond.length > 0) throw ScimError.notFound("endpoint");
    const method = id === ".search" ? "POST" : "GET";
    if (ctx.method !== method) throw ScimError.methodNotAllowed([method]);
    return id === undefined || id === ".search" ? answerList(ctx, session, [definition]) : read(ctx, session, id);
  }

  async function read(ctx: RequestContext, session: Session, id: string): Promise<APIGatewayProxyResult> {
    ctx.logFields.resource = type.name;
    const projection = readProjection(type, ctx.query.get("attributes"), ctx.query.get("excludedattributes"));
    const context = contextOf(definition, { session, base: ctx.base, projection });
    const record = await context.store.find(id);
    if (record === undefined) throw ScimError.notFound("document");
    if (!ifMatch(ctx.headers.get("if-match"), record.version)) throw ScimError.version("mismatch");
    if (ifNoneMatch(ctx.headers.get("if-none-match"), record.version)) {
      const headers = { ETag: etagOf(record.version), Location: locationOf(context, id) };
      return proxyResult(ctx, { status: 304, headers });
    }
    return resourceAnswer(ctx, context, 200, record);
  }

  return scimHandler(endpoint, { operation, wanted: () => [], answer });
}
