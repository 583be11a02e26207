import { median, table } from "../machine.ts";
import type { Goals } from "./operations.ts";
import type { Measured } from "./turns.ts";

export interface Row {
  readonly operation: string;
  readonly goals: Goals;
  readonly measured: readonly Measured[];
}

const rateOf = ({ rates }: Measured): number => median(rates);

/**
 * A table of all servers, with the ratios of ours to the best peer whose answers were right: the median of the ratios of single
 * rounds. Below it, what was wrong.
 */
export function report(rows: readonly Row[]): string {
  const servers = rows[0]?.measured ?? [];
  const withGoals = servers.filter(({ goals }) => goals !== undefined);
  const header = [
    "operation",
    ...servers.map(({ server }) => `${server}/s`),
    "best peer",
    ...withGoals.flatMap(({ server }) => [`${server} ÷ best`, "goal"]),
  ];
  const lines = rows.map(({ operation, goals, measured }) => {
    const best = bestPeer(measured);
    const ratios = measured.flatMap((one) =>
      one.goals === undefined ? [] : [ratio(one, best), goalText(goals[one.goals])],
    );
    return [operation, ...measured.map(cell), best?.server ?? "none", ...ratios];
  });
  const notes = rows.flatMap(({ operation, measured }) =>
    measured.flatMap(({ server, wrong, clients }) => {
      if (wrong !== undefined) return `- ${operation}: ${server} ${wrong}. It counts for nothing there.`;
      return clients < 8 ? `- ${operation}: ${server} is slow, so it got ${clients} at once instead of 8.` : [];
    }),
  );
  return [table(header, lines), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

/** @returns undefined where no peer's answers were right */
export function bestPeer(measured: readonly Measured[]): Measured | undefined {
  return measured
    .filter(({ ours, wrong }) => !ours && wrong === undefined)
    .toSorted((one, other) => rateOf(other) - rateOf(one))[0];
}

function cell(one: Measured): string {
  if (one.wrong !== undefined) return "wrong";
  const rate = rateOf(one);
  return rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
}

export function ratio(one: Measured, best: Measured | undefined): string {
  if (best === undefined || one.wrong !== undefined) return "–";
  return median(one.rates.map((rate, round) => rate / (best.rates[round] ?? Number.NaN))).toFixed(2);
}

function goalText(goal: number): string {
  return Number.isNaN(goal) ? "–" : `≥ ${goal}`;
}
