import { type FSWatcher, statSync, watch } from "node:fs";

interface DataWatch {
  /** Resolves once one of the files is no longer the one from the start; never after `stop`. */
  readonly lost: Promise<void>;
  stop(): void;
}

/** For systems that report nothing (some network file systems). */
const LOOK_MS = 2_000;

/**
 * Notices that a database file or its write-ahead log was deleted, moved or replaced. A process that has them open can still read
 * and write them, but its writes are lost when the process ends, those in the log alone when it is killed.
 * @param folder of the file
 */
export function watchData(folder: string, path: string): DataWatch {
  const before = [path, `${path}-wal`].map((file) => ({ file, inode: statSync(file).ino }));
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (before.every(({ file, inode }) => mayStillBe(inode, file))) return;
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
    // Each write to a file is an event too, a change.
    const watcher = watch(folder, { persistent: false }, (event) => event === "rename" && look());
    watcher.on("error", look);
    return watcher;
  } catch {
    return undefined;
  }
}

/**
 * Whether the path may still lead to this file. Where nobody can look, because of rights or a network, the file is not known to be
 * gone: the next look may tell.
 */
export function mayStillBe(inode: number, path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino === inode;
  } catch {
    return true;
  }
}
