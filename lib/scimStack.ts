import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { RoutedFunction } from "../functions/routes.ts";
import { type Config, isDisposable } from "./config.ts";
import { CustomDomain } from "./customDomain.ts";
import { EventsFunction } from "./eventsFunction.ts";
import { Firewall } from "./firewall.ts";
import { Journal } from "./journal.ts";
import { Observability } from "./observability/observability.ts";
import { ScimApi } from "./scimApi.ts";
import { ScimFunction } from "./scimFunction.ts";
import { customerKey, existingTable, ScimTable } from "./scimTable.ts";
import { STACK_DESCRIPTION, type StackFunction } from "./settings.ts";
import { SweepFunction } from "./sweepFunction.ts";
import { TokensReportFunction } from "./tokensReport.ts";
import { Webhooks } from "./webhooks.ts";

export interface ScimStackProps extends StackProps {
  readonly config: Config;
  /** Of the release, as every log line and the generic ServiceProviderConfig say it. */
  readonly version: string;
  /** Table and key of another stack; without them the stack makes its own. */
  readonly shared?: { readonly table: ITableV2; readonly key: IKey | undefined };
}

/** Everything that answers requests, and the table unless it is given. */
export class ScimStack extends Stack {
  constructor(scope: Construct, id: string, { config, shared, version, ...props }: ScimStackProps) {
    const disposable = isDisposable(config);
    super(scope, id, { description: STACK_DESCRIPTION, terminationProtection: !disposable, ...props });
    const key = shared === undefined ? customerKey(this, config) : shared.key;
    const table =
      shared?.table ?? existingTable(this, config) ?? new ScimTable(this, "Data", { disposable, key }).table;

    const retention = config.logRetentionDays;
    const ownName = config.domain === undefined ? undefined : `https://${config.domain.name}`;
    const publicUrl = config.publicUrl ?? ownName;
    const environment = {
      STAGE: config.stage,
      ROLLCALL_VERSION: version,
      REQUEST_BUDGET:
        config.requestBudget === undefined ? "off" : `${config.requestBudget.rate}/${config.requestBudget.burst}`,
      EVENT_LOG: `${config.events.retentionDays}/${config.events.values ? "values" : "none"}`,
      ...(publicUrl === undefined ? {} : { PUBLIC_URL: publicUrl }),
      ...(config.adoption ? { ADOPTION: "on" } : {}),
    };
    const { adoption, portal, tableClient, webhooks } = config;
    const common = { table, retention, key, disposable, adoption, portal: portal !== undefined, webhooks, tableClient };
    const reserved = config.reservedConcurrency;
    // What the portal is given, and those that make sessions for it.
    const ofPortal: Readonly<Record<string, string>> = portal === undefined ? {} : { PORTAL: JSON.stringify(portal) };
    const handlerOf = (name: RoutedFunction, more: Readonly<Record<string, string>> = {}) =>
      new ScimFunction(this, name, {
        ...common,
        name,
        environment: { ...environment, ...more },
        reserved: reserved[name],
      }).handler;
    const handlers = {
      users: handlerOf("users"),
      groups: handlerOf("groups"),
      bulk: handlerOf("bulk"),
      search: handlerOf("search"),
      oauth: handlerOf("oauth"),
      discovery: handlerOf("discovery"),
      admin: handlerOf("admin", ofPortal),
      maintenance: handlerOf("maintenance"),
      directory: handlerOf("directory"),
      ...(config.applicationKeys && {
        appRead: handlerOf("appRead"),
        appWrite: handlerOf("appWrite"),
        appAdmin: handlerOf("appAdmin", ofPortal),
      }),
      ...(portal !== undefined && {
        portal: handlerOf("portal", ofPortal),
        portalAdmin: handlerOf("portalAdmin", ofPortal),
      }),
    };
    const { api, accessLog } = new ScimApi(this, "Http", {
      handlers,
      config,
      retention,
      key,
      disposable,
    });
    const massChange = `${config.massChange.percent}/${config.massChange.atLeast}`;
    const makers = [handlers.admin, handlers.appAdmin].filter((one) => one !== undefined);
    const sender = webhooks
      ? new Webhooks(this, "Webhooks", { ...common, environment, reserved: reserved.webhooks, makers }).handler
      : undefined;
    const events = new EventsFunction(this, "events", {
      ...common,
      sender,
      reserved: reserved.events,
      environment: { ...environment, MASS_CHANGE: massChange },
    });
    const sweep = new SweepFunction(this, "sweep", { ...common, environment, reserved: reserved.sweep });
    const report = new TokensReportFunction(this, "TokensReportFunction", {
      ...common,
      environment,
      reserved: reserved.tokensReport,
    });
    const written: Readonly<Partial<Record<StackFunction, LambdaFunction>>> = { ...handlers, events: events.handler };
    const journal =
      portal && new Journal(this, "Journal", { ...common, environment, reserved: reserved.journal, written });
    if (config.waf !== undefined) new Firewall(this, "Firewall", { waf: config.waf, api });

    // A signature covers the host name: signed requests go to the API itself, whatever is in front of it.
    const urlOf = (path: string) => (ownName === undefined ? api.deploymentStage.urlForPath(path) : ownName + path);
    const tenants = "/scim/v2/{orgName}";
    this.output(
      "TenantUrl",
      publicUrl === undefined ? urlOf(tenants) : publicUrl + tenants,
      "Tenant URL (Okta: base URL) of an organization",
    );
    this.output("AdminUrl", urlOf("/admin/v1"), "Administration, for requests signed by an AWS identity");
    this.output(
      "DirectoryUrl",
      urlOf("/directory/v1"),
      "Users, teams and sign-in, for the application's signed requests",
    );
    if (config.applicationKeys) {
      this.output("ApplicationUrl", urlOf("/app/v1"), "The same for applications outside AWS, by application key");
    }
    if (portal !== undefined) {
      this.output(
        "PortalUrl",
        publicUrl === undefined ? urlOf("/portal") : `${publicUrl}/portal`,
        `The portal. A link into it: npm run rollcall -- portal link acme --stack ${this.stackName}`,
      );
    }
    this.output("TableName", table.tableName, "The single table");
    this.output("EventBusName", events.bus.eventBusName, "The bus with the events of users, teams and memberships");
    if (config.observability) {
      const { dashboardName } = new Observability(this, "Observability", {
        config,
        sources: {
          apiName: api.restApiName,
          stage: api.deploymentStage,
          table,
          functions: {
            ...handlers,
            events: events.handler,
            sweep: sweep.handler,
            tokensReport: report.handler,
            ...(sender && { webhooks: sender }),
            ...(journal && { journal: journal.handler }),
          },
          workers: [
            { name: "events", handler: events.handler, failures: events.failures, onStream: true },
            { name: "sweep", handler: sweep.handler, failures: sweep.failures, onStream: true },
            ...(journal
              ? [{ name: "journal", handler: journal.handler, failures: journal.failures, onStream: false }]
              : []),
          ],
        },
        // Whatever else the stack has by now, so that no function is forgotten.
        logGroups: this.node
          .findAll()
          .filter((child): child is LogGroup => child instanceof LogGroup && child !== accessLog),
        accessLog,
      });
      this.output("DashboardName", dashboardName, "In CloudWatch: latency, errors, capacity, tokens and alarms");
    }
    this.output(
      "EventsFailuresUrl",
      events.failures.queueUrl,
      `Changes that could not be logged as events: npm run rollcall -- jobs --stack ${this.stackName}`,
    );
    this.output(
      "SweepFailuresUrl",
      sweep.failures.queueUrl,
      `Deletions that could not be swept: npm run rollcall -- jobs --stack ${this.stackName}`,
    );
    if (journal) {
      this.output(
        "JournalFailuresUrl",
        journal.failures.queueUrl,
        `Lines of the log that the portal's journal lacks: npm run rollcall -- jobs --stack ${this.stackName}`,
      );
      this.output("JournalFunctionName", journal.handler.functionName, "Writes the request journal of the portal");
    }
    this.output(
      "EventsFunctionName",
      events.handler.functionName,
      "Logs changes as events, and publishes them to the bus",
    );
    this.output("SweepFunctionName", sweep.handler.functionName, "Removes what deletions left behind");
    if (config.domain !== undefined) {
      const { target } = new CustomDomain(this, "Domain", { domain: config.domain, api });
      this.output("DomainTarget", target, `The target for a DNS record of ${config.domain.name}`);
    }
    const create = "npm run rollcall -- org create acme --entitled --sso-url https://sso.example.com";
    this.output(
      "NextCommand",
      `${create} --stack ${this.stackName}`,
      `Then: npm run rollcall -- token generate acme --stack ${this.stackName}`,
    );
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
