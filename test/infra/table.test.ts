import { describe, expect, test } from "@jest/globals";
import { tableDefinition } from "../../functions/store/tableDefinition.ts";
import { synthesise } from "./synthesis.ts";

const TYPE = "AWS::DynamoDB::GlobalTable";

function onlyTable(settings: unknown = {}) {
  const [only, ...others] = synthesise(settings).resources(TYPE);
  expect(others).toEqual([]);
  if (only === undefined) throw new Error("the template has no table");
  return only[1];
}

describe("the table", () => {
  test("is the one the store's own definition describes", () => {
    const { Properties } = onlyTable();
    const wanted = tableDefinition("any");
    const byName = (a: { AttributeName?: string }, b: { AttributeName?: string }): number =>
      String(a.AttributeName).localeCompare(String(b.AttributeName));
    expect(Properties.KeySchema).toEqual(wanted.KeySchema);
    expect(Properties.AttributeDefinitions.sort(byName)).toEqual([...(wanted.AttributeDefinitions ?? [])].sort(byName));
    expect(Properties.GlobalSecondaryIndexes).toEqual(wanted.GlobalSecondaryIndexes);
    expect(Properties.BillingMode).toBe(wanted.BillingMode);
    expect(Properties.StreamSpecification.StreamViewType).toBe(wanted.StreamSpecification?.StreamViewType);
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: "ttl", Enabled: true });
  });

  test("survives its stack, refuses to be deleted and can be put back to any second", () => {
    const table = onlyTable();
    expect(table.DeletionPolicy).toBe("Retain");
    expect(table.Properties.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
  });

  test("goes with its stack in dev", () => {
    const table = onlyTable({ stage: "dev" });
    expect(table.DeletionPolicy).toBe("Delete");
    expect(table.Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  test("has no name of our choosing, so that two deployments never collide", () => {
    expect(onlyTable().Properties).not.toHaveProperty("TableName");
  });
});
