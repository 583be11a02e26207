import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { causeOf, type LogLine, logWriter } from "../../functions/http/logWriter.ts";
import { COUNTS, GAUGE, GAUGES, type Metrics } from "../../functions/http/metrics.ts";
import { LOG_FIELDS, REQUIRED_FIELDS } from "../support/logLineSchema.ts";

const AT = Date.parse("2026-01-01T00:00:00Z");

function written(line: LogLine, metrics: Metrics): LogLine | undefined {
  const lines: LogLine[] = [];
  logWriter({ log: (one) => lines.push(one) })(() => ({ line, at: AT, metrics }));
  return lines[0];
}

describe("metrics in a line", () => {
  test("are told in CloudWatch's embedded format, without dimensions", () => {
    expect(written({ type: "x" }, { Conflicts: 2, Busy: 1 })).toEqual({
      type: "x",
      timestamp: "2026-01-01T00:00:00.000Z",
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: "Rollcall",
            Dimensions: [[]],
            Metrics: [
              { Name: "Conflicts", Unit: "Count" },
              { Name: "Busy", Unit: "Count" },
            ],
          },
        ],
      },
      Busy: 1,
      Conflicts: 2,
    });
  });

  test("are gauges by their names as the lists say", () => {
    expect([...COUNTS, ...GAUGES].filter((name) => GAUGE.test(name))).toEqual(GAUGES);
  });

  test("cost no byte while there is nothing to tell", () => {
    const timestamp = "2026-01-01T00:00:00.000Z";
    expect(written({ type: "x" }, { Conflicts: 0, Busy: undefined })).toEqual({ type: "x", timestamp });
  });

  test("tell a gauge of zero: that no job is open is news", () => {
    expect(written({}, { JobsOpen: 0 })).toMatchObject({ JobsOpen: 0 });
  });
});

describe("a log that fails", () => {
  test("fails nothing, and the next line that gets through says how many were lost", () => {
    const lines: LogLine[] = [];
    let full = true;
    const write = logWriter({
      log: (line) => {
        if (full) throw new Error("no space left on device");
        lines.push(line);
      },
    });
    write(() => ({ line: { n: 1 }, at: AT }));
    write(() => {
      throw new TypeError("a line that cannot be made");
    });
    full = false;
    write(() => ({ line: { n: 3 }, at: AT }));
    write(() => ({ line: { n: 4 }, at: AT }));
    const timestamp = "2026-01-01T00:00:00.000Z";
    expect(lines).toEqual([expect.objectContaining({ n: 3, LogFailures: 2 }), { n: 4, timestamp }]);
  });
});

test("the schema of the lines is one", () => {
  const schema = JSON.parse(readFileSync(new URL("../../lib/docs/logLine.schema.json", import.meta.url), "utf8"));
  const ajv = new Ajv({ discriminator: true });
  ajv.validateSchema(schema);
  expect(ajv.errors).toBe(null);
});

test("the schema asks every line for the timestamp and the level that Lambda filters by", () => {
  expect(REQUIRED_FIELDS.size).toBe(LOG_FIELDS.size);
  for (const fields of REQUIRED_FIELDS.values()) expect(fields).toEqual(expect.arrayContaining(["timestamp", "level"]));
});

test("the schema knows a variant for every type of line and a field for every metric", () => {
  expect([...LOG_FIELDS.keys()]).toEqual(
    expect.arrayContaining(["scim.request", "admin.request", "oauth.request", "directory.request", "request.failed"]),
  );
  expect(LOG_FIELDS.get("scim.request")).toEqual(
    expect.arrayContaining(["_aws", "Unauthorized", "Busy", "Conflicts", "SkippedMembers", "LogFailures"]),
  );
});

test("the cause of a surprise leaves its message out, also where a line of it looks like a frame", () => {
  const cause = causeOf(new TypeError("no such value: ada@x.example\n    at ada@x.example (file.ts:1:1)"));
  expect(cause).toMatchObject({ name: "TypeError", at: expect.arrayContaining([expect.stringMatching(/^at .*\d+/)]) });
  expect(JSON.stringify(cause)).not.toContain("ada@");
});
