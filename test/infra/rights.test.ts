import { expect, test } from "@jest/globals";
import { questionsAbout } from "../aws/checks/iam.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { type Statement, synthesise } from "./synthesis.ts";

const { resources } = synthesise({ applicationKeys: true });

/** The roles' statements, as the template has them. */
function statementsOf(name: string): Statement[] {
  return resources("AWS::IAM::Policy")
    .filter(([id]) => new RegExp(`^${name}RoleDefaultPolicy[0-9A-F]{8}$`).test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
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
