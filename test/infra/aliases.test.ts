import { describe, expect, test } from "@jest/globals";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Function as HostFunction, InlineCode, Runtime } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ownOutputs, rollcallsIn } from "../../bin/rollcall/aws/stackNames.ts";
import { Rollcall } from "../../lib/rollcall.ts";
import { COMBINATIONS } from "./combinations.ts";
import { appOfOthers, type Resource, type Synthesis, synthesise } from "./synthesis.ts";

const WITH_EACH_CALLER = { applicationKeys: true, portal: true, webhooks: true };

/** What may name a function by itself: what publishes it, and what watches it whatever version runs. */
const NAMES_FUNCTIONS = [
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Lambda::Alias",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Version",
];

/** The logical ids that a part of a template refers to. */
function referred(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(referred);
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === "Ref") return [String(value)];
    if (key === "Fn::GetAtt" && Array.isArray(value)) return [String(value[0])];
    return referred(value);
  });
}

const idsOf = (synthesis: Synthesis, type: string): string[] => synthesis.resources(type).map(([id]) => id);

/** Each of them, of which at least one is there, refers to exactly one alias. */
function expectAlias(synthesis: Synthesis, parts: readonly unknown[]): void {
  const aliases = idsOf(synthesis, "AWS::Lambda::Alias");
  for (const part of parts) {
    const named = [...new Set(referred(part))].filter((id) => aliases.includes(id));
    expect({ part, named: named.length }).toEqual({ part, named: 1 });
  }
  expect(parts.length).toBeGreaterThan(0);
}

describe.each(COMBINATIONS)("with %s", (_name, settings) => {
  const synthesis = synthesise(settings);
  const all = (type: string): Resource["Properties"][] => synthesis.resources(type).map(([, one]) => one.Properties);
  const functions = idsOf(synthesis, "AWS::Lambda::Function");

  test("each function has a version that stays, an alias to it, and the name of the release that all have", () => {
    const versions = synthesis.resources("AWS::Lambda::Version");
    expect(versions.map(([, { Properties }]) => Properties.FunctionName.Ref).sort()).toEqual([...functions].sort());
    for (const [, version] of versions) {
      // Of a deployment that failed it goes: ADR 61.
      expect(version).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    }
    const aliases = all("AWS::Lambda::Alias");
    expect(aliases.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual([...functions].sort());
    for (const { FunctionName, FunctionVersion, Name } of aliases) {
      const [version] = FunctionVersion["Fn::GetAtt"];
      const [, published] = versions.find(([id]) => id === version) ?? [];
      expect([Name, published?.Properties.FunctionName.Ref]).toEqual(["live", FunctionName.Ref]);
    }
    const releases = all("AWS::Lambda::Function").map(({ Environment }) => Environment.Variables.ROLLCALL_RELEASE);
    expect(new Set(releases).size).toBe(1);
    expect(releases[0]).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?-[0-9a-f]{10}$/);
  });

  test("everything that calls a function calls its alias", () => {
    expectAlias(
      synthesis,
      all("AWS::ApiGateway::Method").flatMap(({ Integration }) =>
        Integration.Type === "AWS_PROXY" ? [Integration.Uri] : [],
      ),
    );
    for (const type of ["AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission"]) {
      expectAlias(
        synthesis,
        all(type).map(({ FunctionName }) => FunctionName),
      );
    }
    expectAlias(
      synthesis,
      all("AWS::Events::Rule").flatMap(({ Targets }) => Targets.map(({ Arn }: { readonly Arn: unknown }) => Arn)),
    );
    // The end of the alias's ARN.
    for (const { Qualifier } of all("AWS::Lambda::EventInvokeConfig")) {
      expect(Qualifier).toEqual({ "Fn::Select": [7, { "Fn::Split": [":", { Ref: expect.stringMatching(/Live/) }] }] });
    }
    const { Outputs } = synthesis.template.toJSON();
    const named = Object.entries<{ readonly Value: unknown }>(Outputs).filter(([name]) =>
      name.endsWith("FunctionName"),
    );
    expectAlias(
      synthesis,
      named.map(([, { Value }]) => Value),
    );
    for (const [, { Value }] of named) expect(JSON.stringify(Value)).toContain(':live"');
  });

  test("what a schedule calls is tried once, by EventBridge and by Lambda: the next visit does what it left", () => {
    // The next report would come a day later.
    const visited = all("AWS::Events::Rule").filter(({ ScheduleExpression }) => ScheduleExpression !== "rate(1 day)");
    expect(visited.length).toBeGreaterThan(1);
    for (const { Targets } of visited) {
      const [{ Arn, RetryPolicy }] = Targets;
      const asked = all("AWS::Lambda::EventInvokeConfig").filter(({ Qualifier }) => referred(Qualifier)[0] === Arn.Ref);
      const wanted = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: RetryPolicy?.MaximumEventAgeInSeconds };
      expect([Arn.Ref, RetryPolicy, asked]).toEqual([Arn.Ref, wanted, [expect.objectContaining(wanted)]]);
      expect(wanted.MaximumEventAgeInSeconds).toBeLessThanOrEqual(900);
    }
  });

  test("and nothing else but what publishes or watches a function names it by itself", () => {
    const { Outputs, Resources } = synthesis.template.toJSON();
    const naming = Object.entries<Resource>(Resources).filter(([, { Type }]) => !NAMES_FUNCTIONS.includes(Type));
    const bare = [...naming, ["Outputs", Outputs] as const].flatMap(([id, part]) =>
      referred(part)
        .filter((one) => functions.includes(one))
        .map((one) => `${id} → ${one}`),
    );
    expect(bare).toEqual([]);
  });

  test("the API is deployed with its integrations after what lets it call them", () => {
    const [[, deployment] = []] = synthesis.resources("AWS::ApiGateway::Deployment");
    const permissions = synthesis.resources("AWS::Lambda::Permission");
    const ofApi = permissions.filter(([, one]) => one.Properties.Principal === "apigateway.amazonaws.com");
    expect(ofApi.length).toBeGreaterThan(8);
    expect(deployment?.DependsOn).toEqual(expect.arrayContaining(ofApi.map(([id]) => id)));
  });
});

