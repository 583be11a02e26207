import { describe, expect, test } from "@jest/globals";
import { type Synthesis, synthesise } from "./synthesis.ts";

function idsOf({ template }: Pick<Synthesis, "template">, type: string): string[] {
  return Object.keys(template.findResources(type));
}

describe("what is live", () => {
  test("keeps the ids by which CloudFormation knows it: another id would put an empty table or another URL in its place", () => {
    const { tableTemplate: template } = synthesise({ split: true });
    if (template === undefined) throw new Error("split makes a stack for the table");
    for (const of of [synthesise(), { template }]) {
      expect(idsOf(of, "AWS::DynamoDB::GlobalTable")).toEqual(["DataTableFDBAD0F2"]);
    }
    expect(idsOf(synthesise(), "AWS::ApiGateway::RestApi")).toEqual(["HttpApi4E1D4184"]);
    expect(idsOf(synthesise(), "AWS::ApiGateway::Stage")).toEqual(["HttpApiDeploymentStageprod60372907"]);
  });

  test("is protected with its stack, and with the table's own, except in dev", () => {
    const protection = (settings: object) =>
      synthesise(settings)
        .app.node.children.filter((child) => child.node.id.startsWith("Rollcall"))
        .map((child) => ("terminationProtection" in child ? child.terminationProtection : undefined));
    expect(protection({ split: true })).toEqual([true, true]);
    expect(protection({ stage: "dev", split: true })).toEqual([false, false]);
  });
});
