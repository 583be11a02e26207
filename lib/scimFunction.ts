import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { Config } from "./config.ts";
import { keyActions, type TableFunction, tableStatements } from "./grants.ts";
import { type LiveFunction, logAndRole, makeFunction } from "./liveFunction.ts";
import { tableClientOf } from "./stackFunctions.ts";

export interface ScimFunctionProps {
  readonly name: TableFunction;
  /** Default: one second less than API Gateway waits, so that the function answers first. */
  readonly timeout?: Duration;
  readonly table: ITableV2;
  readonly environment: Readonly<Record<string, string>>;
  readonly key: IKey | undefined;
  readonly config: Config;
}

/** A Lambda function of functions/, with its own log group and role. */
export class ScimFunction extends Construct implements LiveFunction {
  readonly handler: LambdaFunction;
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: ScimFunctionProps) {
    super(scope, id);
    const { config, name, table } = props;
    const { logGroup, role } = logAndRole(this, props);
    for (const statement of tableStatements(name, table, config)) role.addToPolicy(statement);
    // DynamoDB uses a customer key on behalf of the principal that accesses the table.
    props.key?.grant(role, ...keyActions(name));

    const made = makeFunction(this, {
      name,
      client: tableClientOf(name, config.tableClient),
      timeout: props.timeout ?? Duration.seconds(28),
      role,
      logGroup,
      environment: { TABLE_NAME: table.tableName, ...props.environment },
      config,
    });
    this.handler = made.handler;
    this.live = made.live;
  }
}
