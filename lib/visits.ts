import type { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

interface Visit {
  readonly every: Duration;
  readonly description?: string;
  /** The function's input. */
  readonly event?: object;
}

/**
 * Calls a function by schedules, each with the id of its rule. A failed run is not repeated at once: the next one does its
 * work. EventBridge hands the call to Lambda, which would otherwise try it twice more, and keep a waiting call for six hours
 * (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
 * @param latest after this time a call that could not begin is dropped
 */
export function visit(scope: Construct, live: Alias, latest: Duration, visits: Readonly<Record<string, Visit>>): void {
  const once = { retryAttempts: 0, maxEventAge: latest };
  live.configureAsyncInvoke(once);
  for (const [id, { description, event, every }] of Object.entries(visits)) {
    const target = new LambdaFunction(live, { ...once, ...(event && { event: RuleTargetInput.fromObject(event) }) });
    new Rule(scope, id, { ...(description && { description }), schedule: Schedule.rate(every), targets: [target] });
  }
}
