import { Annotations, ArnFormat, Duration, Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnLogGroup, CfnQueryDefinition, FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Config } from "../config.ts";
import { type AlarmDefinition, alarmsFor } from "./alarms.ts";
import { dashboard } from "./dashboard.ts";
import { METRICS, NAMESPACES } from "./metrics.ts";
import { panelsFor } from "./panels.ts";
import { INDEXED_ACCESS_FIELDS, INDEXED_FIELDS, SAVED_QUERIES } from "./queries.ts";
import { readings, type Sources } from "./sources.ts";

interface ObservabilityProps {
  readonly config: Config;
  readonly sources: Sources;
  /** Of every function. */
  readonly logGroups: readonly LogGroup[];
  readonly accessLog: LogGroup;
}

/** CloudWatch's limit for an alarm's description, in characters. */
const LONGEST_DESCRIPTION = 1024;

/** The tools of on-call people: saved queries and their indexes, a dashboard, and alarms that name their runbook section. */
export class Observability extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { accessLog, config, logGroups, sources } = props;
    const { region, stackName } = Stack.of(this);
    for (const group of logGroups) index(group, INDEXED_FIELDS);
    index(accessLog, INDEXED_ACCESS_FIELDS);
    this.saveQueries(`${stackName}/${config.stage}`, logGroups, accessLog);
    this.countRefusals(accessLog);

    const actions = this.topics(config).map((topic) => new SnsAction(topic));
    if (actions.length === 0) {
      Annotations.of(this).addWarningV2(
        "rollcall:nobodyIsTold",
        "The alarms of observability tell nobody: set alarmEmail or alarmTopicArn.",
      );
    }
    const alarms = alarmsFor(config).flatMap((definition) => this.alarms(definition, sources, config, actions));
    // Dashboards are of the account, not of a region (CloudWatch API Reference, PutDashboard).
    this.dashboardName = `${stackName}-${config.stage}-${region}`;
    dashboard(this, { name: this.dashboardName, sources, panels: panelsFor(config), alarms, logGroups });
  }

  private saveQueries(folder: string, logGroups: readonly LogGroup[], accessLog: LogGroup): void {
    for (const { name, over, parameters, text } of SAVED_QUERIES) {
      new CfnQueryDefinition(this, name, {
        name: `${folder}/${name}`,
        queryString: text,
        logGroupNames: (over === "functions" ? logGroups : [accessLog]).map(({ logGroupName }) => logGroupName),
        ...(parameters.length === 0 ? {} : { parameters: [...parameters] }),
      });
    }
  }

  /** API Gateway's own metrics do not distinguish a 429 from another 4xx. */
  private countRefusals(accessLog: LogGroup): void {
    new MetricFilter(this, "Refused", {
      logGroup: accessLog,
      filterPattern: FilterPattern.stringValue("$.status", "=", "429"),
      metricNamespace: NAMESPACES.accessLog,
      metricName: METRICS.refused.name,
      metricValue: "1",
    });
  }

  private topics({ alarmEmail, alarmTopicArn }: Config): ITopic[] {
    const given = alarmTopicArn === undefined ? [] : [Topic.fromTopicArn(this, "GivenTopic", alarmTopicArn)];
    return alarmEmail === undefined ? given : [...given, this.mailTopic(alarmEmail)];
  }

  private mailTopic(address: string): Topic {
    // No KMS key: an alarm's text holds no data, and AWS's own key for SNS lets no alarm publish.
    const topic = new Topic(this, "Mail", { displayName: "Rollcall", enforceSSL: true });
    topic.addSubscription(new EmailSubscription(address));
    const stack = Stack.of(this);
    // A custom policy replaces the default, which lets CloudWatch publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: {
          ArnLike: {
            "aws:SourceArn": stack.formatArn({
              service: "cloudwatch",
              resource: "alarm",
              resourceName: "*",
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    return topic;
  }

  private alarms(
    definition: AlarmDefinition,
    sources: Sources,
    config: Config,
    actions: readonly IAlarmAction[],
  ): Alarm[] {
    const { name, of, periods, says, section, threshold } = definition;
    return metricsOf(definition, sources).map(({ metric, owner }) => {
      const full = `${name}${owner === undefined ? "" : capital(owner)}`;
      const alarm = new Alarm(this, full, {
        alarmName: `${Stack.of(this).stackName}-${full}`,
        alarmDescription: `${says} What to do: ${config.runbookUrl}#${section}`.slice(0, LONGEST_DESCRIPTION),
        metric,
        threshold,
        comparisonOperator:
          definition.below === true
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: of,
        datapointsToAlarm: periods,
        treatMissingData:
          definition.silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
      return alarm;
    });
  }
}

function index(group: LogGroup, fields: readonly string[]): void {
  const { defaultChild } = group.node;
  if (!(defaultChild instanceof CfnLogGroup)) throw new Error("the log group has no CfnLogGroup below it");
  defaultChild.fieldIndexPolicies = [{ Fields: [...fields] }];
}

function metricsOf(
  { minutes, watch }: AlarmDefinition,
  sources: Sources,
): { readonly metric: IMetric; readonly owner: string | undefined }[] {
  if ("metric" in watch) return readings(sources, watch.metric, { statistic: watch.statistic, minutes });
  const period = Duration.minutes(minutes);
  if ("longest" in watch) {
    const all = readings(sources, watch.longest, { statistic: watch.statistic, minutes });
    const usingMetrics = Object.fromEntries(all.map(({ metric, owner }) => [String(owner), metric]));
    return [{ owner: undefined, metric: new MathExpression({ expression: "MAX(METRICS())", usingMetrics, period }) }];
  }
  const keys = "sumOf" in watch ? watch.sumOf : "without" in watch ? watch.without : [watch.percent, watch.of];
  const all = keys.flatMap((key) => readings(sources, key, { statistic: "Sum", minutes }));
  const usingMetrics = Object.fromEntries(all.map(({ metric }, index) => ["abcdefghij".charAt(index), metric]));
  // A metric without data would leave the sum without data.
  const sum = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  const expression = "sumOf" in watch ? sum : "without" in watch ? "a - FILL(b, 0)" : "100 * FILL(a, 0) / b";
  return [{ owner: undefined, metric: new MathExpression({ expression, usingMetrics, period }) }];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