test("webhooks are woken by alias, and lines of the log go to one", () => {
  const synthesis = synthesise(WITH_EACH_CALLER);
  const { resources } = synthesis;
  const sender = { Ref: expect.stringMatching(/^webhooksLive/) };
  const wakes = resources("AWS::IAM::Policy").flatMap(([, { Properties }]) =>
    Properties.PolicyDocument.Statement.filter(({ Sid }: { readonly Sid: string }) => Sid === "Wake"),
  );
  for (const { Resource } of wakes) expect(Resource).toEqual(sender);
  const senders = resources("AWS::Lambda::Function").flatMap(
    ([, { Properties }]) => Properties.Environment.Variables.WEBHOOK_SENDER ?? [],
  );
  expect([wakes.length, senders.length]).toEqual([3, 3]);
  for (const one of senders) expect(one).toEqual(sender);
  const filters = resources("AWS::Logs::SubscriptionFilter").map(([, { Properties }]) => Properties.DestinationArn);
  expect(filters.length).toBe(7);
  expectAlias(synthesis, filters);
});

describe("the command line finds by name", () => {
  /** What CloudFormation would list, with physical ids that are the logical ones. */
  const listed = (template: Template) =>
    Object.entries<Resource>(template.toJSON().Resources).map(([logicalId, { Type: type }]) => {
      return { logicalId, physicalId: logicalId, type };
    });
  const partsOf = (template: Template) => {
    const [parts, ...others] = rollcallsIn(listed(template));
    expect(others).toEqual([]);
    return {
      functions: [...(parts?.functions.keys() ?? [])].sort(),
      logGroups: parts?.logGroups.length,
      accessLog: parts?.accessLog !== undefined,
    };
  };
  const alone = synthesise(WITH_EACH_CALLER);

  test("every function and log of a stack of its own", () => {
    const functions = idsOf(alone, "AWS::Lambda::Function").map((id) => id.replace(/Function[0-9A-F]{8}$/, ""));
    expect(partsOf(alone.template)).toEqual({
      functions: functions.sort(),
      logGroups: functions.length,
      accessLog: true,
    });
  });

  test.each(["Scim", "scim-portal", "my_users"])("the same below a construct %s, beside what the host has", (id) => {
    const stack = new Stack(appOfOthers(), "Platform");
    for (const name of ["users", "events"]) {
      new HostFunction(new Construct(stack, `Crm${name}`), "Function", {
        code: new InlineCode("exports.handler = () => {}"),
        handler: "index.handler",
        runtime: Runtime.NODEJS_24_X,
      });
    }
    new Rollcall(new Construct(stack, "Identity"), id, WITH_EACH_CALLER);
    const template = Template.fromStack(stack);
    expect(partsOf(template)).toEqual(partsOf(alone.template));
    const outputs = (of: Template) => new Map(Object.keys(of.findOutputs("*")).map((name) => [name, "value"]));
    expect([...ownOutputs(outputs(template)).keys()].sort()).toEqual([...outputs(alone.template).keys()].sort());
  });
});
