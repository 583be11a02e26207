import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Alias, IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { visit } from "./liveFunction.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

/** Functions that a schedule calls, and no stream. */

/** How often it looks for left-over work, besides being woken: 43,800 runs a month, six cents. */
const ROLE_VISITS = Duration.minutes(1);

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
    visit(this, live, ROLE_VISITS, { Visit: { every: ROLE_VISITS, description } });
    this.handler = handler;
    this.live = live;
  }
}

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
      targets: [new FunctionTarget(live, { retryAttempts: 2, maxEventAge: Duration.hours(2) })],
    });
    this.handler = handler;
  }
}

interface CanaryProps extends Omit<ScimFunctionProps, "name" | "timeout"> {
  /** The address for identity providers, including `/scim/v2`. */
  readonly url: string;
  readonly minutes: number;
}

/**
 * Plays a user's life through the public address every few minutes (ADR 63). Runs do not overlap, and a failed run is not
 * repeated: the next scheduled one follows.
 */
export class Canary extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, { minutes, url, ...props }: CanaryProps) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "canary", {
      ...props,
      name: "canary",
      environment: { ...props.environment, CANARY_URL: url },
      // functions/http/canary.ts assumes less than three.
      timeout: Duration.minutes(2),
    });
    const description = "Rollcall: a round of the canary";
    visit(this, live, Duration.minutes(1), { Run: { every: Duration.minutes(minutes), description } });
    this.handler = handler;
  }
}
