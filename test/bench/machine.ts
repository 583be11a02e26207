import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

/** What figures mean nothing without: they compare within one run only, and only where little else ran beside. */
export function machineLine(): string {
  const [first] = cpus();
  const load = loadavg().map((average) => average.toFixed(1));
  const cores = `${availableParallelism()} cores${first === undefined ? "" : ` (${first.model.trim()})`}`;
  return `${cores}, Node ${process.versions.node}, ${process.platform}-${process.arch}, load average ${load.join(" ")}, ${new Date().toISOString().slice(0, 16)}Z`;
}

/** Of a process of this machine, which is Linux. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}

/** A Markdown table; the first column is text, the others are numbers or short texts. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(header),
    `|${header.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`,
    ...rows.map(line),
  ].join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

/** To one digit. @param sorted ascending @param share from 0 to 1 */
export function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}
