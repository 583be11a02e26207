import { AwsClient } from "aws4fetch";

/** Credentials and region of a call. */
export interface AwsIdentity {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** Services with JSON 1.1; the others have 1.0. Source: the protocol in each service's API reference. */
const JSON_1_1 = ["kms"];

/**
 * Calls one operation of an AWS service with JSON, without the service's client: for rare calls of a worker, so that no
 * start loads a client.
 * @param target from the service's API reference, e.g. `AmazonSQS.SendMessage`
 * @param milliseconds limit of the call
 */
export function signedCall(
  identity: AwsIdentity,
  service: string,
  url: string | URL,
  target: string,
  input: object,
  milliseconds = 3_000,
): Promise<Response> {
  return new AwsClient({ ...identity, service, retries: 2 }).fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": `application/x-amz-json-1.${JSON_1_1.includes(service) ? 1 : 0}`,
      "X-Amz-Target": target,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(milliseconds),
  });
}

/** Longer than Lambda needs to queue an event; the caller has other work. */
const WAKING_MS = 1_000;

/**
 * Invokes a function without waiting for its result (Lambda API reference, Invoke, type `Event`).
 * @param endpoint of Lambda
 * @returns whether Lambda accepted it. Never throws: the function's schedule will start it anyway
 */
export async function wakeFunction(endpoint: string, identity: AwsIdentity, name: string): Promise<boolean> {
  try {
    const url = new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, endpoint);
    const response = await new AwsClient({ ...identity, service: "lambda", retries: 1 }).fetch(url, {
      method: "POST",
      headers: { "X-Amz-Invocation-Type": "Event" },
      body: "{}",
      signal: AbortSignal.timeout(WAKING_MS),
    });
    // A connection can only be used again after its answer is read.
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** By the prefix of a region's name, longer prefixes first. Source: the SDK's `partitions.json`, `dnsSuffix` and `dualStackDnsSuffix`. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["", "amazonaws.com", "api.aws"],
] as const;

/** The DNS suffix of AWS's endpoints in the partition of a region; `amazonaws.com` for unknown regions. */
export function dnsSuffixOf(region: string): string {
  return suffixesOf(region)[1];
}

/** The same for dual-stack endpoints, which also answer by IPv6. */
function dualStackSuffixOf(region: string): string {
  return suffixesOf(region)[2];
}

function suffixesOf(region: string): (typeof SUFFIXES)[number] {
  const found = SUFFIXES.find(([beginning]) => region.startsWith(beginning));
  if (found === undefined) throw new Error("every name begins with the empty text");
  return found;
}

/** Environment settings for DynamoDB's address, by the names that all AWS SDKs read ("Endpoints", SDKs and Tools Reference Guide). */
interface EndpointChoice {
  readonly region: string;
  /** AWS_ENDPOINT_URL_DYNAMODB, otherwise AWS_ENDPOINT_URL: an emulator, an interface endpoint. */
  readonly url: string | undefined;
  /** AWS_USE_FIPS_ENDPOINT */
  readonly fips: string | undefined;
  /** AWS_USE_DUALSTACK_ENDPOINT */
  readonly dualStack: string | undefined;
}

/** DynamoDB's address, by the SDK's rules. @throws Error for settings that exclude each other */
export function dynamoEndpoint({ region, url, fips, dualStack }: EndpointChoice): string {
  const [isFips, isDualStack] = [fips === "true", dualStack === "true"];
  if (url !== undefined) {
    if (isFips || isDualStack) throw new Error("an endpoint of one's own is neither a FIPS nor a dual-stack endpoint");
    return url;
  }
  // In GovCloud the usual endpoints are FIPS endpoints.
  const isUsual = !isFips || (region.startsWith("us-gov-") && !isDualStack);
  const suffix = isDualStack ? dualStackSuffixOf(region) : dnsSuffixOf(region);
  return `https://dynamodb${isUsual ? "" : "-fips"}.${region}.${suffix}`;
}
