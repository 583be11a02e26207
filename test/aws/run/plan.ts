import type { Account } from "../../../bin/preflight/aws.ts";
import { type AccountPlace, stackStatus } from "../openStack.ts";

/** What a run is going to do, and to whom: printed before anything is spent. */
export interface Plan {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** The account's API Gateway logging role, which stays as it is; undefined: the stack makes one. */
  readonly logRole: string | undefined;
  /** How many functions may run at once in the whole account. */
  readonly concurrency: number;
}

/** Not done, and why; nothing was made by then. */
export class NotBegun extends Error {}

/** Requests over HTTP: a test plays the suites and counts about 2,400; the command line adds some, the checks the rest. */
export const MOST_REQUESTS = 5_000;
/** Signed calls of AWS services, most of which are free. */
export const MOST_CALLS = 10_000;

/**
 * us-east-1 list prices, each by the most that one request can plausibly take. The sum is doubled for the dearest regions:
 * 5,000 × ($3.50 + 14.00 + 15.00 + 5.00 + 1.00) a million × 2 = $0.385, and $0.05 for the rest.
 */
const DOLLARS_PER_MILLION = {
  /** REST API. */
  apiGateway: 3.5,
  /** A second of 512 MB on arm64 for the request, and one for what its events wake: 2 × (0.5 × $13.33 + $0.20), rounded up. */
  lambda: 14,
  /** 20 written units at $0.625 and 20 read ones at $0.125. */
  dynamoDb: 15,
  /** Five lines of 2 KB at $0.50 a GB. */
  logs: 5,
  /** One event on the bus. */
  events: 1,
};
/** Assets in the bootstrap bucket, gigabyte-months of table and log: 0.1 GB at most, rounded up. */
const REST_DOLLARS = 0.05;

/** The most that a run costs, rounded up to ten cents. */
export function upperBound(requests = MOST_REQUESTS): number {
  const each = Object.values(DOLLARS_PER_MILLION).reduce((sum, one) => sum + one, 0) / 1_000_000;
  return Math.ceil((requests * each * 2 + REST_DOLLARS) * 10) / 10;
}

const THROWAWAY = /^RollcallTest-\d{8}T\d{6}-[0-9a-f]{6}$/;

/** @param random six hexadecimal digits */
export function stackNameOf(now: number, random: string): string {
  const name = `RollcallTest-${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "")}-${random}`;
  assertThrowaway(name);
  return name;
}

/** Whatever deploys or destroys asks first: no other stack may ever be touched. @throws NotBegun */
export function assertThrowaway(stackName: string): void {
  if (!THROWAWAY.test(stackName)) throw new NotBegun(`${stackName} is no name of a stack that this run may make.`);
}

/** Only reads. @throws NotBegun where the account is not ready, whatever else where it cannot be looked at */
export async function makePlan(account: Account, place: AccountPlace, stackName: string): Promise<Plan> {
  assertThrowaway(stackName);
  const { account: id } = await account.identity();
  if ((await account.bootstrapVersion()) === undefined) {
    throw new NotBegun(`The CDK was never set up here: npx cdk bootstrap aws://${id}/${place.region}`);
  }
  const { total: concurrency } = await account.concurrency();
  const logRole = await account.apiGatewayLogRole();
  const status = await stackStatus(place.aws, stackName);
  if (status !== undefined) throw new NotBegun(`There is a stack ${stackName} already (${status}).`);
  return { account: id, region: place.region, stackName, concurrency, logRole };
}

/** The stack is as `-c` says, whatever rollcall.json says. */
export function contextOf({ logRole, stackName }: Plan): string[] {
  const settings = {
    settings: "none",
    stackName,
    stage: "dev",
    split: "false",
    logRetentionDays: "1",
    apiGatewayAccountRole: logRole === undefined ? "create" : "existing",
    portal: "true",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** What a person types when the run could not take its stack away. */
export function destroyCommand(plan: Plan): string {
  return `AWS_REGION=${plan.region} npx cdk destroy --force ${contextOf(plan).join(" ")} ${plan.stackName}`;
}

export function planText(plan: Plan): string {
  const { account, concurrency, logRole, region, stackName } = plan;
  const role =
    logRole === undefined
      ? [
          "  API Gateway has no logging role in this region yet. The stack makes one, and the account's setting names it from",
          "  then on. Both STAY when the stack goes: other APIs may write their logs with it by then.",
        ]
      : [`  API Gateway goes on logging with ${logRole}.`];
  const narrow =
    concurrency < 50
      ? [`  Lambda may run only ${concurrency} functions at once in this account: some checks may fail for that alone.`]
      : [];
  return [
    "npm run test:aws works on a real account.",
    "",
    `  account   ${account}`,
    `  region    ${region}`,
    `  stack     ${stackName}`,
    "",
    "It makes that one stack (REST API, functions with roles and log groups, a table, a bus, two queues), for a moment one",
    "queue and one rule of the same name beside it, and about a dozen files in the CDK's bootstrap bucket. It asks what only",
    "AWS can answer, and changes nothing else.",
    ...role,
    ...narrow,
    "",
    `It sends at most ${MOST_REQUESTS} requests over HTTP and ${MOST_CALLS} calls of AWS services, takes about half an hour,`,
    `and costs at most $${upperBound().toFixed(2)}: some cents, by list price.`,
    "",
    "At its end, also when something fails or at Ctrl-C, it deletes the stack with its table, logs and all. What stays: the",
    "files in the bootstrap bucket, and the backup that DynamoDB itself keeps of a deleted table for 35 days, free.",
  ].join("\n");
}
