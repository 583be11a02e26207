import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Rollcall } from "../../lib/rollcall.ts";
import { type ReleaseTemplate, synthesiseTemplates } from "../releases/templates.ts";
import { updateHarm } from "../releases/updateHarm.ts";
import { COMBINATIONS } from "./combinations.ts";
import { backUp } from "./examples/backups.ts";
import { bound, govern } from "./examples/governed.ts";
import { PipelineStack } from "./examples/pipeline.ts";
import { PlatformStack } from "./examples/platformStack.ts";
import { PRODUCTION } from "./examples/production.ts";
import { actionsOf, appOfOthers, type Resource, type Statement, synthesise } from "./synthesis.ts";

const HERE = new URL(".", import.meta.url);
const env = { account: "333333333333", region: "eu-central-1" };
const RECOMMENDED: object = JSON.parse(
  readFileSync(new URL("../../node_modules/aws-cdk-lib/recommended-feature-flags.json", HERE), "utf8"),
);

const resourcesOf = (stack: Stack, type?: string) =>
  (Object.entries(Template.fromStack(stack).toJSON().Resources) as [string, Resource][]).filter(
    ([, { Type }]) => type === undefined || Type === type,
  );

test("the code on lib/docs/construct.md is that of test/infra/examples, which is compiled", () => {
  const page = readFileSync(new URL("../../lib/docs/construct.md", HERE), "utf8");
  const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  const files = readdirSync(new URL("examples/", HERE)).map((name) =>
    readFileSync(new URL(`examples/${name}`, HERE), "utf8").replaceAll("../../../lib/rollcall.ts", "rollcall/cdk"),
  );
  expect(shown.toSorted()).toEqual(files.toSorted());
});

/** What the functions' roles ask for. */
function actionsAsked(settings?: object): readonly string[] {
  const statements = synthesise(settings)
    .resources("AWS::IAM::Policy")
    .flatMap(([, { Properties }]): Statement[] => Properties.PolicyDocument.Statement);
  return [...new Set(statements.flatMap(actionsOf))];
}

