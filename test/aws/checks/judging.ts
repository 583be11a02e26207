import { type Answer, at } from "../../support/wire.ts";

/** What the error says at its end, to be looked up in the log. */
export function referenceOf(answer: Answer): string | undefined {
  return /\(ref: ([^)]+)\)$/.exec(String(at(answer.json, "detail")))?.[1];
}

/** @param share 0.5 for the median; 1 for the largest @returns NaN of no values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
