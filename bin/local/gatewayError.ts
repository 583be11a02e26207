import { printedCommand } from "../rollcall/printedCommand.ts";

/** What API Gateway answers by itself. The deployed stack's GatewayResponses give the same statuses (`lib/gatewayErrors.ts`). */
export type GatewayRefusal =
  | "badRequest"
  | "forbidden"
  | "noSuchRoute"
  | "requestTimeout"
  | "tooLarge"
  | "headersTooLarge"
  | "integrationFailure"
  | "integrationTimeout";

export interface RefusalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Seconds; Okta honours nothing but an integer. */
const RETRY_AFTER = { "Retry-After": "2" };

const REFUSALS: Readonly<Record<GatewayRefusal, { status: number; detail: string; headers?: Record<string, string> }>> =
  {
    badRequest: {
      status: 400,
      detail: "The request line is not valid HTTP. Spaces and percent signs in the URL must be percent-encoded.",
    },
    forbidden: {
      status: 403,
      detail: `The admin API takes only signed AWS requests. The local server takes only requests of the command line. Use: ${printedCommand(undefined, "--help")}`,
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
      detail: "The request took too long. Send it again: what was done so far counts.",
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
