/**
 * Loaded before bin/app.ts, for a stack with `observability`: the emulator knows neither saved queries nor alarms of sums and shares.
 * The queries go, and a plain metric stands for each sum. What both are, test/infra/observability.test.ts holds.
 */
import { Aspects, Stage } from "aws-cdk-lib";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { CfnQueryDefinition } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";

const { synth } = Stage.prototype;

Stage.prototype.synth = function (this: Stage, ...options) {
  Aspects.of(this).add({ visit: simplify });
  return synth.apply(this, options);
};

function simplify(node: IConstruct): void {
  if (node instanceof CfnQueryDefinition) node.node.scope?.node.tryRemoveChild(node.node.id);
  if (!(node instanceof CfnAlarm) || node.metrics === undefined) return;
  node.metrics = undefined;
  Object.assign(node, { namespace: "Rollcall", metricName: "Busy", statistic: "Sum", period: 300 });
}
