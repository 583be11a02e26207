import { RemovalPolicy, Size, Validations } from "aws-cdk-lib";
import {
  AccessLogFormat,
  AuthorizationType,
  CfnRestApi,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodDeploymentOptions,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { CfnPermission } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct, type IConstruct } from "constructs";
import { APPLICATION_ROUTES, PORTAL_ROUTES, ROUTES, type Route, type RoutedFunction } from "../functions/routes.ts";
import { type Config, isDisposable } from "./config.ts";
import { GATEWAY_ERRORS, gatewayErrorTemplate } from "./gatewayErrors.ts";
import { type LiveFunction, outsideGovCloud } from "./liveFunction.ts";
import { leftBehind } from "./scimTable.ts";

interface ScimApiProps {
  /** Of the deployment's routes. */
  readonly functions: Readonly<Partial<Record<RoutedFunction, LiveFunction>>>;
  readonly config: Config;
  readonly key: IKey | undefined;
}

/**
 * One line per request, even of those that reached no function. API Gateway escapes nothing in it, and it is kept for months:
 * so it has nothing that a client can fill. `path` contains names and tokens of mistaken URLs, `error.message` and
 * `integration.error` quote headers, and the client can choose `requestId` and `xrayTraceId`.
 */
const ACCESS_LOG = {
  extendedRequestId: "$context.extendedRequestId",
  // Lambda's invocation id: `reqId` of the function's line; its end is our reference.
  integrationRequestId: "$context.integration.requestId",
  requestTimeEpoch: "$context.requestTimeEpoch",
  sourceIp: "$context.identity.sourceIp",
  httpMethod: "$context.httpMethod",
  resourcePath: "$context.resourcePath",
  protocol: "$context.protocol",
  status: "$context.status",
  responseLength: "$context.responseLength",
  responseLatency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  integrationStatus: "$context.integration.status",
  errorResponseType: "$context.error.responseType",
  wafResponseCode: "$context.wafResponseCode",
  domainName: "$context.domainName",
};

const IN_CODE = {
  none: "The function checks the org token itself, so that its 401 and 403 are SCIM errors naming what to change.",
  key: "The function checks the application key itself, so that no cached acceptance outlives a revocation.",
  session:
    "The function checks the portal's session itself, so that no cached acceptance outlives a revocation; the pages' own code is public.",
};
const LOG_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/**
 * For browsers' pages: their scripts load in a third of the time. API Gateway unpacks request bodies in any case, and
 * compresses nothing for clients without Accept-Encoding. Answers with secrets are smaller: compressed together with text that
 * somebody else chooses, their length would reveal them. ADR 59.
 */
const LEAST_COMPRESSED = Size.kibibytes(16);

/** In its stage settings, API Gateway stores an ANY method as one for each of these, and knows no ANY. */
const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

function routesOf({ applicationKeys, portal }: Config): readonly Route[] {
  return [...ROUTES, ...(applicationKeys ? APPLICATION_ROUTES : []), ...(portal === undefined ? [] : PORTAL_ROUTES)];
}

/** Throttles of single routes, by path and method. They replace the stage's, and never exceed it. */
function methodOptions(config: Config): Record<string, MethodDeploymentOptions> {
  const { functionThrottle, throttle } = config;
  const routes = routesOf(config);
  const options = routes.flatMap((route): [string, MethodDeploymentOptions][] => {
    const own = [route.throttle, functionThrottle[route.function]].filter((one) => one !== undefined);
    // A Tenant URL with trailing slash is no bulk request.
    if (own.length === 0 || route.rest) return [];
    const settings = {
      throttlingRateLimit: Math.min(throttle.rate, ...own.map(({ rate }) => rate)),
      throttlingBurstLimit: Math.min(throttle.burst, ...own.map(({ burst }) => burst)),
      loggingLevel: MethodLoggingLevel.OFF,
      dataTraceEnabled: false,
      metricsEnabled: false,
    };
    const others = routes.flatMap(({ method, path }) => (path === route.path && method !== undefined ? [method] : []));
    const methods =
      route.method === undefined ? METHODS.filter((one) => !others.some((other) => other === one)) : [route.method];
    return methods.map((method) => [`${route.path}/${method}`, settings]);
  });
  return Object.fromEntries(options);
}

