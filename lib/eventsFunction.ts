import { Duration } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { eventsStatements } from "./grants.ts";
import { consumeStream, type StreamFunctionProps } from "./streamConsumer.ts";

/**
 * The partition keys of functions/store/SCHEMA.md that show a change, by their end: users and groups whenever they are
 * written, tombstones once. Index items, memberships, counters, settings and tokens wake nothing.
 */
const WAKES = [
  { eventName: ["INSERT", "MODIFY"], ends: ["#U", "#G"] },
  { eventName: ["INSERT"], ends: ["#X"] },
];

/** Publishes the table's stream on a bus of events. Idle it costs nothing. */
export class EventsFunction extends Construct {
  readonly bus: EventBus;
  readonly handler: IFunction;
  /** Where the stream's places go of what could not be published for half a day, and dead letters about what cannot be read. */
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    super(scope, id);
    this.bus = new EventBus(this, "Bus", { description: "Rollcall: users, teams and memberships that changed" });
    const { handler, role, failures } = consumeStream(this, {
      ...props,
      name: "events",
      environment: { ...props.environment, TABLE_NAME: props.table.tableName, EVENT_BUS_NAME: this.bus.eventBusName },
      timeout: Duration.minutes(2),
      wakes: WAKES,
      batchSize: 100,
      // Half of the stream's memory: the other half is there to read again what the queue names.
      maxRecordAge: Duration.hours(12),
    });
    role.addToPolicy(
      new PolicyStatement({ sid: "Publish", actions: ["events:PutEvents"], resources: [this.bus.eventBusArn] }),
    );
    for (const statement of eventsStatements(props.table)) role.addToPolicy(statement);
    this.handler = handler;
    this.failures = failures;
  }
}
