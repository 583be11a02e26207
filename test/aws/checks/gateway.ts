import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { AwsV4Signer } from "aws4fetch";
import { GATEWAY_ERRORS, type GatewayError, type GatewayResponseType } from "../../../lib/gatewayErrors.ts";
import { same, scimError } from "../../deploy/smoke.ts";
import { type Answer, at, type RawRequest } from "../../support/wire.ts";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";
import { functionNames, unhurried } from "./asking.ts";

/** A request that only API Gateway can answer. */
interface Provocation {
  readonly says: string;
  /** Types that AWS may as well choose: which one it does is documented nowhere. */
  readonly orElse?: readonly string[];
  provoke(stack: LiveStack): Promise<Answer>;
}

/** How a type of gateway error is provoked from outside. */
interface Probe {
  readonly provocations: readonly Provocation[];
  /** The emulator answers so as well. */
  readonly emulated?: boolean;
}

const ADMIN = "/admin/v1/orgs";
const DIRECTORY = "/directory/v1/orgs/acme/users";

/** More than the 10 MB of API Gateway. */
const TOO_LARGE = 10 * 1024 * 1024 + 1;
/** Less than that, and more than the 6 MB that Lambda takes. */
const TOO_LARGE_FOR_LAMBDA = 8 * 1024 * 1024;

/** By response type, as the API Gateway Developer Guide names them. All in all 10 requests, two of them of 10 MB and 8 MB. */
export const PROBES: Readonly<Partial<Record<GatewayResponseType, Probe>>> = {
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
};

/** What it would take to provoke each of the others. */
export const NOT_SHOWN: Readonly<Partial<Record<GatewayResponseType, string>>> = {
  RESOURCE_NOT_FOUND: "every path below the root has a route",
  UNAUTHORIZED: "only a custom or Cognito authorizer leads to it, and the API has none",
  ACCESS_DENIED: "it takes a second AWS identity, one that may not invoke the API",
  EXPIRED_TOKEN: "it takes temporary credentials of at least 15 minutes ago",
  INVALID_API_KEY: "no route asks for an API key",
  AUTHORIZER_FAILURE: "the API has no authorizer",
  AUTHORIZER_CONFIGURATION_ERROR: "the API has no authorizer",
  API_CONFIGURATION_ERROR: "the API is configured right",
  BAD_REQUEST_BODY: "the API has no request validator",
  BAD_REQUEST_PARAMETERS: "the API has no request validator",
  UNSUPPORTED_MEDIA_TYPE: "a proxy integration takes every media type",
  THROTTLED: "it takes more than 2,000 requests a second",
  QUOTA_EXCEEDED: "the API has no usage plan",
  WAF_FILTERED: "the stack was deployed without a firewall",
  INTEGRATION_TIMEOUT: "the functions give up a second before API Gateway does",
  DEFAULT_5XX: "every 5xx type that AWS documents has an entry of its own",
};

/**
 * One check for each error that API Gateway makes itself (lib/gatewayErrors.ts, ADR 0006), so that one that cannot be
 * provoked is named.
 */
export const gatewayBodies: readonly LiveCheck[] = GATEWAY_ERRORS.map((error) => {
  const { type } = error;
  return { name: `API Gateway's own ${type} is the SCIM error we wrote`, run: (stack) => provoked(stack, error) };
});

async function provoked(stack: LiveStack, error: GatewayError): Promise<Finding> {
  const probe = PROBES[error.type];
  if (probe === undefined) {
    return { differences: [], notShown: NOT_SHOWN[error.type] ?? "nobody has written how to provoke it" };
  }
  if (stack.emulated && probe.emulated !== true) {
    return { differences: [], notShown: "this is an emulator: it forwards what API Gateway would refuse" };
  }
  const differences: string[] = [];
  const notes: string[] = [];
  for (const { orElse = [], provoke, says } of probe.provocations) {
    const answer = await provoke(stack).catch((cause: unknown) => `${says}: no answer came: ${String(cause)}`);
    if (typeof answer === "string") {
      differences.push(answer);
      continue;
    }
    const other = GATEWAY_ERRORS.find((one) => orElse.includes(one.type) && isOf(one, answer));
    if (other !== undefined) notes.push(`${says} led to our text for ${other.type}, ${other.status}`);
    differences.push(...judged(says, other ?? error, answer));
  }
  return { differences, notes };
}

/** What differs from the entry; where the answer is another entry's, its name, since that is what has to be looked at. */
function judged(says: string, error: GatewayError, answer: Answer): string[] {
  if (isOf(error, answer)) return [...scimError(says, answer), ...headerFaults(says, error, answer)];
  const others = GATEWAY_ERRORS.filter((one) => isOf(one, answer)).map(({ type }) => type);
  const what =
    others.length === 0
      ? `${answer.status} ${answer.headers["content-type"] ?? "without media type"}: ${answer.text.slice(0, 300)}`
      : `our text for ${others.join(" or ")}, ${answer.status}`;
  return [`${says}: our text for ${error.type}, ${error.status}, was due; it came as ${what}`];
}

/** By its text and status; several types share both. */
function isOf(error: GatewayError, answer: Answer): boolean {
  const detail = String(at(answer.json, "detail")).replace(/ \(ref: [^)]*\)$/, "");
  return detail === `${error.detail}.` && String(answer.status) === error.status;
}

function headerFaults(says: string, { headers = {} }: GatewayError, answer: Answer): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    same(`${says}, ${name}`, answer.headers[name.toLowerCase()], value),
  );
}

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
