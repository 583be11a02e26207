import { dnsSuffixOf, dualStackSuffixOf } from "./signedCall.ts";

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
