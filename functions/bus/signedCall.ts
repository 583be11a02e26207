import { AwsClient } from "aws4fetch";

/** Who calls, and from where. */
export interface AwsIdentity {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** The JSON of a service is 1.0 but for these. Source: the protocol of each in its API reference. */
const JSON_1_1 = ["kms"];

/**
 * Calls one operation of an AWS service with JSON, by hand: for what a worker needs once in a while, so that no start loads
 * the service's client.
 * @param target as the service's API reference names it, e.g. `AmazonSQS.SendMessage`
 * @param milliseconds that it may take
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

/** By the beginning of a region's name, the longer first. Source: the SDK's `partitions.json`, `dnsSuffix` and `dualStackDnsSuffix`. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["", "amazonaws.com", "api.aws"],
] as const;

/** What the names of AWS's endpoints end in, in the partition of a region; `amazonaws.com` in all other regions. */
export function dnsSuffixOf(region: string): string {
  return suffixesOf(region)[1];
}

/** The same for endpoints that answer by IPv6 as well. */
export function dualStackSuffixOf(region: string): string {
  return suffixesOf(region)[2];
}

function suffixesOf(region: string): (typeof SUFFIXES)[number] {
  const found = SUFFIXES.find(([beginning]) => region.startsWith(beginning));
  if (found === undefined) throw new Error("every name begins with the empty text");
  return found;
}
