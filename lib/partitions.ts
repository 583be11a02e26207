import { Aws, CfnCondition, Fn, type IResolvable, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

const ID = "RollcallOutsideGovCloud";

/**
 * Omits a property that AWS lacks in GovCloud: by a condition, because most stacks name no region. Source: "How … differs for
 * AWS GovCloud (US)" of each service in the AWS GovCloud (US) User Guide.
 */
export function outsideGovCloud(scope: Construct, value: string): IResolvable {
  const stack = Stack.of(scope);
  const found = stack.node.tryFindChild(ID);
  const expression = Fn.conditionNot(Fn.conditionEquals(Aws.PARTITION, "aws-us-gov"));
  const { logicalId } = found instanceof CfnCondition ? found : new CfnCondition(stack, ID, { expression });
  return Fn.conditionIf(logicalId, value, Aws.NO_VALUE);
}
