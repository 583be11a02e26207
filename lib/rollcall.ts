import { CfnOutput, Stack, Token } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, type IEventBus, type OnEventOptions, Rule } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { COMMAND } from "../bin/installation.ts";
import { type Config, parseConfig } from "./config.ts";
import { CustomDomain } from "./customDomain.ts";
import { EventsFunction } from "./eventsFunction.ts";
import { Firewall } from "./firewall.ts";
import { Journal } from "./journal.ts";
import { Observability } from "./observability/observability.ts";
import { refuseContradictions, refuseOthers } from "./refuseProps.ts";
import type { RollcallProps } from "./rollcallProps.ts";
import { commonEnvironment, removalsEnvironment, routedFunctions } from "./routedFunctions.ts";
import { Canary, RolesFunction, TokensReportFunction } from "./scheduledFunctions.ts";
import { ScimApi } from "./scimApi.ts";
import { customerKey, existingTable, ScimTable } from "./scimTable.ts";
import { OF_STACKS } from "./settings.ts";
import type { StackFunction } from "./stackFunctions.ts";
import { SweepFunction } from "./sweepFunction.ts";
import { Webhooks } from "./webhooks.ts";

export type { RollcallProps };

/**
 * A SCIM 2.0 service provider in a stack: API, functions, and the table unless given. At most one in a stack, because its
 * commands find it by the stack's name.
 * @throws ConfigError naming each wrong prop, and what to write instead
 */
export class Rollcall extends Construct {
  readonly api: RestApi;
  readonly table: ITableV2;
  /** The bus for events about users, teams and memberships. */
  readonly bus: IEventBus;
  /** The address for identity providers; `{orgName}` stands for the organization's login name. */
  readonly tenantUrl: string;
  readonly #portal: boolean;

