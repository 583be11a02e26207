import { type FSWatcher, statSync, watch } from "node:fs";

interface DataWatch {
  /** Resolves once the file is no longer the one from the start; never after `stop`. */
  readonly lost: Promise<void>;
  stop(): void;
}

/** For systems that report nothing (some network file systems). */
const LOOK_MS = 2_000;

/**
 * Notices that a database file was deleted, moved or replaced. A process that has it open can still read and write it, but its
 * writes are lost when the process ends.
 * @param folder of the file
 */
export function watchData(folder: string, path: string): DataWatch {
  const before = inodeOf(path);
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (inodeOf(path) === before) return;
    stop();
    resolve();
  };
  const timer = setInterval(look, LOOK_MS).unref();
  const watcher = watched(folder, look);
  const stop = (): void => {
    clearInterval(timer);
    watcher?.close();
  };
  return { lost: promise, stop };
}

/** Without watches, or with none left, the timer checks. */
function watched(folder: string, look: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, look);
    watcher.on("error", look);
    return watcher;
  } catch {
    return undefined;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
