import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { IDENTITY_PROVIDERS } from "../../../functions/http/clientNames.ts";
import { type LogLine, logWriter } from "../../../functions/http/logWriter.ts";
import { ALARMS, watched } from "../../../lib/observability/alarms.ts";
import { METRICS, type MetricKey, NAMESPACES } from "../../../lib/observability/metrics.ts";
import { PANELS } from "../../../lib/observability/panels.ts";
import { LOG_FIELDS } from "../../support/logLineSchema.ts";
import { fieldOfLines } from "../../support/logsInsights/fieldOfLines.ts";
import { runQuery } from "../../support/logsInsights/runQuery.ts";

const OWN = Object.values(METRICS).flatMap(({ name, source }) => (source === "own" ? [name] : []));
const functions = join(import.meta.dirname, "../../../functions");

/** The runtime's sources, but for the one that only says what metrics there are. */
const SOURCES = readdirSync(functions, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith("http/metrics.ts"))
  .map((path) => readFileSync(join(functions, path), "utf8"));

describe("our own metrics", () => {
  test.each(OWN)("%s is told by a function, on a line that may carry it", (name) => {
    const told = new RegExp(`\\b${name}: |\\.${name} = `, "u");
    expect(SOURCES.filter((source) => told.test(source)).length).toBeGreaterThan(0);
    expect(fieldOfLines([...LOG_FIELDS.keys()])(name)).toBe(true);
  });

  test("reach CloudWatch under the name, namespace and lack of dimensions that alarms and panels ask for", () => {
    const lines: LogLine[] = [];
    const write = logWriter({ log: (line) => lines.push(line) });
    write(() => ({ line: { type: "scim.request" }, at: 1, metrics: { Unauthorized: 1 } }));
    expect(lines[0]?._aws).toMatchObject({
      CloudWatchMetrics: [
        { Namespace: NAMESPACES.own, Dimensions: [[]], Metrics: [{ Name: METRICS.unauthorized.name }] },
      ],
    });
    expect(lines[0]?.[METRICS.unauthorized.name]).toBe(1);
  });

  test("and AWS's are all looked at: none is listed that neither an alarm nor a panel shows", () => {
    const shown = new Set<MetricKey>(ALARMS.flatMap(watched));
    for (const panel of PANELS.flat()) {
      if (panel.kind === "graph") for (const { metric } of panel.series) shown.add(metric);
    }
    expect((Object.keys(METRICS) as MetricKey[]).filter((key) => !shown.has(key))).toEqual([]);
  });
});

test("the panel of requests by identity provider draws every kind that a line may name, each once", () => {
  const panel = PANELS.flat().find(({ title }) => title === "Requests by identity provider");
  const text = panel?.kind === "query" ? panel.query : "";
  const lines = IDENTITY_PROVIDERS.map((idp) => ({ type: "scim.request", ts: "2026-01-02T03:04:05.678Z", idp }));
  const [row] = runQuery(text, lines);
  const counts = Object.fromEntries(IDENTITY_PROVIDERS.map((idp) => [idp, 1]));
  expect(row).toMatchObject(counts);
});
