import { printedCommand } from "../rollcall/printedCommand.ts";

/**
 * Errors that API Gateway answers itself. The GatewayResponses of the deployed stack have the same statuses
 * (`lib/gatewayErrors.ts`).
 */
export type GatewayRefusal =
  | "badRequest"
  | "forbidden"
  | "signatureForm"
  | "accessKey"
  | "signatureTime"
  | "signature"
  | "otherHost"
  | "webPage"
  | "noSuchRoute"
  | "requestTimeout"
  | "tooLarge"
  | "headersTooLarge"
  | "integrationFailure"
  | "integrationTimeout";

interface RefusalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Seconds; Okta accepts only an integer. */
const RETRY_AFTER = { "Retry-After": "2" };

// The answer goes to strangers: it does not name the data folder.
const ENV = `\`${printedCommand(undefined, "app env")}\` prints them: give it the --data that the server has.`;

const REFUSALS: Readonly<Record<GatewayRefusal, { status: number; detail: string; headers?: Record<string, string> }>> =
  {
    badRequest: {
      status: 400,
      detail:
        "The request is not valid HTTP. It needs one Host header, and spaces and percent signs in the URL must be percent-encoded.",
    },
    forbidden: {
      status: 403,
      detail: `This API takes only requests that are signed with AWS credentials (SigV4, service execute-api). ${ENV}`,
    },
    signatureForm: {
      status: 403,
      detail:
        "The signature has a form that is not taken here. Sign in the Authorization header for the service execute-api, without a session token. Sign host, x-amz-date and every other x-amz- header, and the hash of the body.",
    },
    accessKey: {
      status: 403,
      detail: `The request is signed with other credentials than those of this server. ${ENV}`,
    },
    signatureTime: {
      status: 403,
      detail: "The request was not signed within the last five minutes: look at the clock, and sign each request anew.",
    },
    signature: {
      status: 403,
      detail: `The signature does not belong to this request: something in it was changed after it was signed, or its secret access key is not this server's. ${ENV}`,
    },
    otherHost: {
      status: 421,
      detail: "The local server takes calls of this API only at 127.0.0.1, localhost and [::1], with its own port.",
    },
    webPage: {
      status: 403,
      detail: "This API takes no requests of web pages. Call it from your application's server.",
    },
    noSuchRoute: { status: 404, detail: "No such SCIM endpoint. The Tenant URL has the form /scim/v2/{organization}." },
    requestTimeout: { status: 408, detail: "The request did not arrive in time. Send it again." },
    tooLarge: { status: 413, detail: "The request is too large. Send fewer members or values in one request." },
    headersTooLarge: { status: 431, detail: "The URL and headers of the request are too large." },
    integrationFailure: {
      status: 503,
      detail: "The service failed to answer. Send the request again.",
      headers: RETRY_AFTER,
    },
    integrationTimeout: {
      status: 503,
      detail: "The request took too long. Send it again: what was done stays done.",
      headers: RETRY_AFTER,
    },
  };

/** A SCIM error (RFC 7644 section 3.12) as a gateway response. */
export function gatewayError(refusal: GatewayRefusal, gatewayId: string): RefusalAnswer {
  const { status, detail, headers } = REFUSALS[refusal];
  return {
    status,
    headers: { "Content-Type": "application/scim+json", ...headers },
    body: JSON.stringify({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
      detail: `${detail} (ref: ${gatewayId})`,
    }),
  };
}
