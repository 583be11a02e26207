import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { JOURNALED } from "../../lib/stackFunctions.ts";
import { AwsRefusal, asked, TOOL_CALLS } from "../rollcall/aws/calls.ts";
import { resourcesOf } from "../rollcall/aws/stack.ts";
import type { StackResource } from "../rollcall/aws/stackNames.ts";
import type { Account } from "./aws.ts";
import { bad, good, type PreflightFinding, warning } from "./checkMachine.ts";

/** Limit of CloudWatch Logs for a log group (User Guide, "Log group-level subscription filters"). */
const MOST_FILTERS = 2;

/** @throws AwsRefusal, also where there is no stack of the name */
export async function readResources(stackName: string, region: string): Promise<StackResource[]> {
  const client = new CloudFormationClient({ ...TOOL_CALLS, region });
  return await asked("CloudFormation", () => resourcesOf(client, stackName));
}

/**
 * Whether the portal's journal may subscribe to the deployed log groups: the deployment would fail and roll back at the first
 * group without room.
 */
export async function checkSubscriptions(
  { subscriptions }: Pick<Account, "subscriptions">,
  read: () => Promise<readonly StackResource[]>,
): Promise<PreflightFinding[]> {
  try {
    const resources = await read();
    const idOf = (type: string, id: RegExp) =>
      resources.find((one) => one.type === type && id.test(one.logicalId))?.physicalId;
    const journal = idOf("AWS::Lambda::Function", /^journalFunction[0-9A-F]{8}$/);
    const full: PreflightFinding[] = [];
    for (const writer of JOURNALED) {
      const group = idOf("AWS::Logs::LogGroup", new RegExp(`^${writer}Logs[0-9A-F]{8}$`));
      const found = group === undefined ? [] : await subscriptions(group);
      const foreign = found.filter((arn) => journal === undefined || functionOf(arn) !== journal);
      if (foreign.length < MOST_FILTERS) continue;
      full.push(
        bad(
          `portal: the log group of ${writer} has ${foreign.length} subscription filters, and AWS takes no further one`,
          `Remove one of them, or make it the account's own subscription policy: aws logs describe-subscription-filters --log-group-name ${group}`,
        ),
      );
    }
    return full.length > 0 ? full : [good("the portal's journal may subscribe to the logs")];
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    // A new log group has no filters.
    if (/does not exist/.test(error.message)) return [];
    const most = `A log group with ${MOST_FILTERS} of them takes no further one, and the deployment would be rolled back.`;
    return [warning(`the subscription filters of the logs could not be read: ${error.message}`, most)];
  }
}

/** @param arn of a function, a version or an alias: releases with versions subscribe the alias */
function functionOf(arn: string): string | undefined {
  return /:function:([^:]+)/.exec(arn)?.[1];
}
