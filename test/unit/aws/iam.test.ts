import { describe, expect, test } from "@jest/globals";
import { iam, judged, parametersOf, type Question, questionsAbout } from "../../aws/checks/iam.ts";
import { rightsOf } from "../../aws/checks/rights.ts";
import { liveStack } from "./liveStack.ts";

const DEPLOYED = {
  name: "users",
  functionName: "Rollcall-users-1",
  arn: "arn:aws:lambda:eu-central-1:123456789012:function:Rollcall-users-1",
  role: "arn:aws:iam::123456789012:role/Rollcall-usersRole-1",
  logGroup: "Rollcall-usersLogs-1",
};
const FUNCTION = {
  logicalId: "usersFunction490D0FEF",
  physicalId: DEPLOYED.functionName,
  type: "AWS::Lambda::Function",
};
const CONFIGURATION = {
  FunctionArn: DEPLOYED.arn,
  Role: DEPLOYED.role,
  LoggingConfig: { LogGroup: DEPLOYED.logGroup },
};

/** As the IAM API Reference shows it: SimulatePrincipalPolicy, "Sample Response", and EvaluationResult. */
function simulated(results: readonly (readonly [action: string, decision: string])[], truncated = false): string {
  const members = results.map(
    ([action, decision]) => `<member>
        <MatchedStatements><member><SourcePolicyId>usersRoleDefaultPolicy</SourcePolicyId></member></MatchedStatements>
        <EvalDecision>${decision}</EvalDecision>
        <EvalDecisionDetails/>
        <EvalActionName>${action}</EvalActionName>
        <ResourceSpecificResults><member>
          <EvalResourceName>arn:aws:dynamodb:eu-central-1:123456789012:table/Rollcall-DataTable-1</EvalResourceName>
          <EvalResourceDecision>${decision}</EvalResourceDecision>
        </member></ResourceSpecificResults>
      </member>`,
  );
  return `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
    <SimulatePrincipalPolicyResult>
      <IsTruncated>${truncated}</IsTruncated>
      <EvaluationResults>${members.join("")}</EvaluationResults>
    </SimulatePrincipalPolicyResult>
  </SimulatePrincipalPolicyResponse>`;
}

const FUNCTIONS =
  "users groups bulk search discovery oauth admin maintenance directory tokensReport events sweep".split(" ");
const QUESTION: Question = {
  says: "users, tokens",
  actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
  resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/Rollcall-DataTable-1",
  keys: ["T#1"],
  allowed: ["dynamodb:GetItem"],
};

test.each([
  ["allowed", "implicitDeny", []],
  ["allowed", "explicitDeny", []],
  ["allowed", "allowed", ["dynamodb:PutItem is allowed, and it must be denied"]],
  ["implicitDeny", "implicitDeny", ["dynamodb:GetItem is implicitDeny, and it is needed"]],
])("a needed right that is %s and another one that is %s", (needed, other, says) => {
  const xml = simulated([
    ["dynamodb:GetItem", needed],
    ["dynamodb:PutItem", other],
  ]);
  expect(judged(QUESTION, xml)).toEqual(says.map((line) => `users, tokens: ${line}`));
});

test("an answer that is cut off, or lacks an action, differs", () => {
  expect(judged(QUESTION, simulated([["dynamodb:GetItem", "allowed"]], true))).toEqual([
    "users, tokens: IAM's answer was cut off",
    "users, tokens: IAM did not decide on dynamodb:PutItem",
  ]);
});

describe("what is asked", () => {
  test("names the keys of the request, as the condition would see them", () => {
    expect(parametersOf(DEPLOYED.role, { ...QUESTION, keys: ["T#1", "O#2"] })).toEqual({
      PolicySourceArn: DEPLOYED.role,
      "ActionNames.member.1": "dynamodb:GetItem",
      "ActionNames.member.2": "dynamodb:PutItem",
      "ResourceArns.member.1": QUESTION.resource,
      "ContextEntries.member.1.ContextKeyName": "dynamodb:LeadingKeys",
      "ContextEntries.member.1.ContextKeyType": "stringList",
      "ContextEntries.member.1.ContextKeyValues.member.1": "T#1",
      "ContextEntries.member.1.ContextKeyValues.member.2": "O#2",
    });
  });

  test("names keys whenever an item of a table is asked for", () => {
    const items = questionsAbout(DEPLOYED, "T").filter(({ actions }) =>
      actions.some((one) => /Item$|:Query$/.test(one)),
    );
    expect(items.length).toBeGreaterThan(20);
    expect(items.filter(({ keys }) => keys === undefined || keys.includes(""))).toEqual([]);
  });

  test("has something that is allowed and something that is denied for every function", () => {
    for (const name of FUNCTIONS) {
      const questions = questionsAbout({ ...DEPLOYED, name }, "T").filter(({ keys }) => keys !== undefined);
      expect(questions.some(({ allowed }) => allowed.length > 0)).toBe(true);
      expect(questions.some(({ actions, allowed }) => allowed.length < actions.length)).toBe(true);
    }
  });

  test("holds the promises that matter most", () => {
    const allowed = (name: string, space: string) =>
      rightsOf(name)?.table.find((right) => right.space === space)?.allowed;
    for (const name of ["users", "groups", "bulk", "search", "discovery"]) {
      expect(allowed(name, "token")).not.toContain("dynamodb:PutItem");
      expect(allowed(name, "settings")).not.toContain("dynamodb:UpdateItem");
      expect(allowed(name, "own")).toEqual([]);
    }
    expect(allowed("directory", "token")).toEqual([]);
    expect(allowed("directory", "users")).not.toContain("dynamodb:PutItem");
    expect(allowed("oauth", "token")).not.toContain("dynamodb:PutItem");
    expect(allowed("sweep", "users")).toEqual(["dynamodb:UpdateItem"]);
    expect(allowed("tokensReport", "lastUse")).not.toContain("dynamodb:PutItem");
  });
});

describe("the check", () => {
  const rest = async (): Promise<unknown> => CONFIGURATION;

  test("fails for a function that the table of rights does not know", async () => {
    const unknown = { ...FUNCTION, logicalId: "laterFunction490D0FEF" };
    const { differences } = await iam.run(liveStack({ resources: [unknown], rest }));
    expect(differences).toEqual(["test/aws/checks/rights.ts has no row for later"]);
  });

  test("fails for a role that may do everything", async () => {
    const query = async (...[, , , parameters]: Parameters<ReturnType<typeof liveStack>["aws"]["query"]>) =>
      simulated(
        Object.entries(parameters).flatMap(([name, value]) =>
          name.startsWith("ActionNames") ? [[value, "allowed"] as const] : [],
        ),
      );
    const { differences } = await iam.run(liveStack({ resources: [FUNCTION], rest, query }));
    expect(differences).toContain("users, token: dynamodb:PutItem is allowed, and it must be denied");
    expect(differences).toContain("users, the table: dynamodb:Scan is allowed, and it must be denied");
    expect(differences).toContain(
      "users, users together with own: dynamodb:BatchWriteItem is allowed, and it must be denied",
    );
  });
});
