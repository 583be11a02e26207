import { expect, test } from "@jest/globals";
import { questionsAbout } from "../aws/checks/iam.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { type Statement, type Synthesis, synthesise } from "./synthesis.ts";

/** Each switch on its own changes other cells: all at once show all of them. */
const SETTINGS = [
  { webhooks: false, portal: false, roles: false },
  { webhooks: true, portal: true, roles: true },
];

/** The roles' statements, as the template has them. */
function statementsOf({ resources }: Synthesis, name: string): Statement[] {
  return resources("AWS::IAM::Policy")
    .filter(([id]) => new RegExp(`^${name}RoleDefaultPolicy[0-9A-F]{8}$`).test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

const CASES = SETTINGS.flatMap((settings) => {
  const synthesis = synthesise({
    applicationKeys: true,
    ...settings,
    ...(settings.portal && { canary: true, observability: true }),
  });
  const names = synthesis.resources("AWS::Lambda::Function").map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ""));
  return names.map((name) => ({ name, ...settings, synthesis }));
});

test.each(CASES)(
  "what npm run test:aws asks of IAM about $name, with webhooks, portal and roles $portal, is what the template grants",
  ({ name, portal, roles, synthesis, webhooks }) => {
    const deployed = { name, functionName: name, arn: "arn:aws:lambda:r:1:function:f", role: name, logGroup: "own" };
    const questions = questionsAbout(deployed, TABLE, { webhooks, portal, roles });
    const statements = statementsOf(synthesis, name);
    const differing = questions.flatMap((question) =>
      question.actions
        .filter((action) => isAllowed(statements, action, question) !== question.allowed.includes(action))
        .map((action) => `${question.says}: ${action}`),
    );
    expect(questions.length).toBeGreaterThan(20);
    expect(differing).toEqual([]);
  },
);
