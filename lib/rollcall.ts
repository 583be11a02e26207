import { CfnOutput, Stack, Token } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { EventBus, type IEventBus, type OnEventOptions, Rule } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { COMMAND } from "../bin/installation.ts";
import type { RoutedFunction } from "../functions/routes.ts";
import { type Config, parseConfig } from "./config.ts";
import { CustomDomain } from "./customDomain.ts";
import { EventsFunction } from "./eventsFunction.ts";
import { Firewall } from "./firewall.ts";
import { Journal } from "./journal.ts";
import { Observability } from "./observability/observability.ts";
import { refuseContradictions, refuseOthers } from "./refuseProps.ts";
import type { RollcallProps } from "./rollcallProps.ts";
import { Canary, RolesFunction, TokensReportFunction } from "./scheduledFunctions.ts";
import { ScimApi } from "./scimApi.ts";
import { ScimFunction } from "./scimFunction.ts";
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
  /** Prefix of outputs, so that a host's stack can have others. */
  readonly #prefix: string;
  readonly #portal: boolean;

  constructor(scope: Construct, id: string, props: RollcallProps = {}) {
    super(scope, id);
    this.#prefix = id === ALONE ? "" : "Rollcall";
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

    const ownName = config.domain === undefined ? undefined : `https://${config.domain.name}`;
    const publicUrl = config.publicUrl ?? ownName;
    const environment = {
      STAGE: config.stage,
      REQUEST_BUDGET:
        config.requestBudget === undefined ? "off" : `${config.requestBudget.rate}/${config.requestBudget.burst}`,
      EVENT_LOG: `${config.events.retentionDays}/${config.events.values ? "values" : "none"}`,
      ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }),
      ...(config.adoption ? { ADOPTION: "on" } : {}),
      ...(config.roles ? { ROLES: "on" } : {}),
    };
    // For the functions that remove on behalf of identity providers, and the one that counts.
    const ofRemovals = { MASS_CHANGE: `${config.massChange.percent}/${config.massChange.atLeast}` };
    const { portal, webhooks } = config;
    const common = { config, environment, key, table };
    // For the portal, and the functions that make its sessions.
    const ofPortal: Readonly<Record<string, string>> = portal === undefined ? {} : { PORTAL: JSON.stringify(portal) };
    // Issuers that may be trusted: checked when a trust is made, and again when the issuer's keys are fetched.
    const ofFederation: Readonly<Record<string, string>> = { FEDERATION_HOSTS: config.federationHosts.join(",") };
    const routed = (name: RoutedFunction, more: Readonly<Record<string, string>> = {}) =>
      new ScimFunction(this, name, { ...common, name, environment: { ...environment, ...more } });
    const functions = {
      users: routed("users", ofRemovals),
      groups: routed("groups", ofRemovals),
      bulk: routed("bulk", ofRemovals),
      search: routed("search"),
      oauth: routed("oauth", ofFederation),
      discovery: routed("discovery"),
      admin: routed("admin", { ...ofPortal, ...ofFederation }),
      maintenance: routed("maintenance"),
      directory: routed("directory"),
      ...(config.applicationKeys && {
        appRead: routed("appRead"),
        appWrite: routed("appWrite"),
        appAdmin: routed("appAdmin", { ...ofPortal, ...ofFederation }),
      }),
      ...(portal !== undefined && {
        portal: routed("portal", ofPortal),
        portalAdmin: routed("portalAdmin", ofPortal),
      }),
    };
    const { api, accessLog } = new ScimApi(this, "Http", { functions, config, key });
    const makers = [functions.admin, functions.appAdmin].flatMap((one) => (one === undefined ? [] : [one.handler]));
    const sender = webhooks ? new Webhooks(this, "Webhooks", { ...common, makers }) : undefined;
    const worker = config.roles ? new RolesFunction(this, "Roles", common) : undefined;
    const events = new EventsFunction(this, "events", {
      ...common,
      bus: bus ?? existingBus(this, config),
      sender: sender?.live,
      worker: worker?.live,
      environment: { ...environment, ...ofRemovals },
    });
    const sweep = new SweepFunction(this, "sweep", common);
    const report = new TokensReportFunction(this, "TokensReportFunction", common);
    const handlers: Readonly<Partial<Record<StackFunction, LambdaFunction>>> = {
      ...Object.fromEntries(Object.entries(functions).map(([name, { handler }]) => [name, handler])),
      events: events.handler,
    };
    const journal = portal && new Journal(this, "Journal", { ...common, written: handlers });
    if (config.waf !== undefined) new Firewall(this, "Firewall", { waf: config.waf, api });

    this.api = api;
    this.table = table;
    this.bus = events.bus;
    this.#portal = portal !== undefined;
    // A signature covers the host name: signed requests go to the API itself, not to what is in front of it.
    const urlOf = (path: string) => (ownName === undefined ? api.deploymentStage.urlForPath(path) : ownName + path);
    const publicUrlOf = (path: string) => (publicUrl === undefined ? urlOf(path) : publicUrl + path);
    this.tenantUrl = publicUrlOf("/scim/v2/{orgName}");
    const canary =
      config.canary && new Canary(this, "Canary", { ...common, ...config.canary, url: publicUrlOf("/scim/v2") });
    const { stackName } = stack;
    // CloudFormation allows no function in an output's description; a nested stack's name is one.
    const named = Token.isUnresolved(stackName) ? "NAME_OF_THIS_STACK" : stackName;
    this.#output("TenantUrl", this.tenantUrl, "Tenant URL (Okta: base URL) of an organization");
    this.#output("AdminUrl", urlOf("/admin/v1"), "Administration, for requests signed by an AWS identity");
    this.#output(
      "DirectoryUrl",
      urlOf("/directory/v1"),
      "Users, teams and sign-in, for the application's signed requests",
    );
    if (config.applicationKeys) {
      this.#output(
        "ApplicationUrl",
        urlOf("/app/v1"),
        "Directory and administration for applications outside AWS, by application key",
      );
    }
    if (portal !== undefined) {
      this.#output(
        "PortalUrl",
        publicUrlOf("/portal"),
        `The portal. A link into it: ${COMMAND} portal link acme --stack ${named}`,
      );
    }
    this.#output("TableName", table.tableName, "The single table");
    this.#output("EventBusName", events.bus.eventBusName, "The bus with the events of users, teams and memberships");
    if (config.observability) {
      const { dashboardName } = new Observability(this, "Observability", {
        config,
        sources: {
          apiName: api.restApiName,
          stage: api.deploymentStage,
          table,
          functions: {
            ...handlers,
            sweep: sweep.handler,
            tokensReport: report.handler,
            ...(sender && { webhooks: sender.handler }),
            ...(worker && { roles: worker.handler }),
            ...(journal && { journal: journal.handler }),
            ...(canary && { canary: canary.handler }),
          },
          workers: [
            { name: "events", handler: events.handler, failures: events.failures, onStream: true },
            { name: "sweep", handler: sweep.handler, failures: sweep.failures, onStream: true },
            ...(journal
              ? [{ name: "journal", handler: journal.handler, failures: journal.failures, onStream: false }]
              : []),
          ],
        },
        // All log groups found now, so that no function is forgotten.
        logGroups: this.node
          .findAll()
          .filter((child): child is LogGroup => child instanceof LogGroup && child !== accessLog),
        accessLog,
      });
      this.#output(
        "DashboardName",
        dashboardName,
        "The dashboard in CloudWatch: latency, errors, capacity, tokens and alarms",
      );
    }
    const jobs = `${COMMAND} jobs --stack ${named}`;
    this.#output("EventsFailuresUrl", events.failures.queueUrl, `Changes that could not be logged as events: ${jobs}`);
    this.#output("SweepFailuresUrl", sweep.failures.queueUrl, `Deletions that could not be swept: ${jobs}`);
    if (journal) {
      this.#output(
        "JournalFailuresUrl",
        journal.failures.queueUrl,
        `Lines of the log that the portal's journal lacks: ${jobs}`,
      );
      this.#output("JournalFunctionName", journal.live.functionName, "Writes the request journal of the portal");
    }
    this.#output(
      "EventsFunctionName",
      events.live.functionName,
      "Logs changes as events, and publishes them to the bus",
    );
    this.#output("SweepFunctionName", sweep.live.functionName, "Removes what deletions left behind");
    if (config.domain !== undefined) {
      const { target } = new CustomDomain(this, "Domain", { domain: config.domain, api });
      this.#output("DomainTarget", target, `The target for a DNS record of ${config.domain.name}`);
    }
    this.#output(
      "NextCommand",
      `${COMMAND} org create acme --entitled --sso-url https://sso.example.com --stack ${stackName}`,
      `Then: ${COMMAND} token generate acme --stack ${named}`,
    );
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

  #output(name: string, value: string, description: string): void {
    const output = new CfnOutput(this, name, { value, description });
    // Commands find them by these names, wherever in the stack the construct is.
    output.overrideLogicalId(this.#prefix + name);
  }
}

/** CDK leaves this id out of logical ids: constructs below it keep the ids that they would have without it. */
const ALONE = "Default";

function existingBus(scope: Construct, { eventBusArn }: Config): IEventBus | undefined {
  return eventBusArn === undefined ? undefined : EventBus.fromEventBusArn(scope, "ExistingBus", eventBusArn);
}
