import { setTimeout as wait } from "node:timers/promises";

/** Lines wait so long for others. The delay is too short to notice. */
const LINES_MS = 20;

interface LinesTogether {
  /** Prints soon, in order. */
  readonly print: (line: string) => void;
  /** Prints all waiting lines now. */
  readonly flush: () => void;
}

/**
 * Gathers the lines of some milliseconds into one write: a terminal that wakes for each line takes a seventh of a busy server's
 * time. Lines that still wait are written when the process ends by itself.
 */
export function linesTogether(write: (text: string) => void): LinesTogether {
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const text = lines.join("\n");
    lines = [];
    write(text);
  };
  process.once("exit", flush);
  const print = (line: string): void => {
    lines.push(line);
    timer ??= setTimeout(flush, LINES_MS);
  };
  return { print, flush };
}

/** Ctrl-C, `kill`, or the terminal's end. npm sends the same Ctrl-C a second time, so only the first counts. */
export function stopSignal(): Promise<"asked"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("asked"));
  });
}

/** Aborted when the person stops the command, or nobody reads its output any more. */
export function outputEnd(): AbortSignal {
  const end = new AbortController();
  void stopSignal().then(() => end.abort());
  process.stdout.once("error", () => end.abort());
  return end.signal;
}

/** Waits, at most until the signal. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
