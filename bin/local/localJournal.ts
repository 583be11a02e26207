import { setImmediate } from "node:timers/promises";
import { foldLines } from "../../functions/provisioning/journal/foldLines.ts";
import { keepLines } from "../../functions/provisioning/journal/keepLines.ts";
import { JOURNALED_LINES } from "../../functions/provisioning/journal/readLine.ts";
import type { Store } from "../../functions/store/session.ts";

type Line = Readonly<Record<string, unknown>>;

export interface LocalJournal {
  /** Keeps the line in mind, and no more: what asked for it does not wait. */
  readonly take: (line: Line) => void;
  /** Resolves when every line that was taken before is in the journal, or was tried. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** What a crash may lose of the journal, and of nothing else. */
const EVERY_MS = 1_000;
/** Lines of one batch: some milliseconds of work. */
const BATCH = 1_000;
/** Lines that wait while the table takes nothing: the oldest are given up. */
const MOST_WAITING = 50_000;

/**
 * What CloudWatch Logs and the function `journal` do on AWS, here, in this process: once a second, behind the requests. A batch that the table
 * did not take is tried again as it is, so that nothing of it counts twice.
 * @param failed takes what went wrong
 */
export function startJournal(store: Store, failed: (error: unknown) => void): LocalJournal {
  let fresh: Line[] = [];
  const batches: (readonly Line[])[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  function cut(): void {
    for (let first = 0; first < fresh.length; first += BATCH) batches.push(fresh.slice(first, first + BATCH));
    fresh = [];
    while (batches.length > MOST_WAITING / BATCH) batches.shift();
  }

  async function write(): Promise<void> {
    for (let [batch] = batches; batch !== undefined; [batch] = batches) {
      await keepLines(store.begin().database, foldLines(batch));
      if (batches[0] === batch) batches.shift();
      // Answers go out between two batches.
      await setImmediate();
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running ??= write()
      .catch(failed)
      .finally(() => {
        running = undefined;
        if (batches.length > 0) wake();
      });
    return running;
  }

  function wake(): void {
    timer ??= setTimeout(() => {
      cut();
      void flush();
    }, EVERY_MS).unref();
  }

  async function settled(): Promise<void> {
    // What is under way began without the newest lines.
    await running;
    cut();
    if (batches.length > 0) await flush();
  }

  return {
    take: (line) => {
      if (typeof line.orgId !== "string" || !JOURNALED_LINES.some((type) => type === line.type)) return;
      fresh.push(line);
      // Nobody needs what would be given up anyway.
      if (fresh.length > MOST_WAITING) cut();
      wake();
    },
    settled,
    async stop() {
      await settled();
      clearTimeout(timer);
    },
  };
}
