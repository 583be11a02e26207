import { describe, expect, test } from "@jest/globals";
import { DELETING_PARTITION } from "../../functions/store/openDeletions.ts";
import { actionsOf, outsideGovCloud, type Statement, synthesise } from "./synthesis.ts";

const { resources, template } = synthesise();

function only(type: string, prefix: string) {
  const [first, ...others] = resources(type).filter(([id]) => id.startsWith(prefix));
  if (first === undefined || others.length > 0) throw new Error(`not exactly one ${type} of ${prefix}`);
  return first[1];
}

const STATEMENTS: Statement[] = only("AWS::IAM::Policy", "sweepRole").Properties.PolicyDocument.Statement;

/** The key patterns under which an action is allowed. */
function keysOf(action: string): string[] {
  const allowing = STATEMENTS.filter((statement) => actionsOf(statement).includes(action));
  return allowing.flatMap(({ Condition }) => [
    ...(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? ["*"]),
  ]);
}

describe("the function that sweeps behind deletions", () => {
  test("runs on Node 24 and arm64, and has five minutes", () => {
    expect(only("AWS::Lambda::Function", "sweepFunction").Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Timeout: 300,
      LoggingConfig: { LogFormat: outsideGovCloud("JSON"), SystemLogLevel: outsideGovCloud("WARN") },
    });
  });

  test("removes markers and memberships of either side, raises groups in the transactions it does that in, changes the lists of users, ends links, and touches nothing else", () => {
    const markers = ["O#????????#DEAD", "N#????????#DEAD"];
    const memberships = ["O#????????#M#*", "N#????????#M#*"];
    const groups = ["O#????????#G", "N#????????#G"];
    const users = ["O#????????#U", "N#????????#U"];
    const [links, linked] = ["N#????????#AL", "N#????????#AU"];
    expect(keysOf("dynamodb:GetItem")).toEqual([...markers, ...memberships, linked]);
    expect(keysOf("dynamodb:BatchWriteItem")).toEqual(memberships);
    expect(keysOf("dynamodb:DeleteItem")).toEqual([...markers, ...memberships, ...groups, links]);
    expect(keysOf("dynamodb:UpdateItem")).toEqual([...markers, ...memberships, ...groups, ...users, linked]);
    expect(keysOf("dynamodb:Query")).toEqual([
      ...markers,
      ...memberships,
      linked,
      "O#????????#R#*",
      "N#????????#R#*",
      "J#?",
    ]);
    expect(keysOf("dynamodb:PutItem")).toEqual([]);
    for (const statement of STATEMENTS) {
      expect(statement.Resource).not.toBe("*");
      expect(actionsOf(statement).filter((action) => action.includes("*"))).toEqual([]);
    }
    expect(only("AWS::IAM::Role", "sweepRole").Properties).not.toHaveProperty("ManagedPolicyArns");
  });

  test("is woken by each new marker, and by no other item", () => {
    const { Properties } = only("AWS::Lambda::EventSourceMapping", "sweepMapping");
    expect(Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ suffix: DELETING_PARTITION }] } } } },
    ]);
    expect(Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 8,
      StartingPosition: "TRIM_HORIZON",
    });
    expect(JSON.stringify(Properties.DestinationConfig.OnFailure)).toContain("sweepFailures");
  });

  test("is visited every quarter of an hour, because a deletion is looked at twice", () => {
    const { Properties } = only("AWS::Events::Rule", "sweepVisit");
    expect(Properties.ScheduleExpression).toBe("rate(15 minutes)");
    expect(JSON.stringify(Properties.Targets)).toContain("sweepLive");
  });

  test("and the one of events write letters to their own queues, which outputs name", () => {
    for (const name of ["events", "sweep"]) {
      const { Properties } = only("AWS::Lambda::Function", `${name}Function`);
      expect(JSON.stringify(Properties.Environment.Variables.DEAD_LETTERS_URL)).toContain(`${name}Failures`);
      const policy: Statement[] = only("AWS::IAM::Policy", `${name}Role`).Properties.PolicyDocument.Statement;
      const sending = policy.filter((statement) => actionsOf(statement).includes("sqs:SendMessage"));
      expect(JSON.stringify(sending)).toContain(`${name}Failures`);
    }
    for (const output of ["EventsFailuresUrl", "SweepFailuresUrl", "EventsFunctionName", "SweepFunctionName"]) {
      expect(Object.keys(template.findOutputs(output))).toEqual([output]);
    }
  });

  test("may use a customer's key as those who write the table do", () => {
    const { resources: keyed } = synthesise({ customerKey: true });
    const [policy] = keyed("AWS::IAM::Policy").filter(([id]) => id.startsWith("sweepRole"));
    const actions: string[] = policy?.[1].Properties.PolicyDocument.Statement.flatMap(actionsOf);
    expect(actions).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey"]));
  });
});
