import { type ITableV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import type { Config } from "./config.ts";

/**
 * The table that the settings name by its stream, such as one restored from a backup. The stack neither makes nor
 * changes it; the one it made before stays in the account, except in dev.
 */
export function existingTable(scope: Construct, { tableStreamArn }: Config): ITableV2 | undefined {
  if (tableStreamArn === undefined) return undefined;
  const [tableArn = ""] = tableStreamArn.split("/stream/");
  return TableV2.fromTableAttributes(scope, "ExistingTable", { tableArn, tableStreamArn });
}
