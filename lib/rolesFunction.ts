import { Duration } from "aws-cdk-lib";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { visit } from "./liveFunction.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

/** How often it looks for left-over work, besides being woken: 43,800 runs a month, six cents. */
const VISITS = Duration.minutes(1);

/**
 * Computes people's roles after the changes that decide them (ADR 64). Its own function: it can write nothing else, and only
 * maintenance also writes roles, where fsck repairs.
 */
export class RolesFunction extends Construct {
  readonly handler: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: Omit<ScimFunctionProps, "name" | "timeout">) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "roles", {
      ...props,
      name: "roles",
      // A large org takes several runs.
      timeout: Duration.minutes(5),
    });
    const description = "Rollcall: works on the roles that no run has worked on";
    visit(this, live, VISITS, { Visit: { every: VISITS, description } });
    this.handler = handler;
    this.live = live;
  }
}
