import { describe, expect, test } from "@jest/globals";
import { RETENTION_DAYS, readLogSettings } from "../../functions/provisioning/events/logSettings.ts";
import { LOGGED_PARTITIONS } from "../../functions/store/steps.ts";
import { SETTINGS } from "../../lib/settings.ts";
import { actionsOf, outsideGovCloud, type Statement, synthesise } from "./synthesis.ts";

const { resources, template, tableTemplate } = synthesise();

function only(type: string, prefix: string) {
  const [first, ...others] = resources(type).filter(([id]) => id.startsWith(prefix));
  if (first === undefined || others.length > 0) throw new Error(`not exactly one ${type} of ${prefix}`);
  return first[1];
}

function statements(): Statement[] {
  return only("AWS::IAM::Policy", "eventsRole").Properties.PolicyDocument.Statement;
}

describe("the function that publishes events", () => {
  test("runs on Node 24 and arm64 and knows the bus and the table", () => {
    const { Properties } = only("AWS::Lambda::Function", "eventsFunction");
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      LoggingConfig: { LogFormat: outsideGovCloud("JSON"), SystemLogLevel: outsideGovCloud("WARN") },
    });
    expect(Object.keys(Properties.Environment.Variables).sort()).toEqual([
      "DEAD_LETTERS_URL",
      "EVENT_BUS_NAME",
      "EVENT_LOG",
      "MASS_CHANGE",
      "REQUEST_BUDGET",
      "ROLLCALL_RELEASE",
      "ROLLCALL_VERSION",
      "STAGE",
      "TABLE_NAME",
    ]);
  });

  test("reads the stream, writes event logs and counts, and of everything else reads what an event says", async () => {
    const actions = statements().flatMap(actionsOf);
    expect([...new Set(actions.filter((action) => action.startsWith("dynamodb:")))].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DescribeStream",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]);
    const keysFor = (action: string) =>
      statements()
        .filter((statement) => actionsOf(statement).includes(action))
        .map(({ Condition }) => [Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]].flat());
    const log = ["E#*", "F#*"];
    const sides = (type: string) => ["O", "N"].map((side) => `${side}#????????#${type}`);
    const losses = "O#????????#W";
    expect(keysFor("dynamodb:PutItem")).toEqual([log]);
    expect(keysFor("dynamodb:UpdateItem")).toEqual([log, [losses]]);
    expect(keysFor("dynamodb:GetItem")).toEqual([log, ["C#*", ...["U", "G", "X"].flatMap(sides)]]);
    expect(keysFor("dynamodb:Query")).toEqual([log, ["O#????????#C", losses], ["Z#?"]]);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    for (const statement of statements()) expect(statement.Resource).not.toBe("*");
    expect(only("AWS::IAM::Role", "eventsRole").Properties).not.toHaveProperty("ManagedPolicyArns");
  });

  test("puts events on its own bus and what failed into its own queue", () => {
    const named = (action: string): string =>
      JSON.stringify(statements().filter((statement) => actionsOf(statement).includes(action)));
    expect(named("events:PutEvents")).toContain("eventsBus");
    expect(named("sqs:SendMessage")).toContain("eventsFailures");
  });
});

describe("what wakes it", () => {
  const { Properties } = only("AWS::Lambda::EventSourceMapping", "eventsMapping");

  test("is the table's stream from its beginning, with no failure lost and none that holds up the others for good", () => {
    expect(Properties).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRecordAgeInSeconds: 12 * 3600,
      // Two of each shard at once, and as many of the sweep: a wave of changes leaves the API its environments.
      ParallelizationFactor: 2,
    });
    expect(Properties).not.toHaveProperty("MaximumRetryAttempts");
    expect(JSON.stringify(Properties.EventSourceArn)).toContain("StreamArn");
    expect(JSON.stringify(Properties.DestinationConfig.OnFailure)).toContain("eventsFailures");
  });

  test("is whatever becomes of users, groups, imports, settings and listed tokens, and no other key space", () => {
    const patterns = Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));
    const ends = LOGGED_PARTITIONS.suffixes.map((suffix) => ({ suffix }));
    const begins = LOGGED_PARTITIONS.prefixes.map((prefix) => ({ prefix }));
    expect(patterns).toEqual([{ dynamodb: { Keys: { pk: { S: [...ends, ...begins] } } } }]);
  });

  test("is a schedule besides, for what the bus did not take and for values that have to go", () => {
    const rule = only("AWS::Events::Rule", "eventsVisit");
    expect(rule.Properties).toMatchObject({ ScheduleExpression: "rate(15 minutes)" });
    expect(rule.Properties.Targets).toMatchObject([{ Input: '{"visit":true}' }]);
  });
});

test("keeps events as long as its function can read it", () => {
  expect(SETTINGS.events.properties.retentionDays).toMatchObject({
    minimum: RETENTION_DAYS.least,
    maximum: RETENTION_DAYS.most,
  });
  const days = (retention: number) => synthesise({ events: { retentionDays: retention, values: false } });
  for (const retention of [RETENTION_DAYS.least, RETENTION_DAYS.most]) {
    const [directory] = days(retention)
      .resources("AWS::Lambda::Function")
      .filter(([id]) => id.startsWith("directory"));
    const { EVENT_LOG } = directory?.[1].Properties.Environment.Variables ?? {};
    expect(readLogSettings(EVENT_LOG)).toEqual({ retentionDays: retention, keepsValues: false });
  }
});

describe("what it leaves", () => {
  test("is kept two weeks, encrypted, for TLS only, and outlives the stack except in dev", () => {
    const queue = only("AWS::SQS::Queue", "eventsFailures");
    expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
    expect(queue.DeletionPolicy).toBe("RetainExceptOnCreate");
    template.resourceCountIs("AWS::Events::EventBus", 1);
    synthesise({ stage: "dev" }).template.hasResource("AWS::SQS::Queue", { DeletionPolicy: "Delete" });
    expect(tableTemplate).toBeUndefined();
  });

  test("is named by an output, so that rules can be made for it", () => {
    expect(Object.keys(template.findOutputs("EventBusName"))).toEqual(["EventBusName"]);
  });

  test("a customer's key opens the stream to it, and lets it write its counts", () => {
    const { resources: keyed } = synthesise({ customerKey: true });
    const [policy] = keyed("AWS::IAM::Policy").filter(([id]) => id.startsWith("eventsRole"));
    const actions: string[] = policy?.[1].Properties.PolicyDocument.Statement.flatMap(actionsOf);
    expect(actions.filter((action) => action.startsWith("kms:"))).toEqual([
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:GenerateDataKey",
    ]);
  });
});
