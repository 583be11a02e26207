import { Stack, type StackProps } from "aws-cdk-lib";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { AccountRootPrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { Rollcall, type RollcallProps } from "../../../lib/rollcall.ts";

export interface PlatformStackProps extends StackProps {
  readonly scim?: RollcallProps;
}

export class PlatformStack extends Stack {
  readonly rollcall: Rollcall;

  constructor(scope: Construct, id: string, { scim, ...props }: PlatformStackProps = {}) {
    super(scope, id, { terminationProtection: scim?.stage !== "dev", ...props });
    this.rollcall = new Rollcall(this, "Scim", scim);

    // Your application asks at sign-in who is active, and of which teams.
    const application = new Role(this, "Application", { assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com") });
    this.rollcall.grantDirectory(application);

    // Those who run it make organizations and tokens, by the command line or the admin API.
    const operators = new Role(this, "Operators", { assumedBy: new AccountRootPrincipal() });
    this.rollcall.grantAdmin(operators);

    // People who leave lose their sessions.
    const leavers = new Queue(this, "Leavers", { enforceSSL: true });
    this.rollcall.onEvent("OnLeaver", {
      eventPattern: { detailType: ["user.deactivated", "user.deleted"] },
      target: new SqsQueue(leavers),
    });
  }
}
