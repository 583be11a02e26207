import { expect, test } from "@jest/globals";
import { type Question, questionsAbout } from "../aws/checks/iam.ts";
import { actionsOf, type Statement, synthesise } from "./synthesis.ts";

const { resources } = synthesise();
const TABLE = "the table of the stack";

/** The roles' statements, as the template has them. */
function statementsOf(name: string): Statement[] {
  return resources("AWS::IAM::Policy")
    .filter(([id]) => new RegExp(`^${name}RoleDefaultPolicy[0-9A-F]{8}$`).test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** What IAM says of identity policies without a deny (IAM User Guide, "Policy evaluation logic"), of one role alone. */
function isAllowed(statements: readonly Statement[], action: string, { keys = [], resource }: Question): boolean {
  return statements.some((statement) => {
    if (!actionsOf(statement).includes(action)) return false;
    if (placeOf(JSON.stringify(statement.Resource)) !== placeOf(resource)) return false;
    const patterns = statement.Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
    return patterns === undefined || keys.every((key) => patterns.some((pattern) => isLike(key, pattern)));
  });
}

function placeOf(arn: string): string {
  if (/index\/gsi1/.test(arn)) return "index";
  if (/DataTable/.test(arn) && /StreamArn/.test(arn)) return "stream";
  if (/DataTable/.test(arn) || arn.endsWith(`table/${TABLE}`)) return "table";
  return /Logs[0-9A-F]{8}|log-group:own/.test(arn) ? "log" : arn;
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

const NAMES = resources("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));

test.each(NAMES)("what npm run test:aws asks of IAM about %s is what the template grants", (name) => {
  const deployed = { name, functionName: name, arn: "arn:aws:lambda:r:1:function:f", role: name, logGroup: "own" };
  const questions = questionsAbout(deployed, TABLE);
  const differing = questions.flatMap((question) =>
    question.actions
      .filter((action) => isAllowed(statementsOf(name), action, question) !== question.allowed.includes(action))
      .map((action) => `${question.says}: ${action}`),
  );
  expect(questions.length).toBeGreaterThan(20);
  expect(differing).toEqual([]);
});
