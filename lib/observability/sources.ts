import { Duration } from "aws-cdk-lib";
import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { type IMetric, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { METRICS, type MetricKey, NAMESPACES } from "./metrics.ts";

/** A function that the table's stream wakes, and the queue for what it gave up. */
export interface Worker {
  readonly name: string;
  readonly handler: IFunction;
  readonly failures: IQueue;
}

export interface Sources {
  readonly apiName: string;
  readonly stage: Stage;
  readonly table: ITableV2;
  readonly workers: readonly Worker[];
}

export interface Reading {
  readonly metric: IMetric;
  /** Which worker's, where there is one number each. */
  readonly worker: string | undefined;
}

/** The numbers behind a key: one, or one for each worker. */
export function readings(
  sources: Sources,
  key: MetricKey,
  options: { readonly statistic: string; readonly minutes: number; readonly label?: string },
): Reading[] {
  const { name: metricName, source } = METRICS[key];
  const one = (dimensionsMap: Record<string, string>, worker?: string): Reading => ({
    worker,
    metric: new Metric({
      namespace: NAMESPACES[source],
      metricName,
      dimensionsMap,
      statistic: options.statistic,
      period: Duration.minutes(options.minutes),
      ...(options.label === undefined
        ? {}
        : { label: worker === undefined ? options.label : `${options.label}, ${worker}` }),
    }),
  });
  switch (source) {
    case "api":
      return [one({ ApiName: sources.apiName, Stage: sources.stage.stageName })];
    case "table":
      return [one({ TableName: sources.table.tableName })];
    case "worker":
      return sources.workers.map(({ name, handler }) => one({ FunctionName: handler.functionName }, name));
    case "failures":
      return sources.workers.map(({ name, failures }) => one({ QueueName: failures.queueName }, name));
    case "account":
    case "own":
    case "accessLog":
      return [one({})];
  }
}