/** Accepts one cdk-nag AwsSolutions finding for one resource. */
function acknowledge(resource: IConstruct | undefined, rule: string, reason: string): void {
  if (resource === undefined) throw new Error(`nothing to acknowledge ${rule} for`);
  Validations.of(resource).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** The regional REST API of ROUTES. Why REST and not HTTP: ADR 0001. */
export class ScimApi extends Construct {
  readonly api: RestApi;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: ScimApiProps) {
    super(scope, id);
    const { config, functions } = props;
    this.accessLog = new LogGroup(this, "AccessLog", {
      retention: config.logRetentionDays,
      removalPolicy: leftBehind(isDisposable(config)),
      encryptionKey: props.key,
    });
    this.api = new RestApi(this, "Api", {
      restApiName: `rollcall-${config.stage}`,
      description: "SCIM 2.0 service provider",
      endpointTypes: [EndpointType.REGIONAL],
      disableExecuteApiEndpoint: config.closeDefaultEndpoint,
      ...((config.compression || config.portal !== undefined) && { minCompressionSize: LEAST_COMPRESSED }),
      // It belongs to the whole account, so it survives the stack.
      ...(config.apiGatewayAccountRole === "create"
        ? { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }
        : { cloudWatchRole: false }),
      deployOptions: {
        stageName: config.stage,
        throttlingRateLimit: config.throttle.rate,
        throttlingBurstLimit: config.throttle.burst,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        // Execution logs contain bodies with personal data.
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        metricsEnabled: false,
        tracingEnabled: config.tracing,
        methodOptions: methodOptions(config),
      },
    });
    // The default output shows a URL that is neither Tenant URL nor admin URL.
    this.api.node.tryRemoveChild("Endpoint");
    this.requireTls12();
    this.addRoutes(routesOf(config), functions);
    this.addGatewayErrors();
    this.acknowledge(config);
  }

  /** The default endpoint otherwise accepts TLS 1.0. */
  private requireTls12(): void {
    const { defaultChild } = this.api.node;
    if (!(defaultChild instanceof CfnRestApi)) throw new Error("the REST API has no CfnRestApi below it");
    // GovCloud lacks these policies.
    const policy = { SecurityPolicy: "SecurityPolicy_TLS13_1_2_PQ_2025_09", EndpointAccessMode: "STRICT" };
    for (const [name, value] of Object.entries(policy)) {
      defaultChild.addPropertyOverride(name, outsideGovCloud(this, value));
    }
  }

  private addRoutes(routes: readonly Route[], functions: ScimApiProps["functions"]): void {
    const integrations = new Map<RoutedFunction, LambdaIntegration>();
    for (const route of routes) {
      const called = functions[route.function];
      if (called === undefined) throw new Error(`${route.path} has no function ${route.function}`);
      const integration =
        integrations.get(route.function) ??
        // One permission for the whole API: one per method would exceed the function's 20 KB policy.
        new LambdaIntegration(called.live, { scopePermissionToMethod: false });
      integrations.set(route.function, integration);
      const method = this.resourceAt(route.path).addMethod(route.method ?? "ANY", integration, {
        authorizationType: route.auth === "iam" ? AuthorizationType.IAM : AuthorizationType.NONE,
      });
      if (route.auth !== "iam") acknowledge(method, "APIG4", IN_CODE[route.auth]);
      acknowledge(
        method,
        "COG4",
        route.auth === "iam" ? "Operators and the application sign with IAM." : IN_CODE[route.auth],
      );
    }
    // The permission exists before a deployment lets the API call another target.
    const permissions = this.node.findAll().filter((child) => child instanceof CfnPermission);
    this.api.latestDeployment?.node.addDependency(...permissions);
  }

  private acknowledge(config: Config): void {
    acknowledge(this.api.node.defaultChild, "APIG2", "The functions validate bodies and answer in SCIM's words.");
    const stage = this.api.deploymentStage.node.defaultChild;
    acknowledge(
      stage,
      "APIG6",
      "Execution logs would hold request bodies, which are personal data; the access log is on.",
    );
    if (config.waf === undefined) acknowledge(stage, "APIG3", "The firewall costs money when idle and is an option.");
    if (config.apiGatewayAccountRole === "create") {
      const role = this.api.node.findChild("CloudWatchRole");
      acknowledge(
        role,
        `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${LOG_POLICY}]`,
        "AWS made it for this one purpose.",
      );
    }
  }

  private resourceAt(path: string): IResource {
    let resource: IResource = this.api.root;
    for (const part of path.split("/").filter((segment) => segment !== "")) {
      resource = resource.getResource(part) ?? resource.addResource(part);
    }
    return resource;
  }

  private addGatewayErrors(): void {
    for (const error of GATEWAY_ERRORS) {
      const headers = { "Content-Type": "application/scim+json", ...error.headers };
      this.api.addGatewayResponse(error.type, {
        type: ResponseType[error.type],
        statusCode: error.status,
        responseHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`])),
        // API Gateway looks for a template of type application/json; the header gives the body's real type.
        templates: { "application/json": gatewayErrorTemplate(error) },
      });
    }
  }
}
