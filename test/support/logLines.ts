/**
 * The log lines of a test file. logLineSchema.ts finds their faults; environment.js loads it once for all files of a process,
 * outside their contexts: loading the schema and the catalogue takes as long as many a file's tests.
 */

const seen: string[] = [];

/** Receives a line like the log. A fault fails the test that wrote it: an exception here would be caught. */
export function checkLogLine(line: Readonly<Record<string, unknown>>): void {
  seen.push(JSON.stringify(line));
}

/** @throws Error for an invalid line */
export function assertLogLines(texts: readonly string[]): void {
  const faults = texts.flatMap(faultsOfLine);
  if (faults.length === 0) return;
  throw new Error(`log lines that are not of logLine.schema.json:\n${[...new Set(faults)].slice(0, 10).join("\n")}`);
}

/** @throws Error for invalid lines that checkLogLine received since the last call */
export function assertSeenLines(): void {
  assertLogLines(seen.splice(0));
}

/** @throws Error outside Jest, whose environment provides the function */
function faultsOfLine(text: string): string[] {
  const lent: unknown = Reflect.get(globalThis, "faultsOfLogLine");
  if (typeof lent !== "function") throw new Error("only a test holds lines against their schema");
  return lent(text);
}
