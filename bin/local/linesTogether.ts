/** From a line until it is printed, with those that come meanwhile: too short for an eye. */
const LINES_MS = 20;

export interface LinesTogether {
  /** In a moment, behind those before it. */
  readonly print: (line: string) => void;
  /** All of them now. */
  readonly flush: () => void;
}

/**
 * Lines in one write for some milliseconds: a terminal that wakes for each takes a seventh of a server that is asked much. Also
 * those that wait when the process ends by itself.
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
