import { Stack, type StackProps } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { type Config, isDisposable } from "./config.ts";
import { customerKey } from "./customerKey.ts";
import { ScimTable } from "./scimTable.ts";

/** The data apart from what serves it (`-c split=true`), for accounts where other people own the data. */
export class TableStack extends Stack {
  readonly table: ITableV2;
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { readonly config: Config }) {
    super(scope, id, {
      description: "Rollcall: the table",
      terminationProtection: !isDisposable(config),
      ...props,
    });
    this.key = customerKey(this, config);
    this.table = new ScimTable(this, "Data", { disposable: isDisposable(config), key: this.key }).table;
  }
}
