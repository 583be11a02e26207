import { describe, expect, test } from "@jest/globals";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { DOMAIN, synthesiseByRules } from "./synthesis.ts";

const TABLE_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/restored";
const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000";

/** Together they have every option, and most without the others. */
const WATCHED = {
  observability: true,
  alarmEmail: "on-call@example.com",
  alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:on-call",
  runbookUrl: "https://git.example.com/ops/RUNBOOK.md",
};
const EVERYTHING = {
  ...WATCHED,
  waf: true,
  customerKey: true,
  domain: { ...DOMAIN, hostedZoneId: "Z0123456789" },
  closeDefaultEndpoint: true,
  applicationKeys: true,
  webhooks: true,
  portal: { origins: ["https://app.example.com"], rules: ["teamNameMaxLength", "adoption"] },
  reservedConcurrency: { directory: 100, bulk: 50, events: 10, sweep: 5, tokensReport: 1, webhooks: 10, journal: 5 },
  throttle: { rate: 50, burst: 60 },
  functionThrottle: { bulk: { rate: 90, burst: 40 }, oauth: { rate: 9, burst: 9 } },
  requestBudget: { rate: 200, burst: 2000 },
  massChange: { percent: 30, atLeast: 20 },
  logRetentionDays: 365,
  adoption: true,
};

describe("CDK's rules for templates find nothing that CloudFormation would not take", () => {
  test.each([
    ["no settings", {}],
    ["every option", EVERYTHING],
    ["every option, with the table apart", { ...EVERYTHING, split: true }],
    ["the table apart", { stackName: "Other-1", split: true }],
    ["the stage dev, with the table apart", { stage: "dev", split: true }],
    ["the stage dev", { stage: "dev" }],
    ["dashboard and alarms alone", { observability: true }],
    ["a restored table", { tableStreamArn: `${TABLE_ARN}/stream/2026-01-02T03:04:05.678`, observability: true }],
    [
      "a key, a domain and a limit from elsewhere",
      { customerKey: KEY_ARN, domain: DOMAIN, waf: { requestsPerMinute: 3000 }, apiGatewayAccountRole: "existing" },
    ],
    ["an address in front of it", { stage: "staging", publicUrl: "https://provisioning.example.com:8443/rollcall" }],
  ])("%s", (_case, settings) => {
    expect(Object.keys(synthesiseByRules(settings).toJSON().Resources).length).toBeGreaterThan(50);
  });

  test("and find what is wrong: a property that has no such value", () => {
    const careless = () =>
      synthesiseByRules({}, (stack) => new CfnBucket(stack, "Careless", { accessControl: "EverybodyOnEarth" }));
    expect(careless).toThrow(/Careless/);
  });
});
