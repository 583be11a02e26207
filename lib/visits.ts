import type { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

interface Visit {
  readonly every: Duration;
  readonly description?: string;
  /** What the function is called with. */
  readonly event?: object;
}

/**
 * Calls a function by schedules, each the id of its rule. A run that fails is no reason for another at once: the next one does what it
 * left. EventBridge only hands the call to Lambda, which would try it twice more, and keep for six hours what it cannot begin
 * (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
 * @param latest after this a call is dropped that could not begin
 */
export function visit(scope: Construct, live: Alias, latest: Duration, visits: Readonly<Record<string, Visit>>): void {
  const once = { retryAttempts: 0, maxEventAge: latest };
  live.configureAsyncInvoke(once);
  for (const [id, { description, event, every }] of Object.entries(visits)) {
    const target = new LambdaFunction(live, { ...once, ...(event && { event: RuleTargetInput.fromObject(event) }) });
    new Rule(scope, id, { ...(description && { description }), schedule: Schedule.rate(every), targets: [target] });
  }
}
