import { resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from "../scim/discovery.ts";
import { ScimError } from "../scim/error.ts";
import { type JsonObject, own } from "../scim/json.ts";
import { listResponse } from "../scim/render.ts";
import type { ResourceType, SchemaRules } from "../scim/schema.ts";
import type { Answer } from "./answer.ts";
import type { Admission } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** A resource type, in which the rules of an org show. */
type TypeUnderRules = (rules: SchemaRules) => ResourceType;

/** Discovery (RFC 7644 section 4), and a SCIM-shaped answer to every path that no other function serves. */
export function discoveryHandler(endpoint: Endpoint, types: readonly TypeUnderRules[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation,
    wanted: () => [],
    checksToken,
    answer: (exchange) => answer(exchange, types),
  });
}

/**
 * Without a token, the service provider configuration is one document, the same for every org name, existing or not;
 * and a path outside every tenant URL has no org whose token could be asked for.
 */
function checksToken(exchange: Exchange): ReturnType<Admission["checksToken"]> {
  if (isOutside(exchange)) return "never";
  return exchange.method === "GET" && isServiceProviderConfig(exchange) ? "whenPresent" : "always";
}

async function answer(exchange: Exchange, types: readonly TypeUnderRules[]): Promise<Answer> {
  if (isOutside(exchange)) throw outside(exchange);
  if (exchange.session === undefined) {
    assertRead(exchange);
    return document(serviceProviderConfig(undefined));
  }
  const session = sessionOf(exchange);
  const [endpoint, name, ...beyond] = exchange.segments;
  const ownTypes = () => types.map((type) => type(session.rules));
  if (beyond.length > 0 || (endpoint === "oauth" && name !== "token")) throw notOnThisPath();
  switch (endpoint) {
    case "ServiceProviderConfig":
      if (name !== undefined) throw notOnThisPath();
      assertRead(exchange);
      return document(serviceProviderConfig(exchange.base));
    case "ResourceTypes":
      assertRead(exchange);
      return documents(resourceTypeDocuments(exchange.base, ownTypes()), name);
    case "Schemas":
      assertRead(exchange);
      return documents(schemaDocuments(exchange.base, ownTypes()), name);
    case "Me":
      throw ScimError.notImplemented("me");
    case "oauth":
      // It has a function of its own, with rights that no other has; here it only arrives as …/acme//oauth/token.
      throw ScimError.notFound("doubleSlash");
    default:
      throw notOnThisPath();
  }
}

const OPERATIONS = {
  ServiceProviderConfig: "discovery.config",
  ResourceTypes: "discovery.resourceTypes",
  Schemas: "discovery.schemas",
  Me: "discovery.me",
};

/** `discovery.none`: a path that nobody serves. */
function operation({ segments: [endpoint = ""] }: Exchange): string {
  return own(OPERATIONS, endpoint) ?? "discovery.none";
}

function isOutside(exchange: Exchange): boolean {
  return exchange.orgName === "";
}

function outside(exchange: Exchange): ScimError {
  if (/^\/scim\/v\d+(\/|$)/.test(exchange.path) && !/^\/scim\/v2(\/|$)/.test(exchange.path)) {
    return ScimError.invalidVers();
  }
  return ScimError.notFound("tenantUrl");
}

function isServiceProviderConfig(exchange: Exchange): boolean {
  return exchange.segments.length === 1 && exchange.segments[0] === "ServiceProviderConfig";
}

/** RFC 7644 section 4: a filter is refused here, paging and projection are ignored. */
function assertRead(exchange: Exchange): void {
  if (exchange.method !== "GET") throw methodNotAllowed(["GET"]);
  if (exchange.query("filter") !== undefined) {
    throw ScimError.forbidden("discovery.filter");
  }
}

function document(json: JsonObject): Answer {
  return { status: 200, body: JSON.stringify(json) };
}

/** All of them as a list, or the one whose id is `name`. */
function documents(all: readonly JsonObject[], name: string | undefined): Answer {
  if (name === undefined) {
    const texts = all.map((json) => JSON.stringify(json));
    return { status: 200, body: listResponse(texts, texts.length, 1) };
  }
  const one = all.find((json) => json.id === name);
  if (one === undefined) throw ScimError.notFound("document");
  return document(one);
}
