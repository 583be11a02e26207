import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { alarmsFor, watched } from "../../lib/observability/alarms.ts";
import { METRICS, NAMESPACES, type Source } from "../../lib/observability/metrics.ts";
import { PANELS, panelsFor } from "../../lib/observability/panels.ts";
import { INDEXED_ACCESS_FIELDS, INDEXED_FIELDS, SAVED_QUERIES } from "../../lib/observability/queries.ts";
import { unknownFields } from "../support/logsInsights/checkQuery.ts";
import { fillQuery } from "../support/logsInsights/fillQuery.ts";
import { readQuery } from "../support/logsInsights/readQuery.ts";
import { type Synthesis, synthesise } from "./synthesis.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:on-call";
const WATCHED = { observability: true, alarmEmail: "on-call@example.com", alarmTopicArn: TOPIC };
/** With everything that there is to watch. */
const synthesis = synthesise({ ...WATCHED, webhooks: true, canary: true });
const { resources, template } = synthesis;

function alarms({ resources: of }: Synthesis = synthesis): Record<string, unknown>[] {
  return of("AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
}

/** Every number the alarms watch, as CloudWatch is asked for it. */
function metricsOf(alarm: Record<string, unknown>): { Namespace: string; MetricName: string; Dimensions?: unknown }[] {
  if (alarm.MetricName !== undefined) return [alarm as never];
  const parts = alarm.Metrics as { readonly MetricStat?: { readonly Metric: never } }[];
  return parts.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric]));
}

/**
 * What AWS sends by itself, by the dimensions it sends it with (the services' pages "metrics and dimensions"); `""`:
 * without any, which for Lambda means all functions of account and region.
 */
const OF_AWS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "AWS/ApiGateway": {
    "ApiName, Stage": ["4XXError", "5XXError", "Count", "IntegrationLatency", "Latency"],
  },
  "AWS/DynamoDB": {
    TableName: ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"],
    "GlobalSecondaryIndexName, TableName": ["ReadThrottleEvents", "WriteThrottleEvents"],
  },
  "AWS/Lambda": {
    "": ["ConcurrentExecutions", "Throttles"],
    FunctionName: ["Duration", "Errors", "Invocations", "IteratorAge"],
  },
  "AWS/SQS": { QueueName: ["ApproximateNumberOfMessagesVisible"] },
};

function dimensionNames(dimensions: unknown): string {
  return ((dimensions ?? []) as { readonly Name: string }[]).map(({ Name }) => Name).join(", ");
}

/** The body of the dashboard with each reference to a resource as its name in angle brackets. */
function dashboardWidgets({ resources: of }: Synthesis = synthesis) {
  const [dashboard] = of("AWS::CloudWatch::Dashboard");
  const parts: unknown[] = dashboard?.[1].Properties.DashboardBody["Fn::Join"][1];
  const text = parts
    .map((part) => (typeof part === "string" ? part : `<${Object.values(Object(part)).flat()[0]}>`))
    .join("");
  return JSON.parse(text).widgets as { readonly type: string; readonly properties: Record<string, unknown> }[];
}

describe("without observability", () => {
  test("there is nothing that costs while idle, and what needs it is refused", () => {
    const plain = synthesise();
    for (const type of [
      "AWS::CloudWatch::Alarm",
      "AWS::CloudWatch::Dashboard",
      "AWS::Logs::MetricFilter",
      "AWS::Logs::QueryDefinition",
      "AWS::SNS::Topic",
    ]) {
      expect([type, plain.resources(type)]).toEqual([type, []]);
    }
    for (const [, { Properties }] of plain.resources("AWS::Logs::LogGroup")) {
      expect(Properties).not.toHaveProperty("FieldIndexPolicies");
    }
    expect(() => synthesise({ alarmEmail: "on-call@example.com" })).toThrow('alarmEmail: needs "observability": true');
    expect(() => synthesise({ alarmTopicArn: TOPIC })).toThrow('alarmTopicArn: needs "observability": true');
  });
});

