import { Duration, Names, Stack, Token } from "aws-cdk-lib";
import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Alias, Function as LambdaFunctionOf } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct, RootConstruct } from "constructs";
import { eventsStatements } from "./grants.ts";
import { visit } from "./liveFunction.ts";
import { consumeStream, type StreamFunctionProps } from "./streamConsumer.ts";
import { letWake, ROLES_WORKER, SENDER } from "./webhooks.ts";

/**
 * The partition keys of functions/store/SCHEMA.md whose items change an event log in any way: users, groups, imports, links,
 * holds, roles and their catalogue, settings and listed tokens. Index items, memberships, counters and tombstones wake nothing.
 */
const WAKES = [{ ends: ["#U", "#G", "#I", "#AU", "#A", "#HOLD"], begins: ["C#"] }];

/**
 * How often the bus gets refused events again, and values of deleted people are erased from the logs: 2,880 visits a month, two
 * cents.
 */
const VISITS = Duration.minutes(15);

/** How often webhooks are made that a batch left undone: 43,800 visits a month, 23 cents. */
const NOTICES = Duration.minutes(1);

interface EventsFunctionProps extends StreamFunctionProps {
  /** An existing bus; undefined: makes one. */
  readonly bus: IEventBus | undefined;
  /** Sends webhooks, in deployments with webhooks. */
  readonly sender: Alias | undefined;
  /** Works on roles, in deployments with roles. */
  readonly worker: Alias | undefined;
}

/** Writes the table's stream to the event logs, and their events to a bus. */
export class EventsFunction extends Construct {
  readonly bus: IEventBus;
  readonly handler: LambdaFunctionOf;
  readonly live: Alias;
  /** Receives the stream's places that could not be logged for half a day, and dead letters about unreadable records. */
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, { bus, sender, worker, ...props }: EventsFunctionProps) {
    super(scope, id);
    this.bus =
      bus ??
      new EventBus(this, "Bus", {
        description: "Rollcall: users, teams and memberships that changed",
        ...nameByStack(this, "Bus"),
      });
    const { handler, live, role, failures } = consumeStream(this, {
      ...props,
      name: "events",
      environment: {
        ...props.environment,
        TABLE_NAME: props.table.tableName,
        EVENT_BUS_NAME: bus === undefined ? this.bus.eventBusName : bus.eventBusArn,
      },
      timeout: Duration.minutes(2),
      wakes: WAKES,
      batchSize: 100,
      // Half of the stream's retention: the other half is left for reading again what the queue names.
      maxRecordAge: Duration.hours(12),
    });
    role.addToPolicy(
      new PolicyStatement({ sid: "Publish", actions: ["events:PutEvents"], resources: [this.bus.eventBusArn] }),
    );
    const having = { webhooks: sender !== undefined, roles: worker !== undefined };
    for (const statement of eventsStatements(props.table, having)) {
      role.addToPolicy(statement);
    }
    visit(this, live, VISITS, {
      Visit: { every: VISITS, event: { visit: true } },
      ...(sender && { Notice: { every: NOTICES, event: { notify: true } } }),
    });
    if (sender !== undefined) letWake(handler, sender, SENDER);
    if (worker !== undefined) letWake(handler, worker, ROLES_WORKER);
    this.handler = handler;
    this.live = live;
    this.failures = failures;
  }
}

/**
 * The name of the bus. CDK derives names from ids in the app: two stacks with one id and different `stackName` in one account
 * and region would clash. This is CDK's name for a stack whose id is its name.
 */
function nameByStack(scope: Construct, id: string): { readonly eventBusName?: string } {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  if (Token.isUnresolved(stack.stackName)) return {};
  const within = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  const path = [stack.stackName, ...within, id];
  const standIn = path.reduce<Construct>((above, one) => new Construct(above, one), new RootConstruct());
  return { eventBusName: Names.uniqueId(standIn) };
}
