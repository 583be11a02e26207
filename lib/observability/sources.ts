import { Duration } from "aws-cdk-lib";
import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { type IMetric, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { INDEX_NAME } from "../scimTable.ts";
import { FUNCTIONS, type StackFunction } from "../stackFunctions.ts";
import { METRICS, type MetricKey, NAMESPACES } from "./metrics.ts";

/** Whether a function answers at once; the others may work for seconds by design: bulk requests, steps of fsck and purges. */
const ANSWERS_AT_ONCE: Readonly<Record<StackFunction, boolean>> = {
  users: true,
  groups: true,
  search: true,
  discovery: true,
  oauth: true,
  directory: true,
  appRead: true,
  appWrite: true,
  portal: true,
  bulk: false,
  admin: false,
  appAdmin: false,
  portalAdmin: false,
  journal: false,
  maintenance: false,
  events: false,
  sweep: false,
  tokensReport: false,
  webhooks: false,
  roles: false,
  canary: false,
};

/** A function that no request waits for, with the queue of its failures. */
interface Worker {
  readonly name: string;
  readonly handler: IFunction;
  readonly failures: IQueue;
  /** Whether the table's stream wakes it. */
  readonly onStream: boolean;
}

export interface Sources {
  readonly apiName: string;
  readonly stage: Stage;
  readonly table: ITableV2;
  /** All functions of the stack. */
  readonly functions: Readonly<Partial<Record<StackFunction, IFunction>>>;
  readonly workers: readonly Worker[];
}

interface MetricReading {
  readonly metric: IMetric;
  /** The function or queue, where each has its own metric. */
  readonly owner: string | undefined;
}

/** A key's metrics: one, or one for each function or queue. */
export function readings(
  sources: Sources,
  key: MetricKey,
  options: { readonly statistic: string; readonly minutes: number; readonly label?: string },
): MetricReading[] {
  const { name: metricName, source } = METRICS[key];
  const one = (dimensionsMap: Record<string, string>, owner?: string): MetricReading => ({
    owner,
    metric: new Metric({
      namespace: NAMESPACES[source],
      metricName,
      dimensionsMap,
      statistic: options.statistic,
      period: Duration.minutes(options.minutes),
      ...(options.label === undefined
        ? {}
        : { label: owner === undefined ? options.label : `${options.label}, ${owner}` }),
    }),
  });
  const of = (wanted: (name: StackFunction) => boolean): MetricReading[] =>
    FUNCTIONS.filter(wanted).flatMap((name) => {
      const found = sources.functions[name];
      return found === undefined ? [] : [one({ FunctionName: found.functionName }, name)];
    });
  switch (source) {
    case "function":
      // Lambda retries the journal's failures; lasting ones are in its queue.
      return of((name) => name !== "tokensReport" && name !== "journal");
    case "answering":
      return of((name) => ANSWERS_AT_ONCE[name]);
    case "report":
      return of((name) => name === "tokensReport");
    case "api":
      return [one({ ApiName: sources.apiName, Stage: sources.stage.stageName })];
    case "table":
      return [one({ TableName: sources.table.tableName })];
    case "index":
      return [one({ TableName: sources.table.tableName, GlobalSecondaryIndexName: INDEX_NAME })];
    case "worker":
      return sources.workers
        .filter(({ onStream }) => onStream)
        .map(({ name, handler }) => one({ FunctionName: handler.functionName }, name));
    case "failures":
      return sources.workers.map(({ name, failures }) => one({ QueueName: failures.queueName }, name));
    case "account":
    case "own":
    case "accessLog":
      return [one({})];
  }
}
