import type { Sent } from "../../../functions/scim/errors/family.ts";
import { own } from "../../../functions/scim/json.ts";
import type { GatewayResponseType } from "../../../lib/gatewayErrors.ts";
import type { GatewayRefusal } from "../../local/gatewayError.ts";
import type { Remedy } from "./consoles.ts";

type Case = GatewayRefusal | "notTaken" | "throttled" | "firewall" | "configuration" | "stopped";

const ADDRESS = {
  entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org setup ORG --idp entra` prints it.",
  okta: "Provisioning › Integration: correct the SCIM connector base URL; `org setup ORG --idp okta` prints it.",
  elsewhere: "Use the Tenant URL that `org show ORG` prints, and percent-encode what follows it.",
  again: "onceFixed",
} as const;

const NOTHING = "Change nothing in the console.";
const OURS = { entra: NOTHING, okta: NOTHING, again: "byItself" } as const;

/** Answers of API Gateway itself, local or on AWS: no function saw the request. */
export const GATEWAY_REMEDIES: Readonly<Record<Case, Remedy>> = {
  badRequest: { happened: "The request is not valid HTTP, most often in its address or its query.", ...ADDRESS },
  noSuchRoute: { happened: "There is nothing at this address: the Tenant URL is wrong.", ...ADDRESS },
  forbidden: {
    happened: "The administration or directory API was called without a valid signature.",
    ...ADDRESS,
    elsewhere: "Sign the request with AWS credentials that may invoke the API, as the command line does with --stack.",
  },
  signatureForm: {
    happened:
      "The administration or directory API of a local server was called with a signature that it does not take.",
    ...ADDRESS,
    elsewhere: "Sign in the Authorization header, for the service execute-api and without a session token.",
  },
  accessKey: {
    happened: "The administration or directory API of a local server was called with other credentials than its own.",
    ...ADDRESS,
    elsewhere: "Sign with the credentials that `app env` prints. A new data folder has new ones.",
  },
  signatureTime: {
    happened: "The administration or directory API of a local server was called with a signature from another time.",
    ...ADDRESS,
    elsewhere: "Set the clock, and sign each request anew.",
  },
  signature: {
    happened: "A request to the administration or directory API of a local server is not the one that was signed.",
    ...ADDRESS,
    elsewhere:
      "Sign the request as it is sent: method, path, query, headers and body. A proxy on the way may have changed it.",
  },
  otherHost: {
    happened:
      "The administration or directory API of a local server was called under a name that is not this machine's.",
    ...ADDRESS,
    elsewhere: "Call it at 127.0.0.1 or localhost, with the server's port. A tunnel reaches SCIM only.",
  },
  webPage: {
    happened: "A web page called the administration or directory API of a local server.",
    ...ADDRESS,
    elsewhere: "Call it from your application's server, never from a browser.",
  },
  requestTimeout: { happened: "The request did not arrive completely.", ...OURS, elsewhere: "Send it again." },
  tooLarge: {
    happened:
      "The request has more bytes than Lambda (6 MB, with headers and escaped quotes) or API Gateway (10 MB) takes.",
    entra: "Take the group out of the scope and add it again. Its members then come in steps.",
    okta: "Push Groups: unlink the group and push it again. Its members then come in steps.",
    elsewhere: "Send members in several requests.",
    again: "onceFixed",
  },
  headersTooLarge: {
    happened: "Address and headers together are too long.",
    ...ADDRESS,
    elsewhere: "Ask with a shorter filter.",
  },
  integrationFailure: {
    happened: "The function failed, or gave no valid answer.",
    ...OURS,
    elsewhere:
      "The function's log group says why, unless `stop --all` keeps it from starting. Runbook, Gateway errors.",
  },
  integrationTimeout: {
    happened: "The function did not answer in time. What it did until then stays done.",
    ...OURS,
    elsewhere: "Runbook, Slow sync and Throttling.",
  },
  notTaken: {
    happened: "API Gateway refused the request as it was sent; the error says why.",
    ...ADDRESS,
    elsewhere: "Send the request as the error says. A proxy on the way may have changed it.",
  },
  throttled: {
    happened: "All organizations together sent more requests at once than the stage takes.",
    ...OURS,
    elsewhere: "If it lasts, raise throttle in rollcall.json. Runbook, Throttling.",
  },
  firewall: {
    happened: "A rule of the firewall refused the request.",
    ...OURS,
    elsewhere:
      "CloudWatch counts what each rule blocks: BlockedRequests in AWS/WAFV2. Change the rule or the option waf. Requests are not sampled, because they hold tokens.",
    again: "onceFixed",
  },
  configuration: {
    happened:
      "API Gateway could not apply its own settings: somebody changed the API by hand, or a deployment broke off.",
    ...OURS,
    elsewhere: "Deploy again. Runbook, Gateway errors.",
  },
  stopped: {
    happened:
      "API Gateway passed the request to a function, which wrote no log line: it was stopped, or could not log.",
    ...OURS,
    elsewhere: "The function's log group shows platform.report with the status timeout or error. Runbook, Silent log.",
  },
};

/** By type of error: its case and a request that causes it. A type without one does not compile. */
export const GATEWAY_TYPES: Readonly<Record<GatewayResponseType, { readonly refusal: Case; readonly example: Sent }>> =
  {
    MISSING_AUTHENTICATION_TOKEN: { refusal: "noSuchRoute", example: ["GET", "/", undefined, { Authorization: null }] },
    RESOURCE_NOT_FOUND: { refusal: "noSuchRoute", example: ["GET", "/", undefined, { Authorization: null }] },
    UNAUTHORIZED: { refusal: "forbidden", example: ["GET", "/admin/v1/orgs", undefined, { Authorization: null }] },
    ACCESS_DENIED: {
      refusal: "forbidden",
      example: ["GET", "/admin/v1/orgs", undefined, { Authorization: "AWS4-HMAC-SHA256 … of somebody else" }],
    },
    INVALID_SIGNATURE: {
      refusal: "forbidden",
      example: ["GET", "/admin/v1/orgs", undefined, { Authorization: "AWS4-HMAC-SHA256 … of another request" }],
    },
    EXPIRED_TOKEN: {
      refusal: "forbidden",
      example: ["GET", "/admin/v1/orgs", undefined, { Authorization: "AWS4-HMAC-SHA256 … of yesterday's session" }],
    },
    INVALID_API_KEY: { refusal: "notTaken", example: ["GET", "Users", undefined, { "x-api-key": "…" }] },
    AUTHORIZER_FAILURE: { refusal: "configuration", example: ["GET", "Users"] },
    AUTHORIZER_CONFIGURATION_ERROR: { refusal: "configuration", example: ["GET", "Users"] },
    API_CONFIGURATION_ERROR: { refusal: "configuration", example: ["GET", "Users"] },
    BAD_REQUEST_BODY: { refusal: "notTaken", example: ["POST", "Users", "{"] },
    BAD_REQUEST_PARAMETERS: { refusal: "badRequest", example: ["GET", "Users?filter=%zz"] },
    UNSUPPORTED_MEDIA_TYPE: {
      refusal: "notTaken",
      example: ["POST", "Users", "a=b", { "Content-Type": "text/plain" }],
    },
    DEFAULT_4XX: {
      refusal: "badRequest",
      example: ["GET", "/admin/v1/orgs", undefined, { Authorization: "AWS4-HMAC-SHA256" }],
    },
    REQUEST_TOO_LARGE: { refusal: "tooLarge", example: ["POST", "Bulk", () => "x".repeat(10_485_761)] },
    THROTTLED: { refusal: "throttled", example: ["GET", "Users"] },
    QUOTA_EXCEEDED: { refusal: "throttled", example: ["GET", "Users"] },
    WAF_FILTERED: { refusal: "firewall", example: ["GET", "Users"] },
    INTEGRATION_TIMEOUT: { refusal: "integrationTimeout", example: ["GET", "Users"] },
    INTEGRATION_FAILURE: { refusal: "integrationFailure", example: ["GET", "Users"] },
    DEFAULT_5XX: { refusal: "integrationFailure", example: ["GET", "Users"] },
  };

function signedBy(accessKey: string, date = "20260301"): string {
  const scope = `${accessKey}/${date}/local/execute-api/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
}

