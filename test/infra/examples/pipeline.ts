import { Stack, type StackProps, Stage, type StageProps } from "aws-cdk-lib";
import { CodePipeline, CodePipelineSource, ManualApprovalStep, ShellStep } from "aws-cdk-lib/pipelines";
import type { Construct } from "constructs";
import type { RollcallProps } from "../../../lib/rollcall.ts";
import { PlatformStack } from "./platformStack.ts";
import { PRODUCTION } from "./production.ts";

/** All of it in one account: the stacks are Trial-Platform and Production-Platform. */
class Environment extends Stage {
  constructor(scope: Construct, id: string, { scim, ...props }: StageProps & { readonly scim: RollcallProps }) {
    super(scope, id, props);
    new PlatformStack(this, "Platform", { scim });
  }
}

export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const pipeline = new CodePipeline(this, "Pipeline", {
      crossAccountKeys: true,
      synth: new ShellStep("Synth", {
        input: CodePipelineSource.connection("example/platform", "main", {
          connectionArn: "arn:aws:codestar-connections:eu-central-1:111111111111:connection/example",
        }),
        commands: ["npm ci", "npx cdk synth"],
      }),
    });
    const region = "eu-central-1";
    // Its table and logs go with its stack.
    const trial = new Environment(this, "Trial", { env: { account: "222222222222", region }, scim: { stage: "dev" } });
    pipeline.addStage(trial, { post: [new ManualApprovalStep("Promote")] });
    pipeline.addStage(
      new Environment(this, "Production", { env: { account: "333333333333", region }, scim: PRODUCTION }),
    );
  }
}
