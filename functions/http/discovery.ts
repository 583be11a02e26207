import type { APIGatewayProxyResult } from "aws-lambda";
import { PUBLISHED_ENTITLEMENTS, PUBLISHED_ROLES } from "../provisioning/roles/roleTypes.ts";
import { resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from "../scim/discovery.ts";
import { discoveryError, ScimError } from "../scim/error.ts";
import { type JsonObject, own } from "../scim/json.ts";
import { listResponse } from "../scim/render.ts";
import type { ResourceType, SchemaRules } from "../scim/schema.ts";
import type { TokenCheck } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { proxyResult, type RequestContext } from "./requestContext.ts";
import { scimHandler, sessionOf } from "./scimHandler.ts";

/** A resource type under the rules of an org. */
type TypeUnderRules = (rules: SchemaRules) => ResourceType;

/** Discovery (RFC 7644 section 4), and a SCIM-shaped answer to every path that no other function serves. */
export function discoveryHandler(endpoint: Endpoint, types: readonly TypeUnderRules[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation,
    wanted: () => [],
    checksToken,
    answer: (ctx) => answer(ctx, types),
  });
}

/**
 * Without a token, the service provider configuration is the same document for every org name, existing or not.
 * A path outside every Tenant URL has no org, and so no token to check.
 */
function checksToken(ctx: RequestContext): TokenCheck {
  if (isOutside(ctx)) return "never";
  return ctx.method === "GET" && isServiceProviderConfig(ctx) ? "whenPresent" : "always";
}

async function answer(ctx: RequestContext, types: readonly TypeUnderRules[]): Promise<APIGatewayProxyResult> {
  if (isOutside(ctx)) throw outside(ctx);
  if (ctx.session === undefined) {
    assertRead(ctx);
    return document(ctx, serviceProviderConfig(undefined));
  }
  const session = sessionOf(ctx);
  const [endpoint, name, ...beyond] = ctx.segments;
  const hasRoles = session.org.roles !== undefined;
  const ownTypes = () => [...types.map((type) => type(session.rules)), ...(hasRoles ? PUBLISHED_TYPES : [])];
  if (beyond.length > 0 || (endpoint === "oauth" && name !== "token")) throw ScimError.notFound("endpoint");
  switch (endpoint) {
    case "ServiceProviderConfig":
      if (name !== undefined) throw ScimError.notFound("endpoint");
      assertRead(ctx);
      return document(ctx, serviceProviderConfig(ctx.base, hasRoles ? "withRoles" : "withoutRoles"));
    case "ResourceTypes":
      assertRead(ctx);
      return documents(ctx, resourceTypeDocuments(ctx.base, ownTypes()), name);
    case "Schemas":
      assertRead(ctx);
      return documents(ctx, schemaDocuments(ctx.base, ownTypes()), name);
    case "Me":
      throw discoveryError("notImplemented.me", []);
    case "oauth":
      // oauth/token has a function of its own with rights that no other function has. Only …/acme//oauth/token comes here.
      throw discoveryError("notFound.doubleSlash", []);
    default:
      throw ScimError.notFound("endpoint");
  }
}

const PUBLISHED_TYPES = [PUBLISHED_ROLES.type, PUBLISHED_ENTITLEMENTS.type];

const OPERATIONS = {
  ServiceProviderConfig: "discovery.config",
  ResourceTypes: "discovery.resourceTypes",
  Schemas: "discovery.schemas",
  Me: "discovery.me",
};

/** `discovery.none`: a path that no function serves. */
function operation({ segments: [endpoint = ""] }: RequestContext): string {
  return own(OPERATIONS, endpoint) ?? "discovery.none";
}

function isOutside(ctx: RequestContext): boolean {
  return ctx.orgName === "";
}

function outside(ctx: RequestContext): ScimError {
  if (/^\/scim\/v\d+(\/|$)/.test(ctx.path) && !/^\/scim\/v2(\/|$)/.test(ctx.path)) {
    return discoveryError("version.unsupported", []);
  }
  return discoveryError("notFound.tenantUrl", []);
}

function isServiceProviderConfig(ctx: RequestContext): boolean {
  return ctx.segments.length === 1 && ctx.segments[0] === "ServiceProviderConfig";
}

/** RFC 7644 section 4: refuses a filter. Paging and projection are ignored. */
function assertRead(ctx: RequestContext): void {
  if (ctx.method !== "GET") throw ScimError.methodNotAllowed(["GET"]);
  if (ctx.query.has("filter")) throw discoveryError("discovery.filter", []);
}

function document(ctx: RequestContext, json: JsonObject): APIGatewayProxyResult {
  return proxyResult(ctx, { status: 200, body: JSON.stringify(json) });
}

/** All documents as a list, or the document whose id is `name`. */
function documents(ctx: RequestContext, all: readonly JsonObject[], name: string | undefined): APIGatewayProxyResult {
  if (name === undefined) {
    const texts = all.map((json) => JSON.stringify(json));
    return proxyResult(ctx, { status: 200, body: listResponse(texts, texts.length, 1) });
  }
  const one = all.find((json) => json.id === name);
  if (one === undefined) throw ScimError.notFound("document");
  return document(ctx, one);
}
