import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { AwsV4Signer } from "aws4fetch";
import type { Answer, RawRequest } from "../../support/wire.ts";
import type { LiveStack } from "../liveStack.ts";
import { functionNames } from "./deployed.ts";
import { unhurried } from "./patience.ts";

/** A request that only API Gateway can answer. */
export interface Provocation {
  readonly says: string;
  /** Types that AWS may as well choose: which one it does is documented nowhere. */
  readonly orElse?: readonly string[];
  provoke(stack: LiveStack): Promise<Answer>;
}

/** How a type of gateway error is provoked from outside, or why it cannot be. */
export type Probe =
  | {
      readonly provocations: readonly Provocation[];
      /** The emulator answers so as well. */
      readonly emulated?: boolean;
    }
  | { readonly notShown: string };

const ADMIN = "/admin/v1/orgs";
const DIRECTORY = "/directory/v1/orgs/acme/users";

/** More than the 10 MB of API Gateway. */
const TOO_LARGE = 10 * 1024 * 1024 + 1;
/** Less than that, and more than the 6 MB that Lambda takes. */
const TOO_LARGE_FOR_LAMBDA = 8 * 1024 * 1024;

/**
 * By response type, as AWS names them in the API Gateway Developer Guide, "Gateway response types". A type of
 * lib/gatewayErrors.ts that is missing here is reported as not shown. All in all 10 requests, two of them of 10 MB and 8 MB.
 */
export const PROBES: Readonly<Record<string, Probe>> = {
  MISSING_AUTHENTICATION_TOKEN: {
    emulated: true,
    provocations: [
      plain("GET / of the stage, which no route has", "GET", "/"),
      plain("PUT / of the stage", "PUT", "/"),
      plain("an unsigned request to the administration", "GET", ADMIN),
      plain("an unsigned request to the directory", "GET", DIRECTORY),
    ],
  },
  INVALID_SIGNATURE: {
    provocations: [
      { says: "the administration, signed with a wrong secret", provoke: (stack) => wronglySigned(stack, ADMIN) },
      { says: "the directory, signed with a wrong secret", provoke: (stack) => wronglySigned(stack, DIRECTORY) },
    ],
  },
  DEFAULT_4XX: {
    // An Authorization header that is no SigV4: what API Gateway misses in it has no type of its own.
    provocations: [
      {
        ...plain("the administration with a bearer token", "GET", ADMIN, { Authorization: "Bearer made-up" }),
        orElse: ["MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "ACCESS_DENIED"],
      },
    ],
  },
  REQUEST_TOO_LARGE: {
    provocations: [
      { says: "10 MB and one byte", provoke: (stack) => body(stack, TOO_LARGE) },
      { says: "8 MB, too large for Lambda only", provoke: (stack) => body(stack, TOO_LARGE_FOR_LAMBDA) },
    ],
  },
  INTEGRATION_FAILURE: {
    provocations: [
      {
        says: "a function that Lambda does not start",
        orElse: ["THROTTLED", "API_CONFIGURATION_ERROR", "DEFAULT_5XX"],
        provoke: withoutFunction,
      },
    ],
  },
  // The rest. Each says what it would take.
  RESOURCE_NOT_FOUND: { notShown: "every path below the root has a route" },
  UNAUTHORIZED: { notShown: "only a custom or Cognito authorizer leads to it, and the API has none" },
  ACCESS_DENIED: { notShown: "it takes a second AWS identity, one that may not invoke the API" },
  EXPIRED_TOKEN: { notShown: "it takes temporary credentials of at least 15 minutes ago" },
  INVALID_API_KEY: { notShown: "no route asks for an API key" },
  AUTHORIZER_FAILURE: { notShown: "the API has no authorizer" },
  AUTHORIZER_CONFIGURATION_ERROR: { notShown: "the API has no authorizer" },
  API_CONFIGURATION_ERROR: { notShown: "the API is configured right" },
  BAD_REQUEST_BODY: { notShown: "the API has no request validator" },
  BAD_REQUEST_PARAMETERS: { notShown: "the API has no request validator" },
  UNSUPPORTED_MEDIA_TYPE: { notShown: "a proxy integration takes every media type" },
  THROTTLED: { notShown: "it takes more than 2,000 requests a second" },
  QUOTA_EXCEEDED: { notShown: "the API has no usage plan" },
  WAF_FILTERED: { notShown: "the stack was deployed without a firewall" },
  INTEGRATION_TIMEOUT: { notShown: "the functions give up a second before API Gateway does" },
  DEFAULT_5XX: { notShown: "every 5xx type that AWS documents has an entry of its own" },
};

function plain(
  says: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Provocation {
  const request: RawRequest = { method, target, headers, body: undefined };
  return { says, provoke: ({ target: api }) => api.transport(request) };
}

/** The access key exists, so that the signature is what is wrong. */
async function wronglySigned({ region, target }: LiveStack, path: string): Promise<Answer> {
  const { accessKeyId, sessionToken } = await defaultProvider()();
  const signed = await new AwsV4Signer({
    method: "GET",
    url: target.base + path,
    service: "execute-api",
    region,
    accessKeyId,
    sessionToken,
    secretAccessKey: "not the secret of this access key",
  }).sign();
  return target.transport({
    method: "GET",
    target: path,
    headers: Object.fromEntries(signed.headers),
    body: undefined,
  });
}

function body({ target }: LiveStack, bytes: number): Promise<Answer> {
  const headers = { "Content-Type": "application/scim+json", Authorization: "Bearer none" };
  return target.transport({ method: "POST", target: "/scim/v2/acme/Users", headers, body: Buffer.alloc(bytes, " ") });
}

/**
 * With no concurrency reserved for it the function is never started, and API Gateway has to answer alone. Only `bulk`, only
 * for this one request: two calls of Lambda around it.
 * Source: AWS Lambda Developer Guide, "Configuring reserved concurrency": 0 throttles a function.
 */
async function withoutFunction({ aws, resources, target }: LiveStack): Promise<Answer> {
  const bulk = functionNames(resources).find(({ name }) => name === "bulk");
  if (bulk === undefined) throw new Error("the stack has no function bulk");
  const path = `/2017-10-31/functions/${encodeURIComponent(bulk.functionName)}/concurrency`;
  await aws.rest("lambda", "PUT", path, { ReservedConcurrentExecutions: 0 });
  try {
    return await target.transport({ method: "POST", target: "/scim/v2/acme/Bulk", headers: {}, body: "{}" });
  } finally {
    await unhurried(() => aws.rest("lambda", "DELETE", path));
  }
}
