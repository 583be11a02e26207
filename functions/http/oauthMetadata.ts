import type { APIGatewayProxyResult } from "aws-lambda";
import type { RequestContext } from "./requestContext.ts";

/** RFC 8414 section 3.1: it precedes the path of the issuer, which is the Tenant URL. */
const WELL_KNOWN = "/.well-known/oauth-authorization-server";

export function isMetadataRequest({ path }: Pick<RequestContext, "path">): boolean {
  return path.startsWith(`${WELL_KNOWN}/`);
}

/**
 * Metadata of RFC 8414 section 2, the same for every login name, existing or not. Clients find it where nothing precedes
 * `/scim/v2` in the Tenant URL's path: API Gateway's own address has its stage there.
 */
export function metadataAnswer(ctx: RequestContext): APIGatewayProxyResult {
  if (ctx.method !== "GET") return { statusCode: 405, headers: { Allow: "GET" }, body: "" };
  const issuer = ctx.base.replace(WELL_KNOWN, "");
  const document = {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    grant_types_supported: ["client_credentials"],
    // RFC 8414 requires this field. There is no authorization endpoint.
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["RS256", "ES256"],
    scopes_supported: ["scim", "scim.readwrite"],
  };
  return {
    statusCode: 200,
    headers: { "Content-Type": "application/json", "Cache-Control": "max-age=3600" },
    body: JSON.stringify(document),
  };
}
