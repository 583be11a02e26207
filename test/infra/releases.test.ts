import { describe, expect, test } from "@jest/globals";
import { KNOWN_KEYS, parseConfig } from "../../lib/config.ts";
import { RELEASES, recordedTemplates } from "../releases/recorded.ts";
import { RECORDED_SETTINGS, type ReleaseTemplate, synthesiseTemplates } from "../releases/templates.ts";
import { updateHarm } from "../releases/updateHarm.ts";

describe.each(RELEASES)("a deployment of release %s", (release) => {
  test.each(recordedTemplates(release))(
    "is updated without a resource that is replaced or removed: settings for %s",
    (_, { settings, stacks }) => {
      const today = synthesiseTemplates(settings).stacks;
      expect(Object.keys(today)).toEqual(Object.keys(stacks));
      const harm = Object.entries(stacks).map(([name, before]) => [name, updateHarm(before, ofStack(today, name))]);
      expect(harm).toEqual(Object.keys(stacks).map((name) => [name, []]));
    },
  );
});

test("the next release is recorded with every setting", () => {
  const recorded = new Set(Object.values(RECORDED_SETTINGS).flatMap((settings) => Object.keys(settings)));
  expect(KNOWN_KEYS.filter((key) => !recorded.has(key))).toEqual([]);
  for (const settings of Object.values(RECORDED_SETTINGS)) parseConfig(settings);
});

describe("what an update would take away is named", () => {
  const { stacks } = new Map(recordedTemplates(RELEASES.at(-1) ?? "")).get("everything") ?? { stacks: {} };
  const before = ofStack(stacks, "Rollcall");
  const idOf = (type: string): string =>
    Object.keys(before.Resources).find((id) => before.Resources[id]?.Type === type) ?? `there is no ${type}`;
  /** The template with one part of its text changed in every place. */
  const changed = (from: string | RegExp, to: string): ReleaseTemplate => {
    const text = JSON.stringify(before);
    const after = text.replaceAll(from, to);
    expect(after).not.toBe(text);
    return JSON.parse(after);
  };

  test.each([
    ["AWS::DynamoDB::GlobalTable"],
    ["AWS::Logs::LogGroup"],
    ["AWS::ApiGateway::RestApi"],
    ["AWS::ApiGateway::Stage"],
    ["AWS::ApiGateway::DomainName"],
    ["AWS::Events::EventBus"],
    ["AWS::IAM::Role"],
    ["AWS::IAM::Policy"],
    ["AWS::KMS::Key"],
    ["AWS::Lambda::EventSourceMapping"],
    ["AWS::Lambda::Function"],
    ["AWS::SQS::Queue"],
    ["AWS::SQS::QueuePolicy"],
  ])("the construct of a resource of %s has another id", (type) => {
    const id = idOf(type);
    const harm = updateHarm(before, changed(`"${id}"`, `"Renamed${id}"`));
    expect(harm).toContainEqual(expect.stringMatching(new RegExp(`^${type} ${id} WILL_(DESTROY|ORPHAN)`)));
  });

  test("the table has another sort key", () => {
    const id = idOf("AWS::DynamoDB::GlobalTable");
    const harm = updateHarm(before, changed('"AttributeName":"sk"', '"AttributeName":"sort"'));
    expect(harm).toContainEqual(
      expect.stringMatching(`^AWS::DynamoDB::GlobalTable ${id} WILL_REPLACE for .*KeySchema`),
    );
  });

  test("the table, its key or a log group goes with the stack", () => {
    const harm = updateHarm(before, changed(/"DeletionPolicy":"Retain\w*"/g, '"DeletionPolicy":"Delete"'));
    for (const type of ["AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::Logs::LogGroup"])
      expect(harm).toContainEqual(`${type} ${idOf(type)} is kept no longer by its DeletionPolicy`);
  });

  test("an output is gone, and a deployment asks for a parameter", () => {
    const { TenantUrl: _, ...Outputs } = before.Outputs ?? {};
    const after = { ...before, Outputs, Parameters: { ...before.Parameters, Asked: {} } };
    expect(updateHarm(before, after)).toEqual(["the output TenantUrl is gone", "the parameter Asked has no default"]);
  });
});

function ofStack(stacks: Readonly<Record<string, ReleaseTemplate>>, name: string): ReleaseTemplate {
  const template = stacks[name];
  if (template === undefined) throw new Error(`there is no stack ${name}`);
  return template;
}
