import { describe, expect, test } from "@jest/globals";
import { judgedIdle, judgedUsage, usageOf } from "../../aws/checks/cost.ts";
import { perMillion } from "../../aws/checks/prices.ts";

const event = (line: unknown) => ({ at: 0, message: JSON.stringify(line) });
const report = (requestId: string, billedDurationMs: number) =>
  event({
    time: "2026-01-01T00:00:00.000Z",
    type: "platform.report",
    record: {
      requestId,
      metrics: { durationMs: billedDurationMs, billedDurationMs, memorySizeMB: 512 },
      status: "success",
    },
  });
const request = (reqId: string, org: string) => event({ type: "scim.request", reqId, org, rcu: 3, wcu: 2 });
const bytes = (...events: readonly { message: string }[]) =>
  events.reduce((sum, { message }) => sum + message.length + 26, 0);

const FUNCTIONS = [
  request("1", "acme"),
  report("1", 100),
  request("2", "acme"),
  report("2", 300),
  request("3", "other"),
  report("3", 900),
];
const BATCH = event({ type: "events.batch", published: 4 });
const SWEEP = event({ type: "sweep.batch", rcu: 1, wcu: 5 });
const ACCESS = [
  event({ extendedRequestId: "a", integrationRequestId: "1" }),
  event({ extendedRequestId: "b", integrationRequestId: "3" }),
];

describe("what requests used", () => {
  test("is taken from the lines of one org, Lambda's reports of them, and the workers", () => {
    expect(
      usageOf({ functions: FUNCTIONS, workers: [BATCH, SWEEP, report("w", 200)], access: ACCESS }, "acme"),
    ).toEqual({
      requests: 2,
      readUnits: 7,
      writeUnits: 9,
      invocations: 3,
      gbSeconds: expect.closeTo(0.3, 6),
      logBytes: bytes(request("1", "acme"), request("2", "acme"), BATCH, SWEEP, ...ACCESS.slice(0, 1)),
      events: 4,
    });
  });

  test("is nothing of an empty log", () => {
    expect(usageOf({ functions: [], workers: [], access: [] }, "acme").requests).toBe(0);
  });

  test("is priced by the million", () => {
    const usage = {
      requests: 2,
      readUnits: 8,
      writeUnits: 4,
      invocations: 2,
      gbSeconds: 0.02,
      logBytes: 2 ** 11,
      events: 1,
    };
    const dollars = perMillion(usage);
    expect(dollars["API Gateway"]).toBeCloseTo(3.5, 6);
    expect(dollars.DynamoDB).toBeCloseTo(0.5 + 1.25, 6);
    expect(dollars.Lambda).toBeCloseTo(0.2 + 0.133334, 6);
    expect(dollars.logs).toBeCloseTo(0.476837, 5);
    expect(dollars.events).toBeCloseTo(0.5, 6);
    expect(dollars.total).toBeCloseTo(3.5 + 1.75 + 0.333334 + 0.476837 + 0.5, 5);
  });

  test("differs when the lines tell less than what each request reads at least", () => {
    const usage = { requests: 2, readUnits: 3, writeUnits: 4, invocations: 2, gbSeconds: 0.02, logBytes: 9, events: 1 };
    expect(judgedUsage(usage, false).differences).toEqual(["the lines tell 3 read units for 2 requests"]);
    expect(judgedUsage({ ...usage, readUnits: 4 }, false).differences).toEqual([]);
    expect(judgedUsage(usage, true).differences).toEqual([]);
  });

  test("is not shown without Lambda's reports", () => {
    const finding = judgedUsage(
      usageOf({ functions: FUNCTIONS.filter((_, n) => n % 2 === 0), workers: [], access: [] }, "acme"),
      false,
    );
    expect(finding.notShown).toContain("0 reports of Lambda for 2 requests");
  });
});

describe("idle cost", () => {
  const resource = (type: string) => ({ logicalId: type, physicalId: "1", type });

  test("is nothing by default, and that of options", () => {
    const plain = [
      "AWS::DynamoDB::GlobalTable",
      "AWS::Lambda::Function",
      "AWS::SQS::Queue",
      "AWS::ApiGateway::Method",
    ].map(resource);
    expect(judgedIdle(plain).figures?.[0]?.value).toBe(0);
    const watched = [...plain, resource("AWS::CloudWatch::Alarm"), resource("AWS::CloudWatch::Dashboard")];
    expect(judgedIdle(watched).figures?.[0]?.value).toBeCloseTo(3.1, 6);
  });

  test("differs for a resource that nobody has looked up", () => {
    expect(judgedIdle([resource("AWS::EC2::NatGateway")]).differences).toEqual([
      "nobody has looked up what AWS::EC2::NatGateway costs: test/aws/checks/prices.ts",
    ]);
  });
});
