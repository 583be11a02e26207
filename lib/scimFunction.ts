import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { keyActions, type TableFunction, tableStatements } from "./grants.ts";
import { leftBehind } from "./scimTable.ts";

const PROJECT = new URL("..", import.meta.url).pathname;

/**
 * Ways to find credentials on a desk. The SDK imports them only when the environment has none, which on Lambda it always
 * has: leaving them out saves 115 KB to load.
 */
const NEVER_ON_LAMBDA = ["ini", "login", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/** What stands for modules where the SDK is, by their names. */
const BESIDE_SDK = { "node:http": `${PROJECT}lib/nodeHttp.cjs` };

/**
 * And where it is not. The document client's package does not say that loading it does nothing, so that esbuild would
 * keep all of it. What a built-in lacks here, esbuild names.
 */
const WITHOUT_SDK = {
  "@aws-sdk/client-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "@aws-sdk/lib-dynamodb": `${PROJECT}lib/leftOut/index.js`,
  "node:crypto": `${PROJECT}lib/builtIns/crypto.mjs`,
  "node:http": `${PROJECT}lib/builtIns/http.mjs`,
  "node:timers": `${PROJECT}lib/builtIns/timers.mjs`,
  "node:timers/promises": `${PROJECT}lib/builtIns/timersPromises.mjs`,
  "node:zlib": `${PROJECT}lib/builtIns/zlib.mjs`,
};

/** By which client a function reaches the table (ADR 49). */
export type TableClient = "signed" | "sdk";

/** Those that answer identity providers and the application: each request waits for them, and many come to a cold start. */
export const SIGNED: ReadonlySet<string> = new Set<TableFunction>([
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "directory",
  "appRead",
  "appWrite",
  "portal",
]);

/** @param name of a function @param chosen the deployment's setting `tableClient`: `sdk` is for all functions */
export function tableClientOf(name: string, chosen: TableClient): TableClient {
  return SIGNED.has(name) ? chosen : "sdk";
}

/** How esbuild makes a function of an entry. What it loads of AWS is inside, so that Lambda cannot change it under us. */
const BUNDLING = {
  format: OutputFormat.ESM,
  target: "node24",
  mainFields: ["module", "main"],
  minify: true,
  sourcesContent: false,
  bundleAwsSDK: true,
  externalModules: NEVER_ON_LAMBDA,
};

/** Some packages of the SDK are CommonJS inside and call require, which an ES module lacks. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** How a function is bundled, and what stands in it for modules, by their names. */
export function bundlingOf(client: TableClient) {
  const standIns: Readonly<Record<string, string>> = client === "signed" ? WITHOUT_SDK : BESIDE_SDK;
  return {
    ...BUNDLING,
    banner: client === "signed" ? "" : REQUIRE,
    // What functions/runtime.ts asks: the other client is left out.
    define: { "process.env.ROLLCALL_TABLE_CLIENT": JSON.stringify(client) },
    esbuildArgs: Object.fromEntries(Object.entries(standIns).map(([name, path]) => [`--alias:${name}`, path])),
    standIns,
  };
}

export interface ScimFunctionProps {
  readonly name: TableFunction;
  /** By default one second less than API Gateway waits, so that it is we who answer. */
  readonly timeout?: Duration;
  readonly table: ITableV2;
  readonly environment: Readonly<Record<string, string>>;
  readonly retention: RetentionDays;
  readonly key: IKey | undefined;
  /** Logs of a disposable stage go with the stack, and its stack traces are readable at the price of a slower start. */
  readonly disposable: boolean;
  /** Whether functions may adopt users of the application: a setting of the deployment. */
  readonly adoption: boolean;
  /** Whether the deployment sends webhooks. */
  readonly webhooks: boolean;
  /** Whether it has the portal. */
  readonly portal: boolean;
  readonly tableClient: TableClient;
  /** Environments that only this function may use, and it no others. */
  readonly reserved?: number | undefined;
}

/** One Lambda function of functions/, with a log group and a role of its own. */
export class ScimFunction extends Construct {
  readonly handler: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ScimFunctionProps) {
    super(scope, id);
    const { disposable, name, table } = props;
    this.logGroup = new LogGroup(this, "Logs", {
      retention: props.retention,
      removalPolicy: leftBehind(disposable),
      encryptionKey: props.key,
    });

    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(
      new PolicyStatement({
        sid: "Log",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    for (const statement of tableStatements(name, table, props)) role.addToPolicy(statement);
    // DynamoDB uses a customer key in the name of the principal that reads or writes the table.
    props.key?.grant(role, ...keyActions(name));

    const { standIns: _inArgs, ...bundling } = bundlingOf(tableClientOf(name, props.tableClient));
    this.handler = new NodejsFunction(this, "Function", {
      entry: `${PROJECT}functions/${name}.ts`,
      handler: "handler",
      projectRoot: PROJECT,
      depsLockFilePath: `${PROJECT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout ?? Duration.seconds(28),
      reservedConcurrentExecutions: props.reserved,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // WARN drops the platform's START, END and REPORT lines, a third of all bytes.
      systemLogLevelV2: disposable ? SystemLogLevel.INFO : SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      environment: {
        TABLE_NAME: table.tableName,
        ...props.environment,
        ...(disposable ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
      },
      bundling: { ...bundling, sourceMap: disposable },
    });
  }
}
