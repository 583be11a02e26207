import { Duration, Fn } from "aws-cdk-lib";
import { type Alias, CfnPermission, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { FilterPattern, SubscriptionFilter } from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { JOURNAL_FILTER } from "../functions/http/journal.ts";
import { failureQueue } from "./liveFunction.ts";
import { ScimFunction, type ScimFunctionProps } from "./scimFunction.ts";
import { JOURNALED, type StackFunction } from "./stackFunctions.ts";

/** CDK writes the same suffix in every partition. In China, Lambda knows CloudWatch Logs by China's suffix only. */
const LOGS = Fn.sub(`logs.\${AWS::URLSuffix}`);

interface JournalProps extends Omit<ScimFunctionProps, "name" | "timeout"> {
  /** The stack's functions, including those whose lines it reads. */
  readonly written: Readonly<Partial<Record<StackFunction, { readonly handler: LambdaFunction }>>>;
}

/**
 * Writes the portal's request journal from the functions' log lines. CloudWatch Logs delivers the lines seconds later, outside
 * the requests; nobody receives this function's own log. It costs nothing when idle.
 */
export class Journal extends Construct {
  readonly handler: LambdaFunction;
  readonly live: Alias;
  /** Lines that were not stored: the log still has them. */
  readonly failures: IQueue;

  constructor(scope: Construct, id: string, { written, ...props }: JournalProps) {
    super(scope, id);
    const { handler, live } = new ScimFunction(scope, "journal", {
      ...props,
      name: "journal",
      timeout: Duration.minutes(1),
    });
    const failures = failureQueue(this, props.config);
    // Lambda tries twice more, after one and two minutes; while throttled, for up to six hours.
    live.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(failures),
    });
    for (const name of JOURNALED) {
      const writer = written[name]?.handler;
      if (writer === undefined) throw new Error(`there is no function ${name} whose lines the journal could read`);
      const { node } = new SubscriptionFilter(this, name, {
        logGroup: writer.logGroup,
        filterPattern: FilterPattern.literal(JOURNAL_FILTER),
        destination: new LambdaDestination(live),
      });
      const permission = node.findAll().find((child) => child instanceof CfnPermission);
      if (permission === undefined) throw new Error(`the log of ${name} may not call the journal`);
      permission.principal = LOGS;
    }
    this.handler = handler;
    this.live = live;
    this.failures = failures;
  }
}
