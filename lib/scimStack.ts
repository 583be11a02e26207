import { Stack, type StackProps } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { type Config, isDisposable, settingsOf } from "./config.ts";
import { Rollcall } from "./rollcall.ts";
import { STACK_DESCRIPTION } from "./settings.ts";

interface ScimStackProps extends StackProps {
  readonly config: Config;
  /** Table and key of another stack; otherwise the stack makes its own. */
  readonly shared?: { readonly table: ITableV2; readonly key: IKey | undefined };
}

/** The stack of this repository's app: only a Rollcall. */
export class ScimStack extends Stack {
  constructor(scope: Construct, id: string, { config, shared, ...props }: ScimStackProps) {
    super(scope, id, { description: STACK_DESCRIPTION, terminationProtection: !isDisposable(config), ...props });
    const { split: _apart, stackName: _own, ...settings } = settingsOf(config);
    // CDK leaves this id out of logical ids, so those of releases before the construct stay.
    new Rollcall(this, "Default", {
      ...settings,
      ...(shared && {
        table: shared.table,
        customerKey: undefined,
        warmThroughput: undefined,
        maxReadRequestUnits: undefined,
        maxWriteRequestUnits: undefined,
        ...(shared.key && { encryptionKey: shared.key }),
      }),
    });
  }
}
