import { IDENTITY_PROVIDERS } from "../../functions/http/clientNames.ts";
import type { Config } from "../config.ts";
import type { Needed } from "./alarms.ts";
import type { MetricKey } from "./metrics.ts";

/** One field of the dashboard. */
export type Panel = {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** The setting that the panel depends on. */
  readonly needs?: Needed;
} & (
  | { readonly kind: "alarms" }
  | { readonly kind: "graph"; readonly unit: string; readonly series: readonly Series[] }
  /** A saved query by name, or one of this file; drawn as lines over time or as a table. */
  | { readonly kind: "query"; readonly query: string; readonly view: "table" | "lines" }
);

interface Series {
  readonly metric: MetricKey;
  readonly statistic: string;
  readonly label: string;
}

/** A third of a row, unless it says otherwise. */
function graph(
  title: string,
  unit: string,
  series: readonly Series[],
  more: Partial<Pick<Panel, "width" | "needs">> = {},
): Panel {
  return { title, width: 8, height: 6, kind: "graph", unit, series, ...more };
}

/** Rows of panels, each 24 wide. */
export const PANELS: readonly (readonly Panel[])[] = [
  [{ title: "Alarms", width: 24, height: 4, kind: "alarms" }],
  [
    graph("Latency", "ms", [
      { metric: "latency", statistic: "p50", label: "median" },
      { metric: "latency", statistic: "p99", label: "p99" },
      { metric: "integrationLatency", statistic: "p99", label: "p99 in our functions" },
    ]),
    graph("Errors", "requests", [
      { metric: "clientErrors", statistic: "Sum", label: "4xx" },
      { metric: "serverErrors", statistic: "Sum", label: "5xx" },
      { metric: "refused", statistic: "Sum", label: "429" },
    ]),
    {
      title: "Requests by identity provider",
      width: 8,
      height: 6,
      kind: "query",
      // One line for each kind of identity provider: a line that ends shows who stopped sending.
      query: [
        'filter type = "scim.request"',
        `stats ${IDENTITY_PROVIDERS.map((idp) => `sum(idp = "${idp}") as ${idp}`).join(", ")} by bin(15m)`,
      ].join("\n| "),
      view: "lines",
    },
  ],
  [
    graph("Capacity of the table", "units", [
      { metric: "readUnits", statistic: "Sum", label: "read" },
      { metric: "writeUnits", statistic: "Sum", label: "written" },
      { metric: "readThrottles", statistic: "Sum", label: "reads refused" },
      { metric: "writeThrottles", statistic: "Sum", label: "writes refused" },
      { metric: "indexReadThrottles", statistic: "Sum", label: "reads refused by the index" },
      { metric: "indexWriteThrottles", statistic: "Sum", label: "writes refused by the index" },
    ]),
    graph("Conflicts and waiting", "times", [
      { metric: "conflicts", statistic: "Sum", label: "conflicts" },
      { metric: "busy", statistic: "Sum", label: "503 after all tries" },
      { metric: "budgetRefusals", statistic: "Sum", label: "over budget" },
    ]),
    graph("Tokens", "requests, days", [
      { metric: "unauthorized", statistic: "Sum", label: "401" },
      { metric: "tokenDaysToExpiry", statistic: "Minimum", label: "days to expiry" },
      { metric: "tokenDaysSinceUse", statistic: "Maximum", label: "days unused" },
    ]),
  ],
  [
    graph("Background work", "ms, messages, jobs", [
      { metric: "streamLag", statistic: "Maximum", label: "stream lag" },
      { metric: "deadLetters", statistic: "Maximum", label: "dead letters" },
      { metric: "jobsOpen", statistic: "Maximum", label: "open jobs" },
    ]),
    graph("Changes to look at", "times", [
      { metric: "massChange", statistic: "Sum", label: "mass changes" },
      { metric: "removalsHeld", statistic: "Sum", label: "removals held" },
      { metric: "skippedMembers", statistic: "Sum", label: "members skipped" },
      { metric: "logFailures", statistic: "Sum", label: "lines not written" },
    ]),
    graph("Functions at once", "functions", [
      { metric: "concurrency", statistic: "Maximum", label: "running" },
      { metric: "functionThrottles", statistic: "Sum", label: "refused" },
    ]),
  ],
  [
    graph(
      "Webhooks",
      "times, seconds",
      [
        { metric: "webhookFailures", statistic: "Sum", label: "attempts that failed" },
        { metric: "webhooksDisabled", statistic: "Sum", label: "switched off" },
        { metric: "webhookLateness", statistic: "Maximum", label: "seconds overdue" },
      ],
      { width: 12, needs: "webhooks" },
    ),
    {
      title: "Webhooks by outcome",
      width: 12,
      height: 6,
      kind: "query",
      query: "webhook-runs",
      view: "table",
      needs: "webhooks",
    },
  ],
  [
    graph(
      "Canary",
      "1 is a failed run; milliseconds",
      [
        { metric: "canaryFailures", statistic: "Maximum", label: "failed" },
        { metric: "canaryMs", statistic: "Maximum", label: "slowest answer" },
      ],
      { width: 24, needs: "canary" },
    ),
  ],
  [{ title: "Most frequent errors", width: 24, height: 6, kind: "query", query: "top-errors", view: "table" }],
];

/** A deployment's panels. */
export function panelsFor(config: Pick<Config, Needed>): readonly (readonly Panel[])[] {
  const rows = PANELS.map((row) => row.filter(({ needs }) => needs === undefined || config[needs]));
  return rows.filter((row) => row.length > 0);
}
