import { describe, expect, test } from "@jest/globals";
import { judgedAccess, judgedLines, judgedRetention, retention } from "../../aws/checks/logs.ts";
import { liveStack } from "./liveStack.ts";

const PLATFORM =
  '{"time":"2026-01-01T00:00:00.000Z","type":"platform.start","record":{"requestId":"r","version":"$LATEST"}}';
const OURS = JSON.stringify({
  type: "gateway.refused",
  ts: "2026-01-01T00:00:00.000Z",
  timestamp: "2026-01-01T00:00:00.000Z",
  level: "WARN",
  ref: "0a1b2c3d4e5f",
  apigwReqId: "Kf3kEF2zliAEjXw=",
  method: "GET",
  route: "/",
  status: 404,
  detailCode: "gateway.noSuchRoute",
});
const ACCESS = JSON.stringify({
  extendedRequestId: "Kf3kEF2zliAEjXw=",
  status: "404",
  errorResponseType: "MISSING_AUTHENTICATION_TOKEN",
});

describe("lines of the log groups", () => {
  const judged = (functions: readonly string[], access: readonly string[] = [], secrets: readonly string[] = []) =>
    judgedLines(
      new Map([
        ["users", functions],
        ["access", access],
      ]),
      "access",
      secrets,
    ).differences;

  test("may be ours, the platform's and API Gateway's, each where it belongs", () => {
    expect(judged([OURS, PLATFORM], [ACCESS])).toEqual([]);
  });

  test.each([
    [
      "a line that Lambda wrapped",
      [JSON.stringify({ timestamp: "2026-01-01T00:00:00.000Z", level: "INFO", message: OURS })],
      [],
      "users: ",
    ],
    ["text of a runtime", ["2026-01-01 (node:2) Warning: something"], [], "users: no JSON"],
    ["a field that the schema lacks", [OURS.replace('"level"', '"userName":"ada","level"')], [], "users: "],
    ["an access log line in AWS's own format", [], ['1.2.3.4 - - [01/Jan/2026] "GET /" 404'], "access: no JSON"],
    ["an access log line without status", [], ['{"extendedRequestId":"1","status":"-"}'], "access: no access log line"],
  ])("differ for %s", (_what, functions, access, says) => {
    const differences = judged(functions, access);
    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]).toContain(says);
  });

  test("differ for a value of a request wherever it is, and the value is not repeated", () => {
    const leaks = judged(
      [PLATFORM.replace("$LATEST", "mark1")],
      [ACCESS.replace("Kf3kEF2zliAEjXw=", "mark1")],
      ["mark1"],
    );
    expect(leaks).toEqual(["users: a line holds a value of a request", "access: a line holds a value of a request"]);
  });
});

describe("the access log", () => {
  test("names the type of an error that API Gateway made", () => {
    expect(judgedAccess([PLATFORM, ACCESS], "Kf3kEF2zliAEjXw=")).toEqual({
      differences: [],
      notes: ["the access log calls an unsigned request MISSING_AUTHENTICATION_TOKEN"],
    });
  });

  test("differs without the line, or with a dash where the type belongs", () => {
    expect(judgedAccess([ACCESS], "other").differences).toEqual(["the access log has no line of other"]);
    const dashed = ACCESS.replace("MISSING_AUTHENTICATION_TOKEN", "-");
    expect(judgedAccess([dashed], "Kf3kEF2zliAEjXw=").differences).toEqual([
      "the access log names no type of error for Kf3kEF2zliAEjXw=",
    ]);
  });
});

describe("retention", () => {
  test("is set, and the same for all", () => {
    expect(
      judgedRetention([
        { name: "a", days: 90 },
        { name: "b", days: 90 },
      ]).differences,
    ).toEqual([]);
    expect(
      judgedRetention([
        { name: "a", days: 90 },
        { name: "b", days: undefined },
      ]).differences,
    ).toEqual(["b keeps its lines for ever", "the groups keep their lines for different times: 90, "]);
    expect(judgedRetention([]).differences).toEqual(["the stack has no log group"]);
  });

  test("is read of the group itself, not of one whose name begins so", async () => {
    // CloudWatch Logs API Reference, DescribeLogGroups.
    const logGroups = [
      { logGroupName: "g-copy", retentionInDays: 1 },
      { logGroupName: "g", retentionInDays: 90, storedBytes: 0 },
    ];
    const resources = [{ logicalId: "usersLogs83233220", physicalId: "g", type: "AWS::Logs::LogGroup" }];
    const finding = await retention.run(liveStack({ resources, json: async () => ({ logGroups }) }));
    expect(finding).toEqual({ differences: [], notes: ["log groups keep their lines for 90 days"] });
  });
});
