import { type Check, type CheckResult, runChecks, type Target } from "../../support/target.ts";
import { connectionRows } from "./connectionRows.ts";
import { directoryRows } from "./directoryRows.ts";
import { groupRows } from "./groupRows.ts";
import { lifeRows } from "./lifeRows.ts";
import { orgRows } from "./orgRows.ts";
import { userRows } from "./userRows.ts";

/** The rows of product.md sections 2 and 3 that go through the wire, each check named after its row. */
export const rows: readonly Check[] = [
  ...connectionRows,
  ...userRows,
  ...groupRows,
  ...lifeRows,
  ...orgRows,
  ...directoryRows,
];

/** @param report called when a row ends */
export function runRows(target: Target, report?: (result: CheckResult) => void): Promise<CheckResult[]> {
  return runChecks(target, rows, report);
}
