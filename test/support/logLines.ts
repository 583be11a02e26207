import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * The lines that a test file writes. What is wrong with one says logLineSchema.ts, which environment.js loads once for all files of
 * a process and outside their contexts: to load the schema and the catalogue takes as long as many a file takes for its tests.
 */

const seen: string[] = [];

/** Takes a line as the log would get it. What is wrong with it fails the test it was written in: thrown, it would be caught. */
export function checkLogLine(line: Readonly<Record<string, unknown>>): void {
  seen.push(JSON.stringify(line));
}

/** Removes the data folder of a server or command that has ended. @throws Error for a line in its log that is none of ours */
export function removeData(folder: string): void {
  const texts = ["requests.log.1", "requests.log"]
    .map((name) => join(folder, name))
    .filter(existsSync)
    .map((path) => readFileSync(path, "utf8"));
  rmSync(folder, { recursive: true, force: true });
  assertLogLines(texts.flatMap((text) => text.split("\n")).filter((line) => line !== ""));
}

function assertLogLines(texts: readonly string[]): void {
  const faults = texts.flatMap(faultsOfLine);
  if (faults.length === 0) return;
  throw new Error(`log lines that are not of logLine.schema.json:\n${[...new Set(faults)].slice(0, 10).join("\n")}`);
}

/** @throws Error for what checkLogLine took since the last call and is none of ours */
export function assertSeenLines(): void {
  assertLogLines(seen.splice(0));
}

/** @throws Error outside Jest, where nobody lends it */
function faultsOfLine(text: string): string[] {
  const lent: unknown = Reflect.get(globalThis, "faultsOfLogLine");
  if (typeof lent !== "function") throw new Error("only a test holds lines against their schema");
  return lent(text);
}