  constructor(scope: Construct, id: string, props: RollcallProps = {}) {
    super(scope, id);
    const where = `props of the Rollcall at ${this.node.path}`;
    refuseOthers(props, where);
    const { bus, encryptionKey, table: given, ...settings } = props;
    const config = parseConfig(settings, {}, { where, without: OF_STACKS, isKnownLater: Token.isUnresolved });
    const stack = Stack.of(this);
    const others = stack.node
      .findAll()
      .filter((one) => one instanceof Rollcall && one !== this && Stack.of(one) === stack);
    refuseContradictions(props, config, { stack, others, where });
    const key = encryptionKey ?? customerKey(this, config);
    const table = given ?? existingTable(this, config) ?? new ScimTable(this, "Data", { config, key }).table;

    const ownName = config.domain && `https://${config.domain.name}`;
    const publicUrl = config.publicUrl ?? ownName;
    const environment = commonEnvironment(config, publicUrl);
    const common = { config, environment, key, table };
    const functions = routedFunctions(this, common);
    const { api, accessLog } = new ScimApi(this, "Http", { functions, config, key });
    const makers = [functions.admin, functions.appAdmin].flatMap((one) => (one === undefined ? [] : [one.handler]));
    const sender = config.webhooks ? new Webhooks(this, "Webhooks", { ...common, makers }) : undefined;
    const worker = config.roles ? new RolesFunction(this, "Roles", common) : undefined;
    const events = new EventsFunction(this, "events", {
      ...common,
      bus: bus ?? existingBus(this, config),
      sender: sender?.live,
      worker: worker?.live,
      environment: { ...environment, ...removalsEnvironment(config) },
    });
    const sweep = new SweepFunction(this, "sweep", common);
    const report = new TokensReportFunction(this, "TokensReportFunction", common);
    const journal = config.portal && new Journal(this, "Journal", { ...common, written: { ...functions, events } });
    if (config.waf !== undefined) new Firewall(this, "Firewall", { waf: config.waf, api });

    this.api = api;
    this.table = table;
    this.bus = events.bus;
    this.#portal = config.portal !== undefined;
    // A signature covers the host name: signed requests go to the API itself, not to what is in front of it.
    const urlOf = (path: string) => (ownName === undefined ? api.deploymentStage.urlForPath(path) : ownName + path);
    const publicUrlOf = (path: string) => (publicUrl === undefined ? urlOf(path) : publicUrl + path);
    this.tenantUrl = publicUrlOf("/scim/v2/{orgName}");
    const canary =
      config.canary && new Canary(this, "Canary", { ...common, ...config.canary, url: publicUrlOf("/scim/v2") });
    const workers = { events, sweep, ...(journal && { journal }) };
    const watch = config.observability
      ? new Observability(this, "Observability", {
          config,
          sources: {
            apiName: api.restApiName,
            stage: api.deploymentStage,
            table,
            functions: handlersOf({
              ...functions,
              ...workers,
              tokensReport: report,
              ...(sender && { webhooks: sender }),
              ...(worker && { roles: worker }),
              ...(canary && { canary }),
            }),
            workers: Object.entries(workers).map(([name, { handler, failures }]) => {
              return { name, handler, failures, onStream: name !== "journal" };
            }),
          },
          // All log groups found now, so that no function is forgotten.
          logGroups: this.node
            .findAll()
            .filter((child): child is LogGroup => child instanceof LogGroup && child !== accessLog),
          accessLog,
        })
      : undefined;
    const domain = config.domain && new CustomDomain(this, "Domain", { domain: config.domain, api });
    const { stackName } = stack;
    // CloudFormation allows no function in an output's description; a nested stack's name is one.
    const named = Token.isUnresolved(stackName) ? "NAME_OF_THIS_STACK" : stackName;
    const jobs = `${COMMAND} jobs --stack ${named}`;
    const creation = `${COMMAND} org create acme --entitled --sso-url https://sso.example.com --stack ${stackName}`;
    const appUrl = config.applicationKeys ? urlOf("/app/v1") : undefined;
    const portalUrl = config.portal && publicUrlOf("/portal");
    this.#output([
      ["TenantUrl", this.tenantUrl, "Tenant URL (Okta: base URL) of an organization"],
      ["AdminUrl", urlOf("/admin/v1"), "Administration, for requests signed by an AWS identity"],
      ["DirectoryUrl", urlOf("/directory/v1"), "Users, teams and sign-in, for the application's signed requests"],
      ["ApplicationUrl", appUrl, "Directory and administration for applications outside AWS, by application key"],
      ["PortalUrl", portalUrl, `The portal. A link into it: ${COMMAND} portal link acme --stack ${named}`],
      ["TableName", table.tableName, "The single table"],
      ["EventBusName", events.bus.eventBusName, "The bus with the events of users, teams and memberships"],
      [
        "DashboardName",
        watch?.dashboardName,
        "The dashboard in CloudWatch: latency, errors, capacity, tokens and alarms",
      ],
      ["EventsFailuresUrl", events.failures.queueUrl, `Changes that could not be logged as events: ${jobs}`],
      ["SweepFailuresUrl", sweep.failures.queueUrl, `Deletions that could not be swept: ${jobs}`],
      ["JournalFailuresUrl", journal?.failures.queueUrl, `Lines of the log that the portal's journal lacks: ${jobs}`],
      ["JournalFunctionName", journal?.live.functionName, "Writes the request journal of the portal"],
      ["EventsFunctionName", events.live.functionName, "Logs changes as events, and publishes them to the bus"],
      ["SweepFunctionName", sweep.live.functionName, "Removes what deletions left behind"],
      ["DomainTarget", domain?.target, `The target for a DNS record of ${config.domain?.name}`],
      ["NextCommand", creation, `Then: ${COMMAND} token generate acme --stack ${named}`],
    ]);
  }

  /** Lets an application read the directory, sign people in, and keep its own users: `/directory/v1`. */
  grantDirectory(grantee: IGrantable): Grant {
    return this.#grant(grantee, ["/directory/v1/*"]);
  }

  /** Lets an operator's role or program make organizations and tokens: `/admin/v1`, and the portal's console. */
  grantAdmin(grantee: IGrantable): Grant {
    return this.#grant(grantee, ["/admin/v1/*", ...(this.#portal ? ["/console/v1/*"] : [])]);
  }

  /**
   * A rule for this bus's events. Without a pattern it matches all; `eventPattern: { detailType: ["user.deactivated"] }`
   * selects some. On your own bus the source stays `rollcall`.
   * @throws Error where the bus is in another account or region than the rule: EventBridge would look for a bus of that name
   * here
   */
  onEvent(id: string, options: OnEventOptions = {}): Rule {
    const { crossStackScope = this, description, eventPattern, ruleName, target } = options;
    const stack = Stack.of(crossStackScope);
    for (const place of ["account", "region"] as const) {
      const [theirs, here] = [this.bus.env[place], stack[place]];
      if (theirs === here || Token.isUnresolved(theirs) || Token.isUnresolved(here)) continue;
      throw new Error(
        `onEvent of the Rollcall at ${this.node.path}: the bus is in ${place} ${theirs}, and the rule would be in ${here}: make the rule in ${theirs}, for the source "rollcall"`,
      );
    }
    return new Rule(crossStackScope, id, {
      eventBus: this.bus,
      eventPattern: { source: ["rollcall"], ...eventPattern },
      targets: target === undefined ? [] : [target],
      ...(description !== undefined && { description }),
      ...(ruleName !== undefined && { ruleName }),
    });
  }

  #grant(grantee: IGrantable, paths: readonly string[]): Grant {
    const { stageName } = this.api.deploymentStage;
    return Grant.addToPrincipal({
      grantee,
      actions: ["execute-api:Invoke"],
      resourceArns: paths.map((path) => this.api.arnForExecuteApi("*", path, stageName)),
    });
  }

  /** @param outputs those without a value are left out */
  #output(outputs: readonly (readonly [name: string, value: string | undefined, description: string])[]): void {
    // A host's stack can have other outputs. Commands find these wherever in the stack the construct is.
    const prefix = this.node.id === ALONE ? "" : "Rollcall";
    for (const [name, value, description] of outputs)
      if (value !== undefined) new CfnOutput(this, name, { value, description }).overrideLogicalId(prefix + name);
  }
}

/** CDK leaves this id out of logical ids: constructs below it keep the ids that they would have without it. */
const ALONE = "Default";

function handlersOf(
  functions: Readonly<Partial<Record<StackFunction, { readonly handler: IFunction }>>>,
): Partial<Record<StackFunction, IFunction>> {
  return Object.fromEntries(Object.entries(functions).map(([name, { handler }]) => [name, handler]));
}

function existingBus(scope: Construct, { eventBusArn }: Config): IEventBus | undefined {
  return eventBusArn === undefined ? undefined : EventBus.fromEventBusArn(scope, "ExistingBus", eventBusArn);
}