describe("saved queries", () => {
  test("lie in a folder of the stack and its stage, over the log groups that can answer them", () => {
    const found = resources("AWS::Logs::QueryDefinition").map(([, { Properties }]) => Properties);
    expect(found.map(({ Name }) => Name)).toEqual(SAVED_QUERIES.map(({ name }) => `Rollcall/prod/${name}`));
    const groups = resources("AWS::Logs::LogGroup").map(([id]) => id);
    const access = groups.filter((id) => id.includes("AccessLog"));
    for (const [index, { over, parameters, text }] of SAVED_QUERIES.entries()) {
      const { LogGroupNames, Parameters, QueryString } = found[index] ?? {};
      const wanted = over === "functions" ? groups.filter((id) => !access.includes(id)) : access;
      expect(LogGroupNames.map(({ Ref }: { Ref: string }) => Ref).sort()).toEqual(wanted.sort());
      expect(QueryString).toBe(text);
      expect((Parameters ?? []).map(({ Name }: { Name: string }) => Name)).toEqual(parameters.map(({ name }) => name));
    }
    expect(access).toHaveLength(1);
  });

  test("over the access log speak of what it holds", () => {
    const [stage] = resources("AWS::ApiGateway::Stage");
    const fields = new Set(Object.keys(JSON.parse(stage?.[1].Properties.AccessLogSetting.Format)));
    const asked = SAVED_QUERIES.filter(({ over }) => over === "access log");
    expect(asked.length).toBeGreaterThan(0);
    for (const query of asked) {
      const values = Object.fromEntries(query.parameters.map(({ name }) => [name, "any"]));
      expect(unknownFields(readQuery(fillQuery(query, values)), (name) => fields.has(name))).toEqual([]);
    }
    expect(INDEXED_ACCESS_FIELDS.filter((name) => !fields.has(name))).toEqual([]);
  });

  test("find their indexes in every log group, within what one policy may hold", () => {
    for (const [id, { Properties }] of resources("AWS::Logs::LogGroup")) {
      const fields = id.includes("AccessLog") ? INDEXED_ACCESS_FIELDS : INDEXED_FIELDS;
      expect([id, Properties.FieldIndexPolicies]).toEqual([id, [{ Fields: fields }]]);
      expect(fields.length).toBeLessThanOrEqual(20);
    }
  });
});

