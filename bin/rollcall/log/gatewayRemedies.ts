import type { GatewayResponseType } from "../../../lib/gatewayErrors.ts";
import type { GatewayRefusal } from "../../local/gatewayError.ts";
import type { Remedy } from "../errors/remedy.ts";

type Case = GatewayRefusal | "notTaken" | "throttled" | "firewall" | "configuration" | "stopped";

const ADDRESS = {
  entra: "Provisioning › Admin Credentials: correct the Tenant URL; `org setup ORG --idp entra` prints it.",
  okta: "Provisioning › Integration: correct the SCIM connector base URL; `org setup ORG --idp okta` prints it.",
  elsewhere: "Use the Tenant URL that `org setup ORG` prints, everything in it percent-encoded.",
  again: "onceMended",
} as const;

const NOTHING = "Nothing has to be changed in the console.";
const OURS = { entra: NOTHING, okta: NOTHING, again: "byItself" } as const;

/** What API Gateway answers by itself, here or on AWS: no function saw the request. */
export const GATEWAY_REMEDIES: Readonly<Record<Case, Remedy>> = {
  badRequest: { happened: "The address or the query of the request is not written as HTTP has it.", ...ADDRESS },
  noSuchRoute: { happened: "There is nothing at this address: the Tenant URL is wrong.", ...ADDRESS },
  forbidden: {
    happened: "The administration or directory API was called without a signature that counts.",
    ...ADDRESS,
    elsewhere: "Sign the request with AWS credentials that may invoke the API, as the command line does with --stack.",
  },
  requestTimeout: { happened: "The request did not arrive as a whole.", ...OURS, elsewhere: "Send it again." },
  tooLarge: {
    happened: "The request has more than 10 MB, which is more than API Gateway takes.",
    entra: "Entra ID sends members in steps: take the group out of the scope and add it again.",
    okta: "Okta sends members in steps: unlink the group and push it again.",
    elsewhere: "Send members in several requests.",
    again: "onceMended",
  },
  headersTooLarge: {
    happened: "Address and headers together are too long.",
    ...ADDRESS,
    elsewhere: "Ask with a shorter filter.",
  },
  integrationFailure: {
    happened: "The function broke, or its answer was none.",
    ...OURS,
    elsewhere:
      "Its log group has the reason at that time, unless `stop --all` keeps it from starting. Runbook, Gateway errors.",
  },
  integrationTimeout: {
    happened: "The function did not answer in time. What it did until then counts.",
    ...OURS,
    elsewhere: "Runbook, Slow sync and Throttling.",
  },
  notTaken: {
    happened: "API Gateway did not take the request as it was sent; the error says what it stumbled over.",
    ...ADDRESS,
    elsewhere: "Send the request as the error says. A proxy on the way may have changed it.",
  },
  throttled: {
    happened: "More requests came at once than the stage takes, from all organizations together.",
    ...OURS,
    elsewhere: "If it lasts, raise throttle in rollcall.json. Runbook, Throttling.",
  },
  firewall: {
    happened: "A rule of the firewall refused the request.",
    ...OURS,
    elsewhere: "Look the request up in the firewall's sampled requests, and change the rule or the option waf.",
    again: "onceMended",
  },
  configuration: {
    happened:
      "API Gateway could not do what its own settings say: somebody changed the API by hand, or a deployment broke off.",
    ...OURS,
    elsewhere: "Deploy again. Runbook, Gateway errors.",
  },
  stopped: {
    happened:
      "API Gateway handed the request to a function, and the function wrote no line of it: it was stopped, or could not log.",
    ...OURS,
    elsewhere: "Its log group shows platform.report with the status timeout or error. Runbook, Silent log.",
  },
};

/** A type of error without a case does not compile. */
export const CASE_OF: Readonly<Record<GatewayResponseType, Case>> = {
  MISSING_AUTHENTICATION_TOKEN: "noSuchRoute",
  RESOURCE_NOT_FOUND: "noSuchRoute",
  UNAUTHORIZED: "forbidden",
  ACCESS_DENIED: "forbidden",
  INVALID_SIGNATURE: "forbidden",
  EXPIRED_TOKEN: "forbidden",
  INVALID_API_KEY: "notTaken",
  AUTHORIZER_FAILURE: "configuration",
  AUTHORIZER_CONFIGURATION_ERROR: "configuration",
  API_CONFIGURATION_ERROR: "configuration",
  BAD_REQUEST_BODY: "notTaken",
  BAD_REQUEST_PARAMETERS: "badRequest",
  UNSUPPORTED_MEDIA_TYPE: "notTaken",
  DEFAULT_4XX: "badRequest",
  REQUEST_TOO_LARGE: "tooLarge",
  THROTTLED: "throttled",
  QUOTA_EXCEEDED: "throttled",
  WAF_FILTERED: "firewall",
  INTEGRATION_TIMEOUT: "integrationTimeout",
  INTEGRATION_FAILURE: "integrationFailure",
  DEFAULT_5XX: "integrationFailure",
};

/** @param type `errorResponseType` of the access log; "-" where a function answered */
export function gatewayRemedy(type: string): Remedy {
  return GATEWAY_REMEDIES[Object.entries(CASE_OF).find(([name]) => name === type)?.[1] ?? "stopped"];
}
