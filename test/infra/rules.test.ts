import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { CfnResource } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from "cdk-nag";
import { SETTINGS } from "../../lib/settings.ts";
import { COMBINATIONS } from "./combinations.ts";
import { PlatformStack } from "./examples/platformStack.ts";
import {
  appOfOthers,
  changedByRules,
  type Synthesis,
  synthesise,
  synthesiseAnew,
  synthesiseByRules,
} from "./synthesis.ts";

const PAGE = readFileSync(new URL("../../lib/docs/construct.md", import.meta.url), "utf8");
/** The rules for which lib/docs/construct.md says what to do. */
const EXPLAINED = [...PAGE.matchAll(/^\| (`.*`) \| /gm)].flatMap(([, names = ""]) =>
  names.replaceAll("`", "").split(", "),
);

function findings({ app }: Synthesis): string[] {
  return new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
}

test("the combinations that are judged have every setting", () => {
  const chosen = new Set(COMBINATIONS.flatMap(([, settings]) => Object.keys(settings)));
  expect(Object.keys(SETTINGS).filter((key) => !chosen.has(key))).toEqual([]);
});

describe("CDK's rules for templates find nothing that CloudFormation would not take", () => {
  test.each(COMBINATIONS)("%s", (_case, settings) => {
    expect(Object.keys(synthesiseByRules(settings).template.toJSON().Resources).length).toBeGreaterThan(50);
  });

  test("and find what is wrong: a property that has no such value", () => {
    const careless = () =>
      changedByRules({}, (stack) => new CfnBucket(stack, "Careless", { accessControl: "EverybodyOnEarth" }));
    expect(careless).toThrow(/Careless/);
  });
});

test("the templates leave a stack of somebody else's a hundred of its 500 resources", () => {
  for (const [, settings] of COMBINATIONS) {
    expect(Object.keys(synthesise(settings).template.toJSON().Resources).length).toBeLessThanOrEqual(400);
  }
});

// After those, whose apps they look at.
describe("the AwsSolutions rules of cdk-nag", () => {
  test.each(COMBINATIONS)("find nothing that is not acknowledged: %s", (_case, settings) => {
    expect(findings(synthesise(settings))).toEqual([]);
  });

  test("find nothing below the construct in a stack of somebody else's, only what that stack has to answer for", () => {
    const [, settings] = COMBINATIONS.find(([name]) => name === "every option") ?? [];
    const app = appOfOthers();
    new PlatformStack(app, "Platform", { ...(settings && { scim: settings }) });
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    const paths = violations.flatMap(({ violatingResources }) => violatingResources.map((one) => one.constructPath));
    // The page says so of the grants; the queue has no dead letters.
    expect([...new Set(paths)].sort()).toEqual(
      ["Application/DefaultPolicy", "Leavers", "Operators/DefaultPolicy"].map((id) => `Platform/${id}/Resource`),
    );
  });

  test("are acknowledged for one resource at a time, each with a reason", () => {
    const acknowledged = synthesise()
      .app.node.findAll()
      .flatMap((construct) => construct.node.metadata.map(({ data, type }) => ({ construct, data, type })))
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules");
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { construct, data } of acknowledged) {
      const covered = construct.node.findAll().filter((child) => CfnResource.isCfnResource(child));
      expect([construct.node.path, covered.length]).toEqual([construct.node.path, 1]);
      for (const reason of Object.values(data)) expect(String(reason).length).toBeGreaterThan(20);
    }
  });

  test("find what is wrong: a bucket open to all and a policy of wildcards", () => {
    const synthesis = synthesiseAnew();
    const bucket = new Bucket(synthesis.stack, "Careless");
    bucket.addToResourcePolicy(new PolicyStatement({ actions: ["s3:*"], resources: ["*"] }));
    expect(findings(synthesis)).toEqual(expect.arrayContaining(["AwsSolutions-S1", "AwsSolutions-S10"]));
  });
});

test("the rule packs for regulated businesses report what construct.md explains, and nothing else", () => {
  const reported = ["no settings", "every option"].flatMap((wanted) => {
    const { app } = synthesise(COMBINATIONS.find(([name]) => name === wanted)?.[1]);
    const packs = [HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks].map(
      (Pack) => new Pack(app),
    );
    return packs.flatMap((pack) =>
      pack.validateScope(app).violations.map(({ ruleName }) => ruleName.replace(/^.*-/, "")),
    );
  });
  expect([...new Set(reported)].toSorted()).toEqual(EXPLAINED.toSorted());
});
