import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

/**
 * Reports daily how soon tokens expire and which are no longer used. It costs a cent a month, and 12 cents with 10,000 orgs: two
 * metrics for one hour a day, and reads.
 */
export class TokensReportFunction extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: Omit<ScimFunctionProps, "name" | "timeout">) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "tokensReport", {
      ...props,
      name: "tokensReport",
      timeout: Duration.minutes(5),
    });
    new Rule(this, "Daily", {
      description: "Rollcall: how soon tokens expire, and which are no longer used",
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(live, { retryAttempts: 2, maxEventAge: Duration.hours(2) })],
    });
    this.handler = handler;
  }
}
