import { describe, expect, test } from "@jest/globals";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { SETTINGS } from "../../lib/settings.ts";
import { COMBINATIONS } from "./combinations.ts";
import { synthesiseByRules } from "./synthesis.ts";

test("the combinations that are judged have every setting", () => {
  const chosen = new Set(COMBINATIONS.flatMap(([, settings]) => Object.keys(settings)));
  expect(Object.keys(SETTINGS).filter((key) => !chosen.has(key))).toEqual([]);
});

describe("CDK's rules for templates find nothing that CloudFormation would not take", () => {
  test.each(COMBINATIONS)("%s", (_case, settings) => {
    expect(Object.keys(synthesiseByRules(settings).toJSON().Resources).length).toBeGreaterThan(50);
  });

  test("and find what is wrong: a property that has no such value", () => {
    const careless = () =>
      synthesiseByRules({}, (stack) => new CfnBucket(stack, "Careless", { accessControl: "EverybodyOnEarth" }));
    expect(careless).toThrow(/Careless/);
  });
});
