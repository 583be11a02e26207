import type { Figure } from "../liveStack.ts";
import { maskedAccount, scrub } from "./scrub.ts";

/** What a run went through, as RESULTS-aws.md tells it. */
export interface Report {
  /** ISO 8601. */
  readonly date: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly emulated: boolean;
  /** Name → version, e.g. of Node and the CDK. */
  readonly versions: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  readonly checks: readonly LiveResult[];
  readonly requests: number;
  readonly calls: number;
  /** One line each; undefined while the stack still stands. */
  readonly left: readonly string[];
}

export interface StepResult {
  readonly title: string;
  readonly seconds: number;
  /** Why it failed. */
  readonly failure?: string;
}

export interface LiveResult {
  readonly suite: string;
  readonly name: string;
  /** What AWS chose where nothing is promised. */
  readonly notes?: readonly string[];
  readonly differences: readonly string[];
  readonly notShown?: string;
  readonly seconds?: number;
  readonly figures: readonly Figure[];
}

export type Outcome = "passed" | "failed" | "not shown";

export function outcomeOf({ differences, notShown }: LiveResult): Outcome {
  if (differences.length > 0) return "failed";
  return notShown === undefined ? "passed" : "not shown";
}

export function summaryOf({ checks, steps }: Pick<Report, "checks" | "steps">): string {
  const count = (wanted: Outcome): number => checks.filter((one) => outcomeOf(one) === wanted).length;
  const broken = steps.filter(({ failure }) => failure !== undefined).length;
  return `${count("passed")} passed, ${count("failed") + broken} failed, ${count("not shown")} not shown`;
}

/** Markdown. Holds no token, no key, no name of a person, and of the account the last four digits. */
export function renderReport(report: Report): string {
  const { account, calls, checks, date, emulated, left, region, requests, stackName, steps, versions } = report;
  const facts = {
    date,
    account: emulated ? "an emulator, which proves nothing about AWS" : maskedAccount(account),
    region,
    stack: stackName,
    ...versions,
    sent: `${requests} requests over HTTP, ${calls} calls of AWS services`,
  };
  const suites = [...new Set(checks.map(({ suite }) => suite))];
  const notes = checks.flatMap((check) => (check.notes ?? []).map((note) => [note, check.name]));
  const figures = checks.flatMap((check) => check.figures.map((figure) => ({ ...figure, check: check.name })));
  const text = [
    "# What `npm run test:aws` found",
    "",
    `**${summaryOf(report)}**`,
    "",
    ...table(["", ""], Object.entries(facts)),
    "",
    "## Steps",
    "",
    ...table(
      ["step", "seconds", "result"],
      steps.map(({ failure, seconds, title }) => [
        title,
        seconds.toFixed(1),
        failure === undefined ? "✓" : `✗ ${failure}`,
      ]),
    ),
    ...suites.flatMap((suite) => [
      "",
      `## ${suite}`,
      "",
      ...checks.filter((one) => one.suite === suite).flatMap(linesOf),
    ]),
    ...(figures.length === 0
      ? []
      : [
          "",
          "## Figures",
          "",
          ...table(
            ["figure", "value", "unit", "check"],
            figures.map(({ check, name, unit, value }) => [name, rounded(value), unit, check]),
          ),
        ]),
    ...(notes.length === 0
      ? []
      : ["", "## What AWS does where nothing is promised", "", ...table(["seen", "check"], notes)]),
    "",
    "## What is left",
    "",
    ...left.map((line) => `* ${line}`),
    "",
  ];
  return scrub(text.join("\n"), emulated ? undefined : account);
}

function linesOf(result: LiveResult): string[] {
  const mark = { passed: "✓", failed: "✗", "not shown": "–" }[outcomeOf(result)];
  const reason = result.notShown === undefined ? "" : ` (not shown: ${oneLine(result.notShown)})`;
  const time = result.seconds === undefined ? "" : ` (${result.seconds.toFixed(1)} s)`;
  return [`* ${mark} ${result.name}${time}${reason}`, ...result.differences.map((line) => `  * ${oneLine(line)}`)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)];
}

function cell(text: string): string {
  return oneLine(text).replaceAll("|", "\\|");
}

/** Three digits say what a figure can: the next run has others behind them. */
function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 500);
}
