import { withRegion } from "./withRegion.ts";

/**
 * README.md with the list of rows made anew from the names of their tests.
 * @param names each `P1: what is shown`; those of no row of P or F are left out
 */
export function withRowIndex(readme: string, names: readonly string[]): string {
  const shown = new Map<string, string[]>();
  for (const name of names) {
    const [row = "", ...words] = name.split(": ");
    if (/^[PF]\d+$/.test(row)) shown.set(row, [...(shown.get(row) ?? []), words.join(": ")]);
  }
  const lines = [...shown].sort(([one], [other]) => rank(one) - rank(other)).map(([row, all]) => lineOf(row, all));
  return withRegion(readme, "rows", lines.join("\n"));
}

function lineOf(row: string, all: readonly string[]): string {
  return `* **${row}** ${all.join("; ")}`;
}

/** The rows of P before those of F, each by number. */
function rank(row: string): number {
  return (row.startsWith("P") ? 0 : 1000) + Number(row.slice(1));
}
