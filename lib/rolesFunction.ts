import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

/** How often it looks for what is left, beside each time it is woken: 43,800 runs a month, six cents. */
const VISITS = Duration.minutes(1);

/**
 * Gives an org's people their roles, behind whatever decides about them (ADR 64). A function of its own: it can write nothing else,
 * and nobody else writes who has which role but maintenance, where fsck repairs.
 */
export class RolesFunction extends Construct {
  readonly handler: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: Omit<ScimFunctionProps, "name" | "timeout">) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "roles", {
      ...props,
      name: "roles",
      // A walk through a large org takes several.
      timeout: Duration.minutes(5),
    });
    // A run that fails is no reason for another at once: the next one does what it left.
    const again = { retryAttempts: 0, maxEventAge: VISITS };
    live.configureAsyncInvoke(again);
    new Rule(this, "Visit", {
      description: "Rollcall: works on the roles that no run has worked on",
      schedule: Schedule.rate(VISITS),
      targets: [new FunctionTarget(live)],
    });
    this.handler = handler;
    this.live = live;
  }
}
