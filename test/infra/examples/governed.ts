import { Aspects, type IAspect, RemovalPolicy, Tags } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct, IConstruct } from "constructs";

/** A rule of the house: logs outlive every stack, also that of a trial. */
class KeptLogs implements IAspect {
  visit(node: IConstruct): void {
    if (node instanceof CfnLogGroup) node.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}

/** @param scope an app, a stage or a stack */
export function govern(scope: Construct): void {
  Tags.of(scope).add("cost-center", "identity");
  Aspects.of(scope).add(new KeptLogs());
}

export function bound(stack: Construct): void {
  const boundary = ManagedPolicy.fromManagedPolicyName(stack, "Boundary", "developers");
  PermissionsBoundary.of(stack).apply(boundary);
}
