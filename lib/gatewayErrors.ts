import type { ResponseType } from "aws-cdk-lib/aws-apigateway";

/** `errorResponseType` of the access log, as the CDK lists them. */
export type GatewayResponseType = Exclude<keyof typeof ResponseType, "prototype" | "of">;

/** An error that API Gateway makes itself, before or instead of a function. */
export interface GatewayError {
  readonly type: GatewayResponseType;
  readonly status: string;
  /** For the person who configures the identity provider; the reference is appended. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const RETRY_AFTER = { "Retry-After": "2" };
const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="rollcall"' };
const NO_SUCH_ENDPOINT =
  "There is no such SCIM endpoint here. The Tenant URL (Okta: base URL) ends in /scim/v2/ and the organization's login name. " +
  "Requests to /admin/v1 must carry an AWS signature (SigV4)";
const NOT_SIGNED = "Requests to /admin/v1 must be signed (SigV4) by an AWS identity that may invoke this API";
const OUR_FAULT =
  "The service could not answer. Nothing is wrong with the request; the identity provider will repeat it";
const BUSY = "The service did not answer in time. The identity provider will repeat the request";

/**
 * Every error that API Gateway can make on this API. The templates are no VTL and have no status variable, so each type states
 * its status. ADR 0006.
 */
export const GATEWAY_ERRORS: readonly GatewayError[] = [
  // API Gateway gives this for unknown paths and for unsigned requests to signed ones.
  { type: "MISSING_AUTHENTICATION_TOKEN", status: "404", detail: NO_SUCH_ENDPOINT },
  { type: "RESOURCE_NOT_FOUND", status: "404", detail: NO_SUCH_ENDPOINT },
  { type: "UNAUTHORIZED", status: "401", detail: NOT_SIGNED, headers: CHALLENGE },
  { type: "ACCESS_DENIED", status: "403", detail: NOT_SIGNED },
  { type: "INVALID_SIGNATURE", status: "403", detail: NOT_SIGNED },
  {
    type: "EXPIRED_TOKEN",
    status: "403",
    detail: "The AWS credentials that signed the request have expired",
  },
  {
    type: "INVALID_API_KEY",
    status: "403",
    detail: "No API key is needed here; remove the x-api-key header",
  },
  { type: "AUTHORIZER_FAILURE", status: "500", detail: OUR_FAULT },
  { type: "AUTHORIZER_CONFIGURATION_ERROR", status: "500", detail: OUR_FAULT },
  { type: "API_CONFIGURATION_ERROR", status: "500", detail: OUR_FAULT },
  { type: "BAD_REQUEST_BODY", status: "400", detail: "The request body cannot be read as JSON" },
  {
    type: "BAD_REQUEST_PARAMETERS",
    status: "400",
    detail: "The query string cannot be read; encode it as RFC 3986 says",
  },
  { type: "UNSUPPORTED_MEDIA_TYPE", status: "415", detail: "Send the body as application/scim+json, uncompressed" },
  {
    type: "REQUEST_TOO_LARGE",
    status: "413",
    detail: "The request is too large: about 5 MB are possible; send fewer members or resources at once",
  },
  {
    type: "THROTTLED",
    status: "429",
    detail: "Too many requests at once; repeat this one after the Retry-After time",
    headers: RETRY_AFTER,
  },
  {
    type: "QUOTA_EXCEEDED",
    status: "429",
    detail: "Too many requests; repeat this one after the Retry-After time",
    headers: RETRY_AFTER,
  },
  {
    type: "WAF_FILTERED",
    status: "403",
    detail: "A firewall rule of this deployment refused the request; its operator can see which one",
  },
  // The default is 504, which some identity providers treat as a lasting fault.
  { type: "INTEGRATION_TIMEOUT", status: "503", detail: BUSY, headers: RETRY_AFTER },
  { type: "INTEGRATION_FAILURE", status: "503", detail: BUSY, headers: RETRY_AFTER },
  {
    type: "DEFAULT_4XX",
    status: "400",
    detail:
      "API Gateway could not accept the request as it was sent. Requests to /admin/v1 must carry a valid AWS signature (SigV4)",
  },
  { type: "DEFAULT_5XX", status: "500", detail: OUR_FAULT },
];

/** RFC 7644 section 3.12, ending in the reference of the access log line. The client can choose `$context.requestId`. */
export function gatewayErrorTemplate(error: GatewayError): string {
  return JSON.stringify({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: error.status,
    detail: `${error.detail}. (ref: $context.extendedRequestId)`,
  });
}
