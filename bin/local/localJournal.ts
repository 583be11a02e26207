import { setImmediate } from "node:timers/promises";
import { foldKnown, keepLines } from "../../functions/provisioning/journal/foldLines.ts";
import { type JournalLine, readLine } from "../../functions/provisioning/journal/readLine.ts";
import type { Store } from "../../functions/store/session.ts";

export interface LocalJournal {
  /** Stores the journal's part of the line; the caller does not wait. */
  readonly take: (line: Readonly<Record<string, unknown>>) => void;
  /** Resolves when every line taken before is in the journal, or was tried. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** A crash loses at most this much of the journal, and nothing else. */
const EVERY_MS = 1_000;
/** Lines of one batch: some milliseconds of work. */
const BATCH = 1_000;
/** Most lines that wait while the table takes nothing; the oldest are dropped. */
const MOST_WAITING = 50_000;

/**
 * The local counterpart of CloudWatch Logs and the function `journal`: writes once a second, after the answers. A failed batch
 * is tried again unchanged, so that nothing counts twice.
 * @param failed receives the error
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
      // Answers can be sent between two batches.
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
    // The active run began without the newest lines.
    await running;
    cut();
    if (batches.length > 0) await flush();
  }

  return {
    take: (line) => {
      // Read at once: whole lines that wait for a second outlive the young generation, and cost more to collect.
      const read = readLine(line);
      if (read === undefined) return;
      fresh.push(read);
      // Cutting drops the lines over the limit.
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
