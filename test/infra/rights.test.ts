import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { questionsAbout } from "../aws/checks/iam.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { actionsOf, type Statement, type Synthesis, synthesise } from "./synthesis.ts";

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

/** Said for all of them below the table: the time of a token's last use, and the budget. */
const OF_MANY = ["L#", "B#"];

test.each(CASES.filter(({ roles }) => roles))(
  "lib/docs/deploy.md names every key space that $name may write",
  ({ name, synthesis }) => {
    const page = readFileSync(new URL("../../lib/docs/deploy.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((row) => row.split(" | ")[1]?.includes(`\`${name}\``));
    const written = statementsOf(synthesis, name)
      .filter((one) => actionsOf(one).some((action) => /:(Put|Update|BatchWrite)Item$/.test(action)))
      .flatMap(({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? ["anything"])
      .map((key) => key.replace(/#.*/, "#"));
    expect(rows.length).toBeGreaterThan(0);
    expect(
      [...new Set(written)].filter((key) => !OF_MANY.includes(key) && !rows.join().includes(`\`${key}\``)),
    ).toEqual([]);
  },
);
