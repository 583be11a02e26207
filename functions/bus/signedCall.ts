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

/** By the beginning of a region's name, the longer first. Source: the SDK's `partitions.json`, `dnsSuffix`. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov"],
  ["eusc-", "amazonaws.eu"],
] as const;

/** What the names of AWS's endpoints end in, in the partition of a region; `amazonaws.com` in all other regions. */
export function dnsSuffixOf(region: string): string {
  return SUFFIXES.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "amazonaws.com";
}