describe("the page's code makes what the page says", () => {
  test("a stack in which an application may read the directory, operators administer, and leavers come to a queue", () => {
    const stack = new PlatformStack(appOfOthers(), "Platform", { env, scim: PRODUCTION });
    expect(stack.terminationProtection).toBe(true);
    expect(new PlatformStack(appOfOthers(), "Platform", { scim: { stage: "dev" } }).terminationProtection).toBe(false);
    const policies = resourcesOf(stack, "AWS::IAM::Policy").map(([id, one]) => [id, JSON.stringify(one)] as const);
    const ofRole = (prefix: string) => policies.find(([id]) => id.startsWith(prefix))?.[1];
    expect(ofRole("Application")).toContain("/*/directory/v1/*");
    expect(ofRole("Operators")).toContain("/*/admin/v1/*");
    const rule = resourcesOf(stack, "AWS::Events::Rule").find(([id]) => id.includes("OnLeaver"));
    expect(JSON.stringify(rule)).toMatch(/"user\.deactivated".*"Leavers/);
    expect(stack.rollcall.tenantUrl).toBe("https://scim.example.com/scim/v2/{orgName}");
    expect(resourcesOf(stack, "AWS::CloudWatch::Alarm").length).toBeGreaterThan(10);
  });

  test("tags on table, functions and logs, a boundary on every role, and an aspect of somebody else's", () => {
    const app = appOfOthers();
    const stack = new Stack(app, "Platform", { env });
    new Rollcall(stack, "Scim", { webhooks: true, portal: true, observability: true, alarmEmail: "a@example.com" });
    govern(app);
    bound(stack);
    const tag = { Key: "cost-center", Value: "identity" };
    const tagged = (type: string) =>
      resourcesOf(stack, type).map(([, one]) => JSON.stringify(one).includes(JSON.stringify(tag)));
    for (const type of [
      "AWS::DynamoDB::GlobalTable",
      "AWS::Lambda::Function",
      "AWS::Logs::LogGroup",
      "AWS::KMS::Key",
      "AWS::SQS::Queue",
    ]) {
      expect([type, new Set(tagged(type))]).toEqual([type, new Set([true])]);
    }
    // GovCloud and China take none there.
    expect(tagged("AWS::Lambda::EventSourceMapping")).toEqual([false, false]);
    const boundaries = resourcesOf(stack, "AWS::IAM::Role").map(([, { Properties }]) => Properties.PermissionsBoundary);
    expect(boundaries.length).toBeGreaterThan(10);
    for (const one of boundaries) expect(JSON.stringify(one)).toContain(":policy/developers");
    const kept = resourcesOf(stack, "AWS::Logs::LogGroup").map(([, { DeletionPolicy }]) => DeletionPolicy);
    expect(new Set(kept)).toEqual(new Set(["Retain"]));
  });

  test("roles that ask for nothing but what the page has a boundary allow", () => {
    const page = readFileSync(new URL("../../lib/docs/construct.md", HERE), "utf8");
    const [, listed = ""] = /It must allow what the roles ask for: (.*?) For all stacks/s.exec(page) ?? [];
    const allowed = [...listed.matchAll(/`([a-z]+:[\w*]+)`/g)].map(([, action = ""]) => action);
    const matches = (one: string, action: string) =>
      new RegExp(`^${one.replaceAll("*", ".*")}$`).test(action.replace("*", "Any"));
    const [, everything] = COMBINATIONS.find(([name]) => name === "every option") ?? [];
    const asked = actionsAsked(everything);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((action) => !allowed.some((one) => matches(one, action)))).toEqual([]);
    // What takes a setting is said with it, for those who allow no more than they need.
    const always = new Set(actionsAsked({}));
    for (const setting of ["webhooks", "roles", "tracing"]) {
      const more = actionsAsked({ [setting]: true }).filter((action) => !always.has(action));
      const said = listed.split(";").filter((clause) => clause.includes(`\`${setting}\``));
      const theirs = [...said.join().matchAll(/`([a-z]+:[\w*]+)`/g)].map(([, action = ""]) => action);
      expect(more.length).toBeGreaterThan(0);
      expect([setting, more.filter((action) => !theirs.some((one) => matches(one, action)))]).toEqual([setting, []]);
    }
  });

  test("backups of the table, with a copy in another account", () => {
    const stack = new Stack(appOfOthers(), "Platform", { env });
    const rollcall = new Rollcall(stack, "Scim");
    const elsewhere = "arn:aws:backup:eu-central-1:444444444444:backup-vault:copies";
    backUp(stack, rollcall, elsewhere);
    const [[, selection] = []] = resourcesOf(stack, "AWS::Backup::BackupSelection");
    const [[tableId = ""] = []] = resourcesOf(stack, "AWS::DynamoDB::GlobalTable");
    expect(JSON.stringify(selection?.Properties.BackupSelection.Resources)).toContain(tableId);
    const [[, plan] = []] = resourcesOf(stack, "AWS::Backup::BackupPlan");
    const [rule] = plan?.Properties.BackupPlan.BackupPlanRule ?? [];
    expect(rule.CopyActions).toMatchObject([{ DestinationBackupVaultArn: elsewhere }]);
  });

  test("a pipeline with one environment for trying things out, whose data goes, and one whose data stays", () => {
    const app = appOfOthers();
    new PipelineStack(app, "Pipeline", { env: { account: "111111111111", region: "eu-central-1" } });
    const assembly = app.synth();
    const found = assembly.stacksRecursively.map(({ environment, stackName, template }) => {
      const all: Readonly<Record<string, Resource>> = template.Resources;
      const tables = Object.values(all).filter(({ Type }) => Type === "AWS::DynamoDB::GlobalTable");
      return [stackName, environment.account, tables.map(({ DeletionPolicy }) => DeletionPolicy)];
    });
    expect(found).toEqual(
      expect.arrayContaining([
        ["Trial-Platform", "222222222222", ["Delete"]],
        ["Production-Platform", "333333333333", ["Retain"]],
      ]),
    );
  });

  test.each([
    ["no feature flag", {}],
    ["every flag that CDK recommends", RECOMMENDED],
  ])("a stack that takes the place of the repository's without harm, in an app of %s", (_flags, flags) => {
    const { stacks } = synthesiseTemplates({ webhooks: true, portal: true });
    const stack = new Stack(appOfOthers(flags), "Rollcall", { terminationProtection: true });
    new Rollcall(stack, "Default", { webhooks: true, portal: true });
    const before = stacks.Rollcall;
    const after: ReleaseTemplate = Template.fromStack(stack).toJSON() as ReleaseTemplate;
    expect(before && updateHarm(before, after)).toEqual([]);
    expect(Object.keys(after.Outputs ?? {}).sort()).toEqual(Object.keys(before?.Outputs ?? {}).sort());
  });

  test("what stays when the construct goes: table, logs, dead letters, keys, and API Gateway's right to log", () => {
    const stack = new Stack(appOfOthers(), "Platform", { env });
    new Rollcall(stack, "Scim", { webhooks: true, customerKey: "create" });
    const staying = resourcesOf(stack).filter(([, { DeletionPolicy }]) => /^Retain/.test(String(DeletionPolicy)));
    expect([...new Set(staying.map(([, { Type }]) => Type))].sort()).toEqual([
      "AWS::ApiGateway::Account",
      "AWS::DynamoDB::GlobalTable",
      "AWS::IAM::Role",
      "AWS::KMS::Key",
      // CloudFormation leaves them, but Lambda deletes every version with its function.
      "AWS::Lambda::Version",
      "AWS::Logs::LogGroup",
      "AWS::SQS::Queue",
    ]);
  });
});
