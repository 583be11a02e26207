import type { Account } from "../../../bin/preflight/aws.ts";
import { isObject, type Json } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import type { AwsCalls } from "../liveStack.ts";
import type { Plan } from "./plan.ts";

/** What of a run is still in the account once its stack is gone, one line each. Never rejects: what cannot be seen is said. */
export async function leftOver(plan: Plan, aws: AwsCalls, account: Account): Promise<string[]> {
  const { logRole, stackName } = plan;
  const found = await Promise.all([
    told("log groups", async () => {
      const groups = [...(await groupsOf(aws, stackName)), ...(await groupsOf(aws, `/aws/lambda/${stackName}`))];
      return groups.map((name) => `the log group ${name}: delete it`);
    }),
    told("the queue beside the stack", async () => {
      const page = (await aws.json("sqs", "AmazonSQS.ListQueues", { QueueNamePrefix: stackName })) as Json;
      const urls = at(page, "QueueUrls");
      return (Array.isArray(urls) ? urls : []).map((url) => `the queue ${String(url).split("/").at(-1)}: delete it`);
    }),
    told("API Gateway's logging role", async () => {
      const now = logRole === undefined ? await account.apiGatewayLogRole() : undefined;
      if (now === undefined) return [];
      return [
        `API Gateway's logging role ${now}, which the account's setting names; it is free, and other APIs may use it`,
      ];
    }),
  ]);
  return [
    "no stack",
    ...found.flat(),
    "the files of this deployment in the CDK's bootstrap bucket, some megabytes: npx cdk gc --unstable=gc",
    "DynamoDB's own backup of the deleted table, free, for 35 days",
  ];
}

async function told(what: string, look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (cause) {
    return [`perhaps ${what}, which could not be looked at: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
}

async function groupsOf(aws: AwsCalls, logGroupNamePrefix: string): Promise<string[]> {
  // It was parsed from JSON.
  const page = (await aws.json("logs", "Logs_20140328.DescribeLogGroups", { logGroupNamePrefix })) as Json;
  const groups = at(page, "logGroups");
  return (Array.isArray(groups) ? groups.filter(isObject) : []).map(({ logGroupName }) => String(logGroupName));
}
