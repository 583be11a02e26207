import { setImmediate } from "node:timers/promises";
import { foldKnown } from "../../functions/provisioning/journal/foldLines.ts";
import { keepLines } from "../../functions/provisioning/journal/keepLines.ts";
import { type JournalLine, readLine } from "../../functions/provisioning/journal/readLine.ts";
import type { Store } from "../../functions/store/session.ts";

export interface LocalJournal {
  /** Keeps in mind what the line says to the journal, and no more: what asked for it does not wait. */
  readonly take: (line: Readonly<Record<string, unknown>>) => void;
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
  let fresh: JournalLine[] = [];
  const batches: (readonly JournalLine[])[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  function cut(): void {
    for (let first = 0; first < fresh.length; first += BATCH) batches.push(fresh.slice(first, first + BATCH));
    fresh = [];
    while (batches.length > MOST_WAITING / BATCH) batches.shift();
  }

  async function write(): Promise<void> {
    for (let [batch] = batches; batch !== undefined; [batch] = batches) {
      await keepLines(store.begin().database, foldKnown(batch), "addTogether");
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
      // At once: whole lines that wait for a second outlive the young generation, and are dear to collect.
      const read = readLine(line);
      if (read === undefined) return;
      fresh.push(read);
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
