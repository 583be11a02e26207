import { describe, expect, test } from "@jest/globals";
import { judgedStarts, type Starts } from "../../aws/checks/coldStarts.ts";
import { eventsOf, lineOfOurs, reportIn } from "../../aws/checks/logEvents.ts";
import { liveStack } from "./liveStack.ts";

/** As the AWS Lambda Developer Guide shows platform.report in the Telemetry API's schema. */
const COLD = JSON.stringify({
  time: "2026-01-01T00:01:15.000Z",
  type: "platform.report",
  record: {
    requestId: "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa",
    metrics: {
      durationMs: 31.4,
      billedDurationMs: 430,
      memorySizeMB: 512,
      maxMemoryUsedMB: 84,
      initDurationMs: 397.68,
    },
    status: "success",
  },
});
const REPORT = { requestId: "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa", durationMs: 31.4, billedMs: 430, memoryMb: 512 };

describe("lines of a log group", () => {
  test("a report of a cold start has the milliseconds of its init, one of a warm one has none", () => {
    expect(reportIn(COLD)).toEqual({ ...REPORT, initMs: 397.68 });
    expect(reportIn(COLD.replace(',"initDurationMs":397.68', ""))).toEqual({ ...REPORT, initMs: undefined });
  });

  test("a report may come as text", () => {
    const warm = [
      `REPORT RequestId: ${REPORT.requestId}`,
      "Duration: 31.4 ms",
      "Billed Duration: 430 ms",
      "Memory Size: 512 MB",
      "Max Memory Used: 84 MB",
    ].join("\t");
    expect(reportIn(`${warm}\t\n`)).toEqual({ ...REPORT, initMs: undefined });
    expect(reportIn(`${warm}\tInit Duration: 397.68 ms\t\n`)).toEqual({ ...REPORT, initMs: 397.68 });
  });

  test.each([
    ["a start", '{"time":"2026-01-01T00:01:15.000Z","type":"platform.start","record":{"requestId":"6d68ca91"}}'],
    ["a line of ours", '{"type":"scim.request","initMs":1}'],
    ["other text", "START RequestId: 6d68ca91-49c9-448d-89b8-7ca3e6dc66aa Version: $LATEST"],
    ["a list", "[1]"],
  ])("%s is no report", (_what, message) => {
    expect(reportIn(message)).toBeUndefined();
  });

  test("ours are told from those of the platform and of API Gateway", () => {
    expect(lineOfOurs('{"type":"scim.request"}')).toEqual({ type: "scim.request" });
    expect(lineOfOurs(COLD)).toBeUndefined();
    expect(lineOfOurs('{"requestId":"1","status":"404"}')).toBeUndefined();
  });

  test("are read to the last page, past an empty one", async () => {
    const pages: Record<string, unknown> = {
      first: { events: [{ timestamp: 5, message: "a", eventId: "1", logStreamName: "s" }], nextToken: "second" },
      second: { events: [], nextToken: "third", searchedLogStreams: [] },
      third: { events: [{ timestamp: 7, message: "b", eventId: "2", logStreamName: "s" }] },
    };
    const asked: unknown[] = [];
    const json = async (_service: string, _target: string, input: unknown) => {
      asked.push(input);
      return pages[String((input as { nextToken?: string }).nextToken ?? "first")];
    };
    const stack = liveStack({ json });
    expect(await eventsOf(stack, "g", 3)).toEqual([
      { at: 5, message: "a" },
      { at: 7, message: "b" },
    ]);
    expect(asked[0]).toEqual({ logGroupName: "g", startTime: 3 });
  });
});

describe("cold starts are judged", () => {
  const report = (durationMs: number, initMs?: number) => ({ ...REPORT, durationMs, initMs });
  const users: Starts = {
    name: "users",
    reports: [report(30, 300), report(35, 500), report(10), report(12), report(14)],
    firstMs: [600, 700],
    warmMs: [40, 50, 60],
    failed: [],
  };

  test("passed with figures when as many are in the log as were forced", () => {
    expect(judgedStarts([users], 2)).toEqual({
      differences: [],
      figures: [
        { name: "users: init, median", value: 300, unit: "ms" },
        { name: "users: init, longest", value: 500, unit: "ms" },
        { name: "users: first answer from here, median", value: 600, unit: "ms" },
        { name: "users: warm answer from here, median", value: 50, unit: "ms" },
        { name: "users: warm in Lambda, median", value: 12, unit: "ms" },
      ],
    });
  });

  test("different when one is missing", () => {
    expect(judgedStarts([users], 3).differences).toEqual(["users: 3 cold starts were forced, 2 are in the log"]);
    const silent = { ...users, name: "groups", reports: [] };
    expect(judgedStarts([users, silent], 2).differences).toEqual([
      "groups: 2 cold starts were forced, 0 are in the log",
    ]);
  });

  test("different when an answer was the service's fault", () => {
    expect(judgedStarts([{ ...users, failed: [502] }], 2).differences).toEqual(["users: an answer was 502"]);
  });

  test("not shown when no function reports anything", () => {
    expect(judgedStarts([{ ...users, reports: [] }], 2).notShown).toContain("platform.report");
  });
});
