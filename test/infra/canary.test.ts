import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CANARY_ORG } from "../../functions/store/canaryKeys.ts";
import { isAllowed, TABLE } from "./isAllowed.ts";
import { actionsOf, DOMAIN, type Statement, type Synthesis, synthesise } from "./synthesis.ts";

const ON = { canary: true, observability: true };
const synthesis = synthesise(ON);

function only({ resources }: Synthesis, type: string, prefix: string) {
  const [first, ...others] = resources(type).filter(([id]) => id.startsWith(prefix));
  if (first === undefined || others.length > 0) throw new Error(`not exactly one ${type} of ${prefix}`);
  return first[1];
}

const urlOf = (settings: object) =>
  only(synthesise({ ...ON, ...settings }), "AWS::Lambda::Function", "canaryFunction").Properties.Environment.Variables
    .CANARY_URL;

describe("the canary's role", () => {
  const statements: readonly Statement[] = only(synthesis, "AWS::IAM::Policy", "canaryRole").Properties.PolicyDocument
    .Statement;
  const ofTable = statements.filter(({ Sid }) => Sid !== "Log");
  const patterns = ofTable.flatMap(
    ({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [],
  );

  test("names its sandbox in every key: by the letter of the key space, its id, and nothing that another id fits", () => {
    expect(ofTable.length).toBeGreaterThan(0);
    for (const { Condition } of ofTable) {
      expect(Object.keys(Condition?.["ForAllValues:StringLike"] ?? {})).toEqual(["dynamodb:LeadingKeys"]);
    }
    expect(patterns.length).toBeGreaterThan(10);
    const form = new RegExp(`^(?:[A-Z]#${CANARY_ORG}(?:#\\*)?|L#${CANARY_ORG}0000)$`);
    expect(patterns.filter((pattern) => !form.test(pattern))).toEqual([]);
  });

  test("may do nothing with an item of another org, a login name, a token as presented, or the feed", () => {
    const actions = [...new Set(ofTable.flatMap(actionsOf))];
    const orgId = fc.stringMatching(/^[0-9A-Za-z]{8}$/).filter((id) => id !== CANARY_ORG);
    const ofOrg = fc.constantFrom("C#", "T#", "P#", "B#", "H#", "K#", "O#", "N#", "E#", "Y#");
    const rest = fc.constantFrom("", "#U", "#G", "#M#g0f3KbTqYw9ZpLmN4xR7sVd", "#H", "#S");
    const other = fc.oneof(
      fc.tuple(ofOrg, orgId, rest).map((parts) => parts.join("")),
      fc.stringMatching(/^T#[0-9a-f]{64}$/),
      fc.stringMatching(/^L#[0-9A-Za-z]{12}$/).filter((key) => key !== `L#${CANARY_ORG}0000`),
      fc.constantFrom("S#orgs", "F#3", "C#--------", "H#--------#O", "J#3", "Z#3"),
    );
    fc.assert(
      fc.property(other, fc.constantFrom(...actions), (key, action) => {
        const asked = { keys: [key], resource: `table/${TABLE}` };
        expect([key, action, isAllowed(statements, action, asked)]).toEqual([key, action, false]);
        const together = { keys: [`C#${CANARY_ORG}`, key], resource: `table/${TABLE}` };
        expect([key, action, isAllowed(statements, action, together)]).toEqual([key, action, false]);
      }),
    );
    expect(actions.filter((action) => /Scan|PartiQL|Table|\*/.test(action))).toEqual([]);
    for (const statement of statements) expect(statement.Resource).not.toBe("*");
  });

  test("removes what is left of a run, and can make no user, no group and no event", () => {
    const at = (key: string) => ({ keys: [key], resource: `table/${TABLE}` });
    for (const key of [`O#${CANARY_ORG}#U`, `N#${CANARY_ORG}#U`, `E#${CANARY_ORG}#H`, `B#${CANARY_ORG}`]) {
      expect(isAllowed(statements, "dynamodb:DeleteItem", at(key))).toBe(true);
      for (const action of ["PutItem", "UpdateItem", "BatchWriteItem"]) {
        expect([key, isAllowed(statements, `dynamodb:${action}`, at(key))]).toEqual([key, false]);
      }
    }
  });
});

describe("the canary", () => {
  test("is not there unless it is wanted, and nothing else changes with it but what watches it", () => {
    const without = synthesise({ observability: true });
    const idsOf = ({ template }: Synthesis) => Object.keys(template.toJSON().Resources);
    const added = idsOf(synthesis).filter((id) => !idsOf(without).includes(id));
    expect(added.filter((id) => !/canary/i.test(id))).toEqual([]);
    // The saved query is there as all are.
    expect(idsOf(without).filter((id) => /canary/i.test(id) && !id.startsWith("Observabilitycanaryruns"))).toEqual([]);
  });

  test("runs by a schedule alone, one at a time and never again by itself", () => {
    const rule = only(synthesis, "AWS::Events::Rule", "Canary").Properties;
    expect(rule).toMatchObject({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
    expect(rule.Targets).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
    expect(rule.Targets[0]).not.toHaveProperty("Input");
    const invoked = synthesis
      .resources("AWS::Lambda::EventInvokeConfig")
      .filter(([, { Properties }]) => JSON.stringify(Properties.FunctionName).includes("canaryFunction"));
    expect(invoked.map(([, { Properties }]) => Properties.MaximumRetryAttempts)).toEqual([0]);
    const callers = synthesis
      .resources("AWS::Lambda::Permission")
      .filter(([, { Properties }]) => /"canary(?:Live|Function)/.test(JSON.stringify(Properties.FunctionName)));
    expect(callers.map(([, { Properties }]) => Properties.Principal)).toEqual(["events.amazonaws.com"]);
    const { Timeout } = only(synthesis, "AWS::Lambda::Function", "canaryFunction").Properties;
    // Younger settings are of a run that may still go on (functions/http/canary.ts).
    expect(Timeout).toBeLessThan(180);
  });

  test("asks at the address that identity providers have", () => {
    expect(JSON.stringify(urlOf({}))).toMatch(/execute-api.*\/scim\/v2"/);
    expect(urlOf({ domain: DOMAIN })).toBe(`https://${DOMAIN.name}/scim/v2`);
    expect(urlOf({ domain: DOMAIN, publicUrl: "https://p.example/base" })).toBe("https://p.example/base/scim/v2");
  });

  test("wakes somebody after two failures of three runs, however often it runs, and where it does not", () => {
    const often = synthesise({ ...ON, canary: { minutes: 15 } });
    const rate = only(often, "AWS::Events::Rule", "Canary").Properties.ScheduleExpression;
    expect(rate).toBe("rate(15 minutes)");
    const [alarm] = often
      .resources("AWS::CloudWatch::Alarm")
      .filter(([, { Properties }]) => Properties.AlarmName === "Rollcall-Canary");
    expect(alarm?.[1].Properties).toMatchObject({
      MetricName: "CanaryFailures",
      Statistic: "Maximum",
      Period: 900,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 1,
      TreatMissingData: "breaching",
    });
  });
});
