import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "@jest/globals";
import { dynamoEndpoint } from "../../functions/bus/awsEndpoints.ts";

const REGIONS = [
  "eu-central-1",
  "us-east-1",
  "us-gov-west-1",
  "us-gov-east-1",
  "cn-north-1",
  "cn-northwest-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
  "xx-new-1",
];
const CHOICES = [undefined, "false", "true"];

test.each(REGIONS)("DynamoDB of %s is asked where the SDK asks, by FIPS and dual-stack endpoints too", (region) => {
  const { endpointProvider } = new DynamoDBClient({ region }).config;
  for (const fips of CHOICES) {
    for (const dualStack of CHOICES) {
      const sdk = endpointProvider({ Region: region, UseFIPS: fips === "true", UseDualStack: dualStack === "true" });
      expect(`${dynamoEndpoint({ region, url: undefined, fips, dualStack })}/`).toBe(sdk.url.href);
    }
  }
});

test("an address of one's own wins, and goes with no other choice", () => {
  const own = { region: "eu-central-1", url: "http://127.0.0.1:8000", fips: undefined, dualStack: undefined };
  expect(dynamoEndpoint(own)).toBe(own.url);
  expect(() => dynamoEndpoint({ ...own, fips: "true" })).toThrow("neither a FIPS");
  expect(() => dynamoEndpoint({ ...own, dualStack: "true" })).toThrow("nor a dual-stack");
});
