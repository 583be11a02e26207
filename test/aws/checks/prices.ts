import type { StackResource } from "../liveStack.ts";

/**
 * List prices of us-east-1 in dollars, as the AWS price pages had them in September 2026, without free tiers. Another region
 * costs up to half as much again.
 */
export const PRICES = {
  /** API Gateway pricing: REST API, the first 333 million of a month. */
  apiRequest: 3.5 / 1e6,
  /** AWS Lambda pricing: arm64, the first 7.5 billion GB-seconds of a month. */
  gbSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  /** Amazon DynamoDB pricing: on-demand capacity, standard table class. */
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  /** Amazon CloudWatch pricing: vended Lambda logs and custom logs alike, the first tier. */
  logByte: 0.5 / 2 ** 30,
  /** Amazon EventBridge pricing: custom events. */
  event: 1 / 1e6,
} as const;

/** What was used by a number of requests. */
export interface Usage {
  readonly requests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly logBytes: number;
  readonly events: number;
}

/** Dollars for a million requests of the same mix, by what they are paid for. */
export function perMillion(usage: Usage): { readonly [item: string]: number } {
  const items = {
    "API Gateway": usage.requests * PRICES.apiRequest,
    DynamoDB: usage.readUnits * PRICES.readUnit + usage.writeUnits * PRICES.writeUnit,
    Lambda: usage.invocations * PRICES.invocation + usage.gbSeconds * PRICES.gbSecond,
    logs: usage.logBytes * PRICES.logByte,
    events: usage.events * PRICES.event,
  };
  const scaled = Object.entries(items).map(([item, dollars]): [string, number] => [
    item,
    (dollars / usage.requests) * 1e6,
  ]);
  return { ...Object.fromEntries(scaled), total: scaled.reduce((sum, [, dollars]) => sum + dollars, 0) };
}

/** A month of what is paid for while nothing happens. Each is an option of the settings, with its price in lib/docs/settings.md. */
const MONTHLY: Readonly<Record<string, number>> = {
  "AWS::CloudWatch::Alarm": 0.1,
  "AWS::CloudWatch::Dashboard": 3,
  "AWS::KMS::Key": 1,
  // Its rules included.
  "AWS::WAFv2::WebACL": 7,
};

/** Paid for by use only; the scheduled visits of the sweep and the daily report come to about a cent (ADR 0023, lib/docs/operate.md). */
const BY_USE =
  /^AWS::(ApiGateway::\w+|CDK::Metadata|CloudWatch::InsightRule|DynamoDB::GlobalTable|Events::(EventBus|Rule)|IAM::(Role|Policy)|KMS::Alias|Lambda::(Function|Permission|EventSourceMapping)|Logs::\w+|Route53::RecordSet|SNS::(Topic|Subscription|TopicPolicy)|SQS::(Queue|QueuePolicy)|WAFv2::WebACLAssociation)$/;

/** Dollars a month of a stack without requests, and types of resources whose price nobody has looked up. */
export function idleCost(resources: readonly StackResource[]): {
  readonly dollars: number;
  readonly unknown: readonly string[];
} {
  const types = resources.map(({ type }) => type);
  return {
    dollars: types.reduce((sum, type) => sum + (MONTHLY[type] ?? 0), 0),
    unknown: [...new Set(types.filter((type) => MONTHLY[type] === undefined && !BY_USE.test(type)))],
  };
}
