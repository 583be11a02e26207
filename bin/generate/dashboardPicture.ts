import { ALARMS } from "../../lib/observability/alarms.ts";
import type { MetricKey } from "../../lib/observability/metrics.ts";
import { PANELS, type Panel } from "../../lib/observability/panels.ts";

/** Pixels for one unit of CloudWatch's grid, which is 24 units wide. */
const UNIT = { x: 50, y: 34 };
const GAP = 6;
const HEADING = 40;
const COLOURS = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"];
const POINTS = 48;

interface Shape {
  /** Where the line lies in quiet times, and how far the day moves it. */
  readonly base: number;
  readonly swing: number;
  /** At which points it leaps, and how high. */
  readonly peaks?: Readonly<Record<number, number>>;
}

/** Invented: a day of a few customers, with one sync that clashes, one throttled import and one wrong token. */
const SAMPLE: Readonly<Record<MetricKey, Shape>> = {
  requests: { base: 900, swing: 400 },
  latency: { base: 34, swing: 10, peaks: { 30: 120, 31: 90 } },
  integrationLatency: { base: 26, swing: 8, peaks: { 30: 100 } },
  clientErrors: { base: 14, swing: 8, peaks: { 17: 90, 18: 120, 19: 60 } },
  serverErrors: { base: 0, swing: 0, peaks: { 30: 6, 31: 3 } },
  refused: { base: 0, swing: 0, peaks: { 30: 22, 31: 30 } },
  readUnits: { base: 2900, swing: 1200, peaks: { 30: 3800 } },
  writeUnits: { base: 1400, swing: 600, peaks: { 30: 5200, 31: 4100 } },
  readThrottles: { base: 0, swing: 0 },
  writeThrottles: { base: 0, swing: 0, peaks: { 30: 400 } },
  concurrency: { base: 4, swing: 2, peaks: { 30: 24, 31: 18 } },
  functionThrottles: { base: 0, swing: 0 },
  functionErrors: { base: 0, swing: 0 },
  answerTime: { base: 60, swing: 20 },
  reportRuns: { base: 1, swing: 0 },
  reportErrors: { base: 0, swing: 0 },
  streamLag: { base: 400, swing: 250, peaks: { 30: 2600, 31: 1900 } },
  deadLetters: { base: 0, swing: 0 },
  unauthorized: { base: 0, swing: 0, peaks: { 38: 9, 39: 14, 40: 6 } },
  busy: { base: 0, swing: 0, peaks: { 30: 4, 31: 2 } },
  conflicts: { base: 2, swing: 2, peaks: { 18: 9, 30: 14 } },
  skippedMembers: { base: 0, swing: 0, peaks: { 12: 4, 26: 2 } },
  massChange: { base: 0, swing: 0, peaks: { 26: 1 } },
  budgetRefusals: { base: 0, swing: 0, peaks: { 30: 7 } },
  logFailures: { base: 0, swing: 0 },
  jobsOpen: { base: 0, swing: 0, peaks: { 26: 1, 27: 1 } },
  tokenDaysToExpiry: { base: 21, swing: 0 },
  tokenDaysSinceUse: { base: 3, swing: 0 },
};

const SAMPLE_TABLE = {
  columns: ["status", "detailCode", "errors", "orgs", "lastRef"],
  rows: [
    ["409", "uniqueness.userName", "231", "2", "5f0c2a9be1d4"],
    ["429", "requests.overBudget", "52", "1", "a81d03f6c2e9"],
    ["401", "token.unknown", "29", "–", "0b7733c1fa58"],
    ["400", "value.workEmail", "12", "3", "c6af9ac67b61"],
    ["400", "mutability.userName", "4", "1", "93e8d2aa10bf"],
  ],
};

/** The dashboard as CloudWatch would show it, drawn from its own definition over invented numbers. */
export function dashboardPicture(): string {
  const cards: string[] = [];
  let top = HEADING;
  for (const row of PANELS) {
    let left = 0;
    for (const panel of row) {
      cards.push(card(panel, left * UNIT.x + GAP, top + GAP));
      left += panel.width;
    }
    top += Math.max(...row.map(({ height }) => height)) * UNIT.y;
  }
  const size = `0 0 ${24 * UNIT.x} ${top + 2 * GAP}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    "<title>The dashboard Rollcall-prod in CloudWatch, over invented numbers</title>",
    '<rect width="100%" height="100%" fill="#f2f3f3"/>',
    text(GAP + 4, 26, "Rollcall-prod", 'font-size="17" font-weight="bold"'),
    text(24 * UNIT.x - GAP - 4, 26, "sample data, invented: one day", 'text-anchor="end" fill="#687078"'),
    ...cards,
    "</svg>",
    "",
  ].join("\n");
}

function card(panel: Panel, x: number, y: number): string {
  const width = panel.width * UNIT.x - 2 * GAP;
  const height = panel.height * UNIT.y - GAP;
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect width="${width}" height="${height}" rx="3" fill="#fff" stroke="#d5dbdb"/>`,
    text(10, 18, panel.title, 'font-size="13" font-weight="bold"'),
    content(panel, width, height),
    "</g>",
  ].join("\n");
}

