import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { sweepStatements } from "./grants.ts";
import { visit } from "./liveFunction.ts";
import { consumeStream, type StreamFunctionProps } from "./streamConsumer.ts";

/** How often deletions of at least five minutes ago get a second look: 2,880 visits a month, a third of a cent. */
const VISITS = Duration.minutes(15);

/** Sweeps after deletions: at once from the stream, and a second time on a schedule (ADR 0023). No answer waits for it. */
export class SweepFunction extends Construct {
  readonly handler: IFunction;
  readonly live: IFunction;
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    super(scope, id);
    const { table } = props;
    const { handler, live, role, failures } = consumeStream(this, {
      ...props,
      name: "sweep",
      environment: { ...props.environment, TABLE_NAME: table.tableName },
      // A group of half a million members takes two or three runs.
      timeout: Duration.minutes(5),
      // The marker of a deletion.
      wakes: [{ eventName: ["INSERT"], ends: ["#DEAD"] }],
      // So many members leave one group in one transaction.
      batchSize: 100,
      maxRecordAge: Duration.hours(12),
      // Then the schedule takes over, and the queue informs a person.
      retryAttempts: 8,
    });
    for (const statement of sweepStatements(table)) role.addToPolicy(statement);
    visit(this, live, VISITS, { Visit: { every: VISITS } });
    this.handler = handler;
    this.live = live;
    this.failures = failures;
  }
}
