import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { awsEndpoint } from "../../bin/rollcall/aws/signedHttp.ts";

test.each([
  ["logs", "eu-central-1", "https://logs.eu-central-1.amazonaws.com", "eu-central-1"],
  ["lambda", "us-gov-west-1", "https://lambda.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["lambda", "us-iso-east-1", "https://lambda.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  ["lambda", "eusc-de-east-1", "https://lambda.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
  ["lambda", "cn-north-1", "https://lambda.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["iam", "eu-central-1", "https://iam.amazonaws.com", "us-east-1"],
  ["iam", "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"],
])("%s of %s answers at its endpoint", (service, region, url, signed) => {
  expect(awsEndpoint(service, region, {})).toEqual({ url, region: signed });
});

test("a service's own address wins over the one for all, and both over AWS", () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1/", AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "http://127.0.0.1:2" };
  expect(awsEndpoint("logs", "eu-central-1", env).url).toBe("http://127.0.0.1:2");
  expect(awsEndpoint("iam", "eu-central-1", env)).toEqual({ url: "http://127.0.0.1:1", region: "eu-central-1" });
});

test("an empty address is absent, as for AWS", () => {
  const env = { AWS_ENDPOINT_URL: "", AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "" };
  expect(awsEndpoint("logs", "eu-central-1", env)).toEqual(awsEndpoint("logs", "eu-central-1", {}));
});

test("no other file puts the name of a partition's hosts together", () => {
  const known = ["functions/bus/awsEndpoints.ts", "bin/rollcall/aws/signedHttp.ts"];
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const naming = ["functions", "bin", "lib"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path}`)
      .filter((path) => path.endsWith(".ts") && !known.includes(path))
      // A principal's name is the same in every partition, except that of CloudWatch Logs.
      .filter((path) => /amazonaws\.com(?!"\))/.test(readFileSync(join(root, path), "utf8"))),
  );
  expect(naming).toEqual([]);
});
