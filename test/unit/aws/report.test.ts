import { expect, test } from "@jest/globals";
import { type Report, renderReport } from "../../aws/run/report.ts";

const REPORT: Report = {
  date: "2026-01-01T00:00:00.000Z",
  account: "123456789012",
  region: "eu-central-1",
  stackName: "RollcallTest-20260101T000000-0a1b2c",
  emulated: false,
  versions: {},
  steps: [],
  checks: [
    { suite: "What only AWS shows", name: "headers", differences: [], figures: [], notes: ["a | b"] },
    {
      suite: "What only AWS shows",
      name: "cost",
      differences: [],
      figures: [
        { name: "API Gateway", value: 3.5000000000000004, unit: "$ per million requests" },
        { name: "lines that were read", value: 123_456, unit: "" },
      ],
    },
  ],
  requests: 1,
  calls: 2,
  left: [],
};

test("what AWS chose where nothing is promised stands in a table of its own, and only where there is any", () => {
  const text = renderReport(REPORT);
  expect(text).toContain(
    "## What AWS does where nothing is promised\n\n| seen | check |\n|---|---|\n| a \\| b | headers |\n",
  );
  const silent = renderReport({ ...REPORT, checks: REPORT.checks.slice(1) });
  expect(silent).not.toContain("nothing is promised");
});

test("figures have as many digits as mean something, and counts have all", () => {
  const text = renderReport(REPORT);
  expect(text).toContain("| API Gateway | 3.5 | $ per million requests | cost |");
  expect(text).toContain("| lines that were read | 123456 |");
});