function signedAt(time: string): Readonly<Record<string, string>> {
  return { Authorization: signedBy("ROLLCALL1EXAMPLE", time.slice(0, 8)), "X-Amz-Date": time };
}

/** Refusals of the local server's gateway, before or instead of a function. */
export const LOCAL_EXAMPLES: Readonly<Record<GatewayRefusal, Sent>> = {
  badRequest: ["GET", "Users?filter=%zz"],
  forbidden: ["GET", "/admin/v1/orgs/acme", undefined, { Authorization: null }],
  signatureForm: [
    "GET",
    "/admin/v1/orgs/acme",
    undefined,
    { Authorization: "AWS4-HMAC-SHA256 Credential=ROLLCALL1EXAMPLE" },
  ],
  accessKey: ["GET", "/admin/v1/orgs/acme", undefined, { Authorization: signedBy("AKIAIOSFODNN7EXAMPLE") }],
  signatureTime: ["GET", "/admin/v1/orgs/acme", undefined, signedAt("20260201T000000Z")],
  signature: ["GET", "/admin/v1/orgs/acme", undefined, signedAt("20260301T000000Z")],
  otherHost: ["GET", "/admin/v1/orgs/acme", undefined, { Authorization: null, Host: "scim.example.com" }],
  webPage: ["GET", "/admin/v1/orgs/acme", undefined, { Authorization: null, Origin: "https://app.example.com" }],
  noSuchRoute: ["GET", "/"],
  requestTimeout: ["GET", "Users"],
  tooLarge: ["POST", "Bulk", () => "x".repeat(10_485_761)],
  headersTooLarge: ["GET", `Users?filter=${"x".repeat(70_000)}`],
  integrationFailure: ["GET", "Users"],
  integrationTimeout: ["GET", "Users"],
};

/** @param type `errorResponseType` of the access log; "-" where a function answered */
export function gatewayRemedy(type: string): Remedy {
  return GATEWAY_REMEDIES[own<(typeof GATEWAY_TYPES)[GatewayResponseType]>(GATEWAY_TYPES, type)?.refusal ?? "stopped"];
}
