import type { OpenStack } from "../aws/openStack.ts";
import type { Check } from "../support/target.ts";
import { elementOf } from "../support/xmlAnswers.ts";
import type { Deployment } from "./deployment.ts";

/** Against the stack as it was deployed without arguments: it gets as far as no template. */
export function swapsAreRefused({ aws, outputs, stackName }: OpenStack, deployment: Deployment): Check {
  return {
    name: "a deployment that would swap table and Tenant URLs is refused by synth, and the stack is protected from deletion",
    run: async () => {
      const said = await refusal(deployment.deploy("--all", "-c", "split=true", "-c", "stage=live"));
      const stack = await aws.query("cloudformation", "2010-05-15", "DescribeStacks", { StackName: stackName });
      return [
        ...(said.includes(`split: a new, empty table would replace ${outputs.TableName}`) ? [] : [said]),
        ...(said.includes("stage: each Tenant URL") ? [] : [said]),
        ...(elementOf(stack, "EnableTerminationProtection") === "true" ? [] : ["the stack may be deleted"]),
      ];
    },
  };
}

async function refusal(deployed: Promise<void>): Promise<string> {
  return deployed.then(
    () => "it was deployed",
    (error: Error) => error.message,
  );
}
