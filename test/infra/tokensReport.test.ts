import { describe, expect, test } from "@jest/globals";
import { actionsOf, type Statement, synthesise } from "./synthesis.ts";

const { resources, template } = synthesise();

describe("the function that reports on tokens", () => {
  const [[, policy] = []] = resources("AWS::IAM::Policy").filter(([id]) => id.startsWith("tokensReportRole"));
  const statements: Statement[] = policy?.Properties.PolicyDocument.Statement;

  test("is called once a day by a rule, and by nothing else", () => {
    const calling = resources("AWS::Events::Rule").filter(([, { Properties }]) =>
      JSON.stringify(Properties.Targets).includes('"tokensReportLive'),
    );
    const [[, rule] = [], ...others] = calling;
    expect(others).toEqual([]);
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: "rate(1 day)", State: "ENABLED" });
    expect(JSON.stringify(rule?.Properties.Targets)).toContain('"tokensReportLive');
    const callers = resources("AWS::Lambda::Permission").filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes('"tokensReportLive'),
    );
    expect(callers.map(([, { Properties }]) => Properties.Principal)).toEqual(["events.amazonaws.com"]);
  });

  test("reads settings with the tokens they list, login names and marks of use: no token as it is presented, and nobody's data", () => {
    const reading = statements.filter(({ Sid }) => Sid !== "Log");
    expect(reading.flatMap(actionsOf).sort()).toEqual(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]);
    expect(reading.map(({ Condition }) => Condition)).toEqual([
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["C#*", "S#*", "L#*"] } },
    ]);
    for (const statement of statements) {
      expect(statement.Resource).not.toBe("*");
      expect(actionsOf(statement).filter((action) => action.includes("*"))).toEqual([]);
    }
  });

  test("runs on Node 24 and arm64, has time for all orgs, and a log of its own", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Timeout: 300,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
    });
    const [log] = statements.filter(({ Sid }) => Sid === "Log");
    expect(JSON.stringify(log?.Resource)).toContain("tokensReportLogs");
  });

  test("writes nothing with a customer's key either", () => {
    const keyed = synthesise({ customerKey: true }).resources("AWS::IAM::Policy");
    const [[, own] = []] = keyed.filter(([id]) => id.startsWith("tokensReportRole"));
    const actions: string[] = own?.Properties.PolicyDocument.Statement.flatMap(actionsOf);
    expect(actions.filter((action) => action.startsWith("kms:"))).toEqual(["kms:Decrypt", "kms:DescribeKey"]);
  });
});
