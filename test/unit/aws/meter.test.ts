import { describe, expect, test } from "@jest/globals";
import { Meter } from "../../aws/run/meter.ts";
import { assertThrowaway, MOST_REQUESTS, stackNameOf, upperBound } from "../../aws/run/plan.ts";
import { WIRE_SUITES } from "../../aws/run/suites.ts";
import { AWS_CROWD } from "../../deploy/deployedTarget.ts";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { runChecks } from "../../support/target.ts";
import { liveStack } from "./liveStack.ts";

const UNLIMITED = new AbortController().signal;

describe("the plan's bound", () => {
  test("leaves the checks more than half of the requests that the wire suites leave", async () => {
    const meter = new Meter({ requests: MOST_REQUESTS, calls: 0 }, UNLIMITED);
    const { target } = meter.on({ ...liveStack(), target: { ...memoryTarget(), crowd: AWS_CROWD } });
    // All of them: the number of requests of a half differs too much between halves.
    await runChecks(
      target,
      WIRE_SUITES.flatMap(({ checks }) => [...checks]),
    );
    // The plan's text and its sum speak of this number.
    expect(meter.requests).toBeGreaterThan(1_500);
    expect(meter.requests).toBeLessThan(2_500);
  });

  test("is the sum that the comment works out", () => {
    expect(upperBound(5_000)).toBe(0.5);
    expect(upperBound(0)).toBe(0.1);
  });
});

describe("a meter", () => {
  test("counts requests and calls, and refuses one more than was promised", async () => {
    const meter = new Meter({ requests: 2, calls: 1 }, UNLIMITED);
    const answer = { status: 200, headers: {}, text: "", json: undefined };
    const { aws, target } = meter.on(
      liveStack({ transport: async () => answer, admin: async () => answer, json: async () => ({}) }),
    );
    await target.admin("GET", "/orgs");
    await target.transport({ method: "GET", target: "/", headers: {}, body: undefined });
    await expect(target.admin("GET", "/orgs")).rejects.toThrow("the plan allows 2 requests");
    await aws.json("logs", "Logs_20140328.DescribeLogGroups", {});
    await expect(aws.rest("lambda", "GET", "/")).rejects.toThrow("the plan allows 1 calls of AWS");
    expect([meter.requests, meter.calls]).toEqual([2, 1]);
  });

  test("lets nothing through once the run is interrupted", async () => {
    const meter = new Meter({ requests: 2, calls: 2 }, AbortSignal.abort(new Error("interrupted")));
    const { aws, target } = meter.on(liveStack());
    await expect(target.directory("GET", "/orgs")).rejects.toThrow("interrupted");
    await expect(aws.query("iam", "2010-05-08", "GetRole", {})).rejects.toThrow("interrupted");
  });
});

describe("the name of a run's stack", () => {
  test("tells when, and fits CloudFormation, SQS and EventBridge with what is added to it", () => {
    const name = stackNameOf(Date.parse("2026-11-26T01:55:00.123Z"), "30a3af");
    expect(name).toBe("RollcallTest-20261126T015500-30a3af");
    expect(`${name}-application`.length).toBeLessThanOrEqual(64);
  });

  test.each(["Rollcall", "RollcallTable", "RollcallTest", "RollcallTest-20261126T015500-30a3afTable", "Prod"])(
    "is never %s",
    (name) => {
      expect(() => assertThrowaway(name)).toThrow(/may make/);
    },
  );
});
