import { readFileSync } from "node:fs";

const RUNBOOK = readFileSync(new URL("../../../lib/docs/RUNBOOK.md", import.meta.url), "utf8");
const [, RESTORE = ""] = /^## Restore\n(.*?)^## /msu.exec(RUNBOOK) ?? [];

/**
 * The words of a command as the runbook's section Restore prints it, for the stack Rollcall.
 * @param wanted words that it has, the first one first @param given what the reader puts in the place of an example: the organization acme, the second
 * @throws Error where the section has no such command
 */
export function printedStep(wanted: string, given: Readonly<Record<string, string>> = {}): string[] {
  const calls = [...RESTORE.matchAll(/rollcall -- (.*)$/gm)].map(([, words = ""]) => words.split(" "));
  const [command, ...options] = wanted.split(" ");
  const call = calls.find((words) => {
    const isDry = words.includes("--dry-run") === options.includes("--dry-run");
    return words[0] === command && isDry && options.every((option) => words.includes(option));
  });
  if (call === undefined) throw new Error(`the runbook's section Restore does not print ${wanted}`);
  return call.map((word) => given[word] ?? word);
}

/** As it stands in the section's examples. */
export const EXAMPLE_SECOND = "2026-01-02T03:04:00Z";
