import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  ApplicationLogLevel,
  Architecture,
  EventSourceMapping,
  FilterCriteria,
  LoggingFormat,
  Runtime,
  StartingPosition,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { lossStatements } from "./grants.ts";
import { BUNDLING } from "./scimFunction.ts";

const PROJECT = new URL("..", import.meta.url).pathname;

export interface EventsFunctionProps {
  readonly table: ITableV2;
  readonly environment: Readonly<Record<string, string>>;
  readonly retention: RetentionDays;
  readonly key: IKey | undefined;
  readonly disposable: boolean;
}

/**
 * The partition keys of functions/store/SCHEMA.md that tell a change, by their end: users and groups whenever they are
 * written, tombstones once. Index items, edges, counters, settings and tokens wake nothing.
 */
const FILTERS = [
  { eventName: ["INSERT", "MODIFY"], ends: ["#U", "#G"] },
  { eventName: ["INSERT"], ends: ["#X"] },
].map(({ eventName, ends }) =>
  FilterCriteria.filter({
    eventName,
    dynamodb: { Keys: { pk: { S: ends.map((suffix) => ({ suffix })) } } },
  }),
);

/** The table's stream, told to a bus of events. Idle it costs nothing: Lambda reads a DynamoDB stream without charge. */
export class EventsFunction extends Construct {
  readonly bus: EventBus;
  /** Where the stream's places go of what could not be published for half a day. */
  readonly failures: Queue;
  readonly handler: NodejsFunction;

  constructor(scope: Construct, id: string, props: EventsFunctionProps) {
    super(scope, id);
    const removalPolicy = props.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.bus = new EventBus(this, "Bus", { description: "Rollcall: users, teams and memberships that changed" });
    this.failures = new Queue(this, "Failures", {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy,
    });
    Validations.of(this.failures.node.defaultChild ?? this.failures).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: "It is itself the queue for what failed; a person looks into it.",
    });
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.retention,
      removalPolicy,
      encryptionKey: props.key,
    });
    const role = this.role(props, logGroup);
    this.handler = new NodejsFunction(this, "Function", {
      entry: `${PROJECT}functions/events.ts`,
      handler: "handler",
      projectRoot: PROJECT,
      depsLockFilePath: `${PROJECT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.minutes(2),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: props.disposable ? SystemLogLevel.INFO : SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      environment: {
        ...props.environment,
        TABLE_NAME: props.table.tableName,
        EVENT_BUS_NAME: this.bus.eventBusName,
        ...(props.disposable ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
      },
      bundling: { ...BUNDLING, sourceMap: props.disposable },
    });
    new EventSourceMapping(this, "Mapping", {
      target: this.handler,
      eventSourceArn: streamOf(props.table),
      // What happened between the table's making and the mapping's is told too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: FILTERS,
      batchSize: 100,
      parallelizationFactor: 4,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Half of the stream's memory: the other half is there to read again what the queue names.
      maxRecordAge: Duration.hours(12),
      onFailure: new SqsDlq(this.failures),
    });
  }

  private role({ key, table }: EventsFunctionProps, logGroup: LogGroup): Role {
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    const allow = (sid: string, actions: string[], resource: string): void => {
      role.addToPolicy(new PolicyStatement({ sid, actions, resources: [resource] }));
    };
    allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], logGroup.logGroupArn);
    // All four on the very stream: what Lambda asks for when the mapping is made.
    const reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
    allow(
      "ReadStream",
      reading.map((action) => `dynamodb:${action}`),
      streamOf(table),
    );
    for (const statement of lossStatements(table)) role.addToPolicy(statement);
    allow("Publish", ["events:PutEvents"], this.bus.eventBusArn);
    // The stream is encrypted as its table is.
    key?.grant(
      role,
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:GenerateDataKey",
    );
    return role;
  }
}

function streamOf({ tableStreamArn }: ITableV2): string {
  if (tableStreamArn === undefined) throw new Error("the table has no stream");
  return tableStreamArn;
}
