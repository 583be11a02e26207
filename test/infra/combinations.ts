import { DOMAIN } from "./synthesis.ts";

const ZONE = { hostedZoneId: "Z0123456789" };
const TABLE_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/restored";
const BUS_ARN = "arn:aws:events:eu-central-1:123456789012:event-bus/of-the-house";
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
  domain: { ...DOMAIN, ...ZONE },
  closeDefaultEndpoint: true,
  applicationKeys: true,
  webhooks: true,
  roles: true,
  canary: { minutes: 10 },
  portal: { origins: ["https://app.example.com"], rules: ["teamNameMaxLength", "adoption"] },
  reservedConcurrency: {
    directory: 100,
    bulk: 50,
    events: 10,
    sweep: 5,
    tokensReport: 1,
    webhooks: 10,
    journal: 5,
    canary: 1,
  },
  throttle: { rate: 50, burst: 60 },
  functionThrottle: { bulk: { rate: 90, burst: 40 }, oauth: { rate: 9, burst: 9 } },
  requestBudget: { rate: 200, burst: 2000 },
  massChange: { percent: 30, atLeast: 20 },
  logRetentionDays: 365,
  adoption: true,
  federationHosts: ["login.microsoftonline.us"],
  memorySize: { users: 1024, journal: 256 },
  maxReadRequestUnits: 40_000,
  maxWriteRequestUnits: 20_000,
  warmThroughput: { reads: 30_000, writes: 15_000 },
  compression: true,
  tracing: true,
};

/** What every judge of templates looks at: CDK's rules, cdk-nag and cfn-lint. Their names are file names too. */
export const COMBINATIONS: readonly (readonly [name: string, settings: object])[] = [
  ["no settings", {}],
  ["every option", EVERYTHING],
  ["every option, the table apart", { ...EVERYTHING, split: true }],
  ["the table apart", { stackName: "Other-1", split: true }],
  ["application keys", { applicationKeys: true }],
  ["webhooks and roles", { webhooks: true, roles: true }],
  ["the portal", { portal: true }],
  ["dev, the table apart", { stage: "dev", split: true }],
  ["dev, with the SDK", { stage: "dev", tableClient: "sdk" }],
  ["dashboard and alarms, nobody to tell", { observability: true }],
  [
    "dashboard, alarms and the canary, an address",
    { observability: true, alarmEmail: "on-call@example.com", canary: true },
  ],
  ["a restored table", { tableStreamArn: `${TABLE_ARN}/stream/2026-01-02T03:04:05.678`, observability: true }],
  [
    "a restored table, a given key",
    { tableStreamArn: `${TABLE_ARN}/stream/2026-01-02T03:04:05.678`, customerKey: KEY_ARN },
  ],
  [
    "a key, a bus, a domain without zone and a limit from elsewhere",
    {
      customerKey: KEY_ARN,
      eventBusArn: BUS_ARN,
      domain: DOMAIN,
      waf: { requestsPerMinute: 3000 },
      apiGatewayAccountRole: "existing",
    },
  ],
  [
    "an address in front, no budget",
    {
      stage: "staging",
      publicUrl: "https://provisioning.example.com:8443/rollcall",
      requestBudget: false,
      events: { retentionDays: 400, values: false },
    },
  ],
];
