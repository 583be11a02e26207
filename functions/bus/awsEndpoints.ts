/** By the prefix of a region's name, longer prefixes first. Source: the SDK's `partitions.json`, `dnsSuffix` and `dualStackDnsSuffix`. */
const SUFFIXES = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
] as const;
const USUAL = ["", "amazonaws.com", "api.aws"] as const;

/** The DNS suffix of AWS's endpoints in the partition of a region; `amazonaws.com` for unknown regions. */
export function dnsSuffixOf(region: string): string {
  return suffixesOf(region)[1];
}

function suffixesOf(region: string): readonly [beginning: string, usual: string, dualStack: string] {
  return SUFFIXES.find(([beginning]) => region.startsWith(beginning)) ?? USUAL;
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
  const [, suffix, dualStackSuffix] = suffixesOf(region);
  // Dual-stack endpoints also answer by IPv6.
  return `https://dynamodb${isUsual ? "" : "-fips"}.${region}.${isDualStack ? dualStackSuffix : suffix}`;
}
