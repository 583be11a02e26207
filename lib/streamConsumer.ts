import type { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnEventSourceMapping, EventSourceMapping, FilterCriteria, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Config } from "./config.ts";
import { keyWriting } from "./grants.ts";
import { failureQueue, type LiveFunction, logAndRole, makeFunction } from "./liveFunction.ts";

/** Parallel batches: more could take the environments that the API needs in a wave of changes, and the stream can wait. */
const BATCHES_PER_SHARD = 2;

/** The props of every function that the table's stream calls. */
export interface StreamFunctionProps {
  readonly table: ITableV2;
  readonly environment: Readonly<Record<string, string>>;
  readonly key: IKey | undefined;
  readonly config: Config;
}

/** Records that wake a function, by end or beginning of their partition keys. */
export interface Wake {
  /** Absent: any change of the item. */
  readonly eventName?: readonly string[];
  readonly ends: readonly string[];
  readonly begins?: readonly string[];
}

interface StreamConsumerProps extends StreamFunctionProps {
  /** Of the file in functions/. */
  readonly name: "events" | "sweep";
  readonly timeout: Duration;
  readonly wakes: readonly Wake[];
  readonly batchSize: number;
  readonly maxRecordAge: Duration;
  readonly retryAttempts?: number;
}

interface StreamConsumer extends LiveFunction {
  readonly role: Role;
  /** Dead letters about unreadable records, and the stream's places that failed finally. */
  readonly failures: Queue;
}

/**
 * Adds a function on the table's stream to the construct, with its own role, log and queue. Lambda reads the stream without
 * charge.
 */
export function consumeStream(scope: Construct, props: StreamConsumerProps): StreamConsumer {
  const failures = failureQueue(scope, props.config);
  const { logGroup, role } = logAndRole(scope, props);
  letRead(role, props);
  const { handler, live } = makeFunction(scope, {
    name: props.name,
    client: "sdk",
    timeout: props.timeout,
    role,
    logGroup,
    environment: { ...props.environment, DEAD_LETTERS_URL: failures.queueUrl },
    config: props.config,
  });
  const { node } = new EventSourceMapping(scope, "Mapping", {
    target: live,
    eventSourceArn: streamOf(props.table),
    // Includes changes between the making of the table and of the mapping.
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: props.wakes.map(({ eventName, ends, begins = [] }) => {
      const keys = [...ends.map((suffix) => ({ suffix })), ...begins.map((prefix) => ({ prefix }))];
      return FilterCriteria.filter({ ...(eventName && { eventName }), dynamodb: { Keys: { pk: { S: keys } } } });
    }),
    batchSize: props.batchSize,
    parallelizationFactor: BATCHES_PER_SHARD,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    maxRecordAge: props.maxRecordAge,
    retryAttempts: props.retryAttempts,
    onFailure: new SqsDlq(failures),
  });
  const { defaultChild } = node;
  if (!(defaultChild instanceof CfnEventSourceMapping))
    throw new Error("the mapping has no CfnEventSourceMapping below it");
  // The host's tags would fail the deployment in GovCloud and China, which take none here (aws/aws-cdk#31965 and #31532).
  defaultChild.addPropertyDeletionOverride("Tags");
  return { handler, live, role, failures };
}

function letRead(role: Role, { key, table }: StreamConsumerProps): void {
  // All four on the stream itself: Lambda checks this when the mapping is made.
  const actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((name) => `dynamodb:${name}`);
  role.addToPolicy(new PolicyStatement({ sid: "ReadStream", actions, resources: [streamOf(table)] }));
  // The stream is encrypted with the table's key; each function also writes to the table.
  key?.grant(role, ...keyWriting());
}

function streamOf({ tableStreamArn }: ITableV2): string {
  if (tableStreamArn === undefined) throw new Error("the table has no stream");
  return tableStreamArn;
}
