import type { Json, JsonObject } from "../../functions/scim/json.ts";
import type { Invocation, Terminal } from "./command.ts";

/** A table for people: columns as wide as their widest cell, two spaces apart. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [head, ...rows.map((row) => row.map((cell) => printable(String(cell ?? ""))))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ""))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

interface Listing {
  readonly rows: readonly JsonObject[];
  readonly head: readonly string[];
  /** The cells of one row. */
  readonly row: (one: JsonObject) => readonly unknown[];
  /** Replaces a table without rows. */
  readonly none: string;
}

/** Prints a list: for people as a table, or the sentence that there is none. */
export function printTable(
  { print, terminal }: Pick<Invocation, "print" | "terminal">,
  { rows, head, row, none }: Listing,
): undefined {
  print(rows, () => {
    if (rows.length > 0) return table(head, rows.map(row));
    terminal.err(none);
    return undefined;
  });
}

/** Text from outside must not steer the terminal: control and direction characters become visible. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");
}

/** Code points without combining marks; good enough to align names of most scripts. */
function width(text: string): number {
  return [...text.replace(/\p{M}/gu, "")].length;
}

/** The display of a time kept to the hour: `2026-01-02T03Z`. @param time ISO 8601, or null for never */
export function toTheHour(time: unknown): string {
  return typeof time === "string" ? `${time.slice(0, 13)}Z` : "never";
}

export function yesOrNo(claim: unknown): string {
  return claim === true ? "yes" : "no";
}

/** `1 organization`, `2 organizations`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/**
 * Prints an answer's `warnings`. Most answers about an org repeat them, so only some commands show them: when an org or its
 * access is made, and when a change brings a new warning.
 */
export function warn(terminal: Terminal, warnings: Json | undefined): void {
  if (!Array.isArray(warnings)) return;
  for (const warning of warnings) terminal.err(`Warning: ${printable(String(warning))}`);
}
