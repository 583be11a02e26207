import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { visit } from "./liveFunction.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";

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
