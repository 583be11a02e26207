import { Aws, CfnCondition, Duration, Fn, type IResolvable, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Alias, Architecture, CfnFunction, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { version } from "../bin/installation.ts";
import type { TableClient } from "./bundling.ts";
import { type Config, isDisposable } from "./config.ts";
import { codeDigest, functionCode } from "./functionCode.ts";
import { leftBehind } from "./scimTable.ts";
import { functionsBy, type StackFunction } from "./stackFunctions.ts";

/** The alias that every caller of a function uses: it points to the version in force (ADR 61). */
export const LIVE = "live";

/** Default of each function. */
const MEGABYTES = 512;

interface LiveFunctionProps {
  /** Of the file in functions/. */
  readonly name: StackFunction;
  readonly client: TableClient;
  readonly timeout: Duration;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Config;
}

export interface LiveFunction {
  /** For its name, log and metrics. Nothing calls it directly. */
  readonly handler: LambdaFunction;
  /** The version in force: target of calls, schedules and streams. */
  readonly live: Alias;
}

/** Makes a function, a version for each release, and the alias of the version in force. */
export function makeFunction(scope: Construct, props: LiveFunctionProps): LiveFunction {
  const { client, config, logGroup, name, role, timeout } = props;
  // A disposable stage has readable stack traces, at the price of a slower start.
  const traced = isDisposable(config);
  const handler = new LambdaFunction(scope, "Function", {
    code: functionCode(name, client, { traced, together: functionsBy(client, config) }),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: config.memorySize[name] ?? MEGABYTES,
    timeout,
    reservedConcurrentExecutions: config.reservedConcurrency[name],
    role,
    logGroup,
    environment: {
      ...props.environment,
      ROLLCALL_VERSION: version(),
      // Makes each release publish a version of every function; a rollback finds those that belong together.
      ROLLCALL_RELEASE: `${version()}-${codeDigest()}`,
      ...(traced ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
    },
    // A rollback uses versions that are no longer in the template. A failed deployment's version is deleted: it never served,
    // and as the latest it would keep Lambda from publishing the same again, so the second try would fail (ADR 61).
    currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
  });
  const { defaultChild } = handler.node;
  if (!(defaultChild instanceof CfnFunction)) throw new Error("the function has no CfnFunction below it");
  // WARN drops the platform's START, END and REPORT lines, a third of all bytes. GovCloud's Lambda has no JSON format: there
  // our raw lines stand among the platform's.
  const logging = { LogFormat: "JSON", SystemLogLevel: traced ? "INFO" : "WARN", ApplicationLogLevel: "INFO" };
  for (const [name, value] of Object.entries(logging)) {
    defaultChild.addPropertyOverride(`LoggingConfig.${name}`, outsideGovCloud(scope, value));
  }
  if (config.tracing) trace(defaultChild, role);
  return { handler, live: new Alias(scope, "Live", { aliasName: LIVE, version: handler.currentVersion }) };
}

/** A function's log, and its role, which may write that log and nothing else yet. */
export function logAndRole(
  scope: Construct,
  { config, key }: { readonly config: Config; readonly key: IKey | undefined },
): Pick<LiveFunctionProps, "logGroup" | "role"> {
  const logGroup = new LogGroup(scope, "Logs", {
    retention: config.logRetentionDays,
    removalPolicy: leftBehind(isDisposable(config)),
    encryptionKey: key,
  });
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  role.addToPolicy(
    new PolicyStatement({
      sid: "Log",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    }),
  );
  return { logGroup, role };
}

/** The queue for what a function gave up on. */
export function failureQueue(scope: Construct, config: Config): Queue {
  const failures = new Queue(scope, "Failures", {
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    removalPolicy: leftBehind(isDisposable(config)),
  });
  Validations.of(failures.node.defaultChild ?? failures).acknowledge({
    id: "AwsSolutions-SQS3",
    reason: "It is itself the queue for what failed; a person looks into it.",
  });
  return failures;
}

/** A named statement of our own: CDK's statement has no name. */
function trace(handler: CfnFunction, role: Role): void {
  handler.tracingConfig = { mode: "Active" };
  role.addToPolicy(
    new PolicyStatement({
      sid: "Trace",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      resources: ["*"],
    }),
  );
  const policy = role.node.findChild("DefaultPolicy");
  Validations.of(policy.node.defaultChild ?? policy).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "X-Ray knows no resources for what writes traces (Service Authorization Reference, AWS X-Ray).",
  });
}

const ID = "RollcallOutsideGovCloud";

/**
 * Omits a property that AWS lacks in GovCloud: by a condition, because most stacks name no region. Source: "How … differs for
 * AWS GovCloud (US)" of each service in the AWS GovCloud (US) User Guide.
 */
export function outsideGovCloud(scope: Construct, value: string): IResolvable {
  const stack = Stack.of(scope);
  const found = stack.node.tryFindChild(ID);
  const expression = Fn.conditionNot(Fn.conditionEquals(Aws.PARTITION, "aws-us-gov"));
  const { logicalId } = found instanceof CfnCondition ? found : new CfnCondition(stack, ID, { expression });
  return Fn.conditionIf(logicalId, value, Aws.NO_VALUE);
}

interface Visit {
  readonly every: Duration;
  readonly description?: string;
  /** The function's input. */
  readonly event?: object;
}

/**
 * Calls a function by schedules, each with the id of its rule. A failed run is not repeated at once: the next one does its
 * work. EventBridge hands the call to Lambda, which would otherwise try it twice more, and keep a waiting call for six hours
 * (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation").
 * @param latest after this time a call that could not begin is dropped
 */
export function visit(scope: Construct, live: Alias, latest: Duration, visits: Readonly<Record<string, Visit>>): void {
  const once = { retryAttempts: 0, maxEventAge: latest };
  live.configureAsyncInvoke(once);
  for (const [id, { description, event, every }] of Object.entries(visits)) {
    const target = new FunctionTarget(live, { ...once, ...(event && { event: RuleTargetInput.fromObject(event) }) });
    new Rule(scope, id, { ...(description && { description }), schedule: Schedule.rate(every), targets: [target] });
  }
}