describe("alarms", () => {
  test("tell the address and the topic of the settings, also when all is well again, and are silent while idle", () => {
    const [mail] = resources("AWS::SNS::Topic");
    for (const alarm of alarms()) {
      expect(alarm.AlarmActions).toEqual([TOPIC, { Ref: mail?.[0] }]);
      expect(alarm.OKActions).toEqual(alarm.AlarmActions);
      const silence = alarm.AlarmName === "Rollcall-Canary" ? "breaching" : "notBreaching";
      expect(alarm.TreatMissingData).toBe(silence);
    }
    expect(alarms().map(({ AlarmName }) => AlarmName)).toEqual(
      expect.arrayContaining([
        "Rollcall-ServerErrors",
        "Rollcall-SlowAnswers",
        "Rollcall-StreamLagEvents",
        "Rollcall-DeadLettersEvents",
      ]),
    );
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "on-call@example.com" });
  });

  test("may publish to the topic made for the address: its own policy would otherwise shut CloudWatch out", () => {
    const [policy] = resources("AWS::SNS::TopicPolicy");
    const statements = policy?.[1].Properties.PolicyDocument.Statement;
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: "Allow",
        Action: "sns:Publish",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: { ArnLike: { "aws:SourceArn": { "Fn::Join": ["", expect.arrayContaining([":alarm:*"])] } } },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
  });

  test("each say what is the matter and link to the section of the runbook, wherever it is published", () => {
    const published = synthesise({ observability: true, runbookUrl: "https://git.example.com/ops/RUNBOOK.md" });
    for (const [, { Properties }] of published.resources("AWS::CloudWatch::Alarm")) {
      expect(Properties.AlarmDescription).toMatch(
        /^[A-Z].{30,} What to do: https:\/\/git\.example\.com\/ops\/RUNBOOK\.md#[a-z0-9-]+$/,
      );
      expect(Properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(Properties.AlarmActions ?? []).toEqual([]);
    }
    for (const alarm of alarms())
      expect(alarm.AlarmDescription).toMatch(/ What to do: lib\/docs\/RUNBOOK\.md#[a-z0-9-]+$/);
  });

  test("watch numbers that exist: AWS's by the dimensions AWS sends, and ours without any", () => {
    const wrong: string[] = [];
    for (const metric of alarms().flatMap(metricsOf)) {
      const { Namespace, MetricName, Dimensions } = metric;
      const own = Namespace === NAMESPACES.own && Dimensions === undefined;
      const ofAws = OF_AWS[Namespace]?.[dimensionNames(Dimensions)]?.includes(MetricName) ?? false;
      if (!own && !ofAws) wrong.push(`${Namespace} ${MetricName} by ${dimensionNames(Dimensions)}`);
    }
    expect(wrong).toEqual([]);
    const throttled = alarms().find(({ AlarmName }) => AlarmName === "Rollcall-FunctionThrottles");
    expect(throttled).toMatchObject({ Namespace: "AWS/Lambda", MetricName: "Throttles" });
  });

  /** The functions by whose numbers an alarm goes. */
  const functionsIn = (alarm: object | undefined): string[] =>
    [...JSON.stringify(alarm).matchAll(/"(\w+)Function[0-9A-F]{8}"/g)].map(([, name = ""]) => name).sort();
  const named = (name: string) => alarms().filter(({ AlarmName }) => String(AlarmName).startsWith(`Rollcall-${name}`));

  test("know of every function that Lambda stopped it: out of time or memory, it leaves no line of ours", () => {
    const all = resources("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));
    const errors = alarms().filter((alarm) => metricsOf(alarm).some(({ MetricName }) => MetricName === "Errors"));
    expect([...new Set(errors.flatMap(functionsIn))].sort()).toEqual(all.sort());
    expect(named("FunctionErrors")).toHaveLength(all.length - 1);
  });

  test("call no answer slow that may take seconds by design: bulk, purges, inspections, exports", () => {
    const [slow, ...others] = named("SlowAnswers");
    expect(others).toEqual([]);
    expect(functionsIn(slow)).toEqual(["directory", "discovery", "groups", "oauth", "search", "users"]);
    expect(JSON.stringify(slow)).toContain("MAX(METRICS())");
  });

  test("a daily report that fails each time it is tried is not well, and one that did not run yet is", () => {
    const [report] = named("TokenReport");
    expect(report).toMatchObject({ ComparisonOperator: "LessThanThreshold", Threshold: 1, EvaluationPeriods: 1 });
    const parts = report?.Metrics as { Expression?: string; MetricStat?: { Period: number } }[];
    // No runs, no number: missing data is well. Runs that all failed are none that succeeded.
    expect(parts.find(({ Expression }) => Expression !== undefined)?.Expression).toBe("a - FILL(b, 0)");
    expect(parts.flatMap(({ MetricStat }) => MetricStat?.Period ?? [])).toEqual([86_400, 86_400]);
  });

  test("see what DynamoDB refuses for the index, which it does not count for the table", () => {
    const [throttles] = named("TableThrottles");
    const events = metricsOf(throttles ?? {}).map(({ Dimensions, MetricName }) => [
      MetricName,
      dimensionNames(Dimensions),
    ]);
    const [table, index] = ["TableName", "GlobalSecondaryIndexName, TableName"];
    expect(events.sort()).toEqual(
      ["ReadThrottleEvents", "WriteThrottleEvents"].flatMap((name) => [
        [name, index],
        [name, table],
      ]),
    );
    expect(JSON.stringify(throttles)).toContain("FILL(a, 0) + FILL(b, 0) + FILL(c, 0) + FILL(d, 0)");
  });

  test("stay red while an identity provider repeats what is held, be it once a day, and are well where nothing is", () => {
    expect(named("RemovalsHeld")).toEqual([
      expect.objectContaining({
        ...{ Namespace: "Rollcall", MetricName: "RemovalsHeld", Statistic: "Sum", TreatMissingData: "notBreaching" },
        ...{ Period: 3_600, EvaluationPeriods: 26, DatapointsToAlarm: 1, Threshold: 1 },
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
      }),
    ]);
  });

  test("look back no further than CloudWatch does: a day, or a week by the hour", () => {
    for (const { of, minutes, name } of alarmsFor({ webhooks: true, roles: true, canary: { minutes: 5 } })) {
      expect([name, of * minutes <= (minutes < 60 ? 1 : 7) * 24 * 60]).toEqual([name, true]);
    }
  });

  test("count refusals in the access log as it is written: the status is text there", () => {
    template.hasResourceProperties("AWS::Logs::MetricFilter", {
      FilterPattern: '{ $.status = "429" }',
      MetricTransformations: [{ MetricNamespace: "Rollcall", MetricName: METRICS.refused.name, MetricValue: "1" }],
    });
    const [stage] = resources("AWS::ApiGateway::Stage");
    expect(stage?.[1].Properties.AccessLogSetting.Format).toContain('"status":"$context.status"');
  });

  test.each([
    { webhooks: false, portal: false, roles: false, canary: false },
    { webhooks: false, portal: false, roles: false, canary: false, applicationKeys: true },
    { webhooks: true, portal: false, roles: false, canary: false },
    { webhooks: false, portal: true, roles: false, canary: false },
    { webhooks: false, portal: false, roles: true, canary: false },
    { webhooks: false, portal: false, roles: false, canary: true },
  ])("cost what lib/docs/operate.md says, each number watched being billed: %j", (settings) => {
    const found = alarms(synthesise({ ...WATCHED, ...settings }));
    const billed = found.flatMap(metricsOf).length;
    // The functions on the stream, `events` and `sweep`, and their queues are watched one by one.
    const several: Partial<Record<Source, number>> = {
      worker: 2,
      failures: settings.portal ? 3 : 2,
      function:
        11 +
        (settings.applicationKeys ? 3 : 0) +
        (settings.webhooks ? 1 : 0) +
        (settings.portal ? 2 : 0) +
        (settings.roles ? 1 : 0) +
        (settings.canary ? 1 : 0),
      answering: settings.portal ? 7 : settings.applicationKeys ? 8 : 6,
    };
    const expected = alarmsFor({ ...settings, canary: settings.canary ? { minutes: 5 } : undefined })
      .flatMap(watched)
      .map((key) => several[METRICS[key].source] ?? 1);
    expect(billed).toBe(expected.reduce((sum, count) => sum + count, 0));
    expect(documentOf("operate")).toContain(`${found.length} alarms, $${(billed / 10).toFixed(2)}`);
    if (Object.values(settings).some(Boolean)) return;
    // With the dashboard.
    const together = `$${(billed / 10 + 3).toFixed(2)} a month`;
    for (const name of ["settings", "deploy"])
      expect([name, documentOf(name)]).toEqual([name, expect.stringContaining(together)]);
  });
});

function documentOf(name: string): string {
  return readFileSync(new URL(`../../lib/docs/${name}.md`, import.meta.url), "utf8");
}

describe("the dashboard", () => {
  test("has every panel of the list, none over another and none beyond the edge", () => {
    const widgets = dashboardWidgets();
    expect(widgets.map(({ properties }) => properties.title)).toEqual(PANELS.flat().map(({ title }) => title));
    const plain = panelsFor({ webhooks: false, roles: false, canary: undefined });
    expect(plain.flat().length).toBe(PANELS.flat().length - 3);
    for (const row of [...PANELS, ...plain]) expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
    const titles = widgets.map(({ properties }) => String(properties.title)).join("; ");
    for (const topic of [/latency/i, /errors/i, /identity provider/i, /capacity/i, /conflicts/i, /tokens/i]) {
      expect(titles).toMatch(topic);
    }
  });

  test("shows every alarm, and in each graph at least one line", () => {
    const widgets = dashboardWidgets();
    expect(widgets[0]?.properties.alarms).toHaveLength(alarms().length);
    for (const { properties, type } of widgets) {
      if (type === "metric") expect((properties.metrics as unknown[]).length).toBeGreaterThan(0);
      if (type === "log") expect(properties.query).toMatch(/^SOURCE '<usersLogs/);
    }
  });

  test("draws AWS's numbers by the dimensions AWS sends", () => {
    const wrong: unknown[] = [];
    for (const { properties } of dashboardWidgets()) {
      for (const line of (properties.metrics ?? []) as unknown[][]) {
        const [namespace, name, ...rest] = line.filter((part): part is string => typeof part === "string");
        const by = rest.filter((_part, index) => index % 2 === 0).join(", ");
        const known =
          namespace === NAMESPACES.own ? by === "" : OF_AWS[String(namespace)]?.[by]?.includes(String(name));
        if (known !== true) wrong.push(line);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("is named by an output, with its region: a stack of the same name in another region would otherwise take its place", () => {
    const name = { "Fn::Join": ["", ["Rollcall-prod-", { Ref: "AWS::Region" }]] };
    template.hasOutput("DashboardName", { Value: name });
    template.hasResourceProperties("AWS::CloudWatch::Dashboard", { DashboardName: name });
  });
});

describe("observability with other options", () => {
  test("watches the table of the other stack", () => {
    const split = synthesise({ ...WATCHED, split: true });
    const [alarm] = split
      .resources("AWS::CloudWatch::Alarm")
      .filter(([, { Properties }]) => Properties.AlarmName.includes("TableThrottles"));
    expect(JSON.stringify(alarm?.[1].Properties.Metrics)).toContain('"TableName"');
  });
});

describe("tableStreamArn", () => {
  const tableStreamArn = "arn:aws:dynamodb:eu-central-1:123456789012:table/restored/stream/2026-01-02T03:04:05.678";

  test("puts a restored table in the place of the stack's own, for every function and the stream's worker", () => {
    const restored = synthesise({ tableStreamArn, observability: true });
    restored.template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    for (const [id, { Properties }] of restored.resources("AWS::Lambda::Function")) {
      const { TABLE_NAME } = Properties.Environment.Variables;
      if (!id.startsWith("events")) expect([id, TABLE_NAME]).toEqual([id, "restored"]);
    }
    const mappings = restored.resources("AWS::Lambda::EventSourceMapping");
    expect(mappings.length).toBeGreaterThan(0);
    for (const [, { Properties }] of mappings) expect(Properties.EventSourceArn).toBe(tableStreamArn);
    const users = restored.role("users").filter(({ Sid }) => Sid !== "Log");
    for (const { Resource } of users)
      expect(Resource).toMatch(/^arn:aws:dynamodb:eu-central-1:123456789012:table\/restored(\/index\/gsi1)?$/);
    restored.template.hasOutput("TableName", { Value: "restored" });
  });

  test("leaves the earlier table in the account: nothing is lost by the change", () => {
    synthesise().template.hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("is refused where it cannot be followed", () => {
    expect(() => synthesise({ tableStreamArn: "restored" })).toThrow(
      "tableStreamArn: must be the ARN of a DynamoDB table's stream",
    );
    expect(() => synthesise({ tableStreamArn, split: true })).toThrow(
      "tableStreamArn: with it the stack makes no table",
    );
  });
});
