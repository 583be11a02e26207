import type { APIGatewayProxyResult } from "aws-lambda";
import type { RequestContext } from "./requestContext.ts";

/** RFC 8414 section 3.1: it stands between the host and the path of the issuer, which is the Tenant URL. */
const WELL_KNOWN = "/.well-known/oauth-authorization-server";

export function isMetadataRequest({ path }: Pick<RequestContext, "path">): boolean {
  return path.startsWith(`${WELL_KNOWN}/`);
}

/**
 * RFC 8414 section 2: what a client finds out by itself. The same document for every login name, existing or not. It is found
 * where the Tenant URL has nothing before `/scim/v2`: an address of API Gateway's own has its stage there.
 */
export function metadataAnswer(ctx: RequestContext): APIGatewayProxyResult {
  if (ctx.method !== "GET") return { statusCode: 405, headers: { Allow: "GET" }, body: "" };
  const issuer = ctx.base.replace(WELL_KNOWN, "");
  const document = {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    grant_types_supported: ["client_credentials"],
    // Required; there is no authorization endpoint.
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