function content(panel: Panel, width: number, height: number): string {
  switch (panel.kind) {
    case "alarms":
      return alarms(width);
    case "graph": {
      const lines = panel.series.map(({ label, metric, statistic }) => ({
        label,
        values: pointsOf(SAMPLE[metric], label, statistic === "p99" ? 4 : 1),
      }));
      return graph(lines, panel.unit, width, height);
    }
    case "query":
      return panel.view === "table" ? table(width) : graph(linesOf(panel.query), "requests", width, height);
  }
}

function alarms(width: number): string {
  const each = (width - 20) / Math.ceil(ALARMS.length / 2);
  return ALARMS.map(({ name }, index) => {
    const x = 10 + Math.floor(index / 2) * each;
    const y = 30 + (index % 2) * 30;
    const raised = name === "MassChange";
    const state = `fill="${raised ? "#d13212" : "#1d8102"}"`;
    return `<circle cx="${x + 5}" cy="${y + 9}" r="5" ${state}/>${text(x + 15, y + 13, `${name}: ${raised ? "in alarm" : "OK"}`)}`;
  }).join("\n");
}

/** The columns of a query that counts by time. */
function linesOf(query: string): Line[] {
  return [...query.matchAll(/\bas (\w+)/g)].map(([, label = ""], index) => ({
    label,
    values: pointsOf({ base: 420 / (index + 1), swing: 200 / (index + 1) }, label, 1),
  }));
}

interface Line {
  readonly label: string;
  readonly values: readonly number[];
}

function graph(lines: readonly Line[], unit: string, width: number, height: number): string {
  const area = { left: 44, top: 30, right: width - 12, bottom: height - 38 };
  const highest = Math.max(1, ...lines.flatMap(({ values }) => values)) * 1.1;
  const x = (index: number): number => area.left + (index / (POINTS - 1)) * (area.right - area.left);
  const y = (value: number): number => area.bottom - (value / highest) * (area.bottom - area.top);
  const grid = [0, 0.5, 1].map((part) => {
    const at = round(area.bottom - part * (area.bottom - area.top));
    const label = text(area.left - 5, at + 4, short(part * highest), 'text-anchor="end" fill="#687078" font-size="10"');
    return `<path d="M${area.left} ${at}H${area.right}" stroke="#eaeded"/>${label}`;
  });
  const hours = [0, 6, 12, 18].map((hour) =>
    text(
      round(x((hour / 24) * POINTS)),
      area.bottom + 13,
      `${String(hour).padStart(2, "0")}:00`,
      'fill="#687078" font-size="10"',
    ),
  );
  const drawn = lines.map(({ values }, index) => {
    const points = values.map((value, at) => `${round(x(at))} ${round(y(value))}`).join(" ");
    return `<polyline points="${points}" fill="none" stroke="${COLOURS[index]}" stroke-width="1.5"/>`;
  });
  let at = area.left;
  const legend = lines.map(({ label }, index) => {
    const entry = `<rect x="${at}" y="${height - 17}" width="9" height="9" fill="${COLOURS[index]}"/>${text(at + 13, height - 9, label)}`;
    at += 26 + label.length * 6.2;
    return entry;
  });
  const axis = text(width - 12, 18, unit, 'text-anchor="end" fill="#687078" font-size="10"');
  return [axis, ...grid, ...hours, ...drawn, ...legend].join("\n");
}

function table(width: number): string {
  const { columns, rows } = SAMPLE_TABLE;
  const each = (width - 20) / columns.length;
  const line = (cells: readonly string[], y: number, more: string): string =>
    cells.map((cell, index) => text(round(10 + index * each), y, cell, more)).join("");
  return [
    line(columns, 42, 'font-weight="bold"'),
    `<path d="M10 50H${width - 10}" stroke="#d5dbdb"/>`,
    ...rows.map((row, index) => line(row, 70 + index * 25, 'font-family="monospace"')),
  ].join("\n");
}

/** A day: low at night, high at noon, with a jitter that is the same on every run. */
function pointsOf({ base, peaks, swing }: Shape, label: string, factor: number): number[] {
  return Array.from({ length: POINTS }, (_none, index) => {
    const day = -Math.cos((index / POINTS) * 2 * Math.PI);
    const jitter = ((index * index * 31 + index * 57 + label.length * 17) % 53) / 53 - 0.5;
    return Math.max(0, factor * (base + swing * (0.7 * day + 0.5 * jitter)) + (peaks?.[index] ?? 0) * factor);
  });
}

function text(x: number, y: number, content: string, more = ""): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped}</text>`;
}

function short(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)}k` : value >= 10 ? value.toFixed(0) : value.toFixed(1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
