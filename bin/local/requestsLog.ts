import { closeSync, constants, fstatSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { mayStillBe } from "./watchData.ts";

export interface RequestsLog {
  /** @throws Error where writing the line fails; the next line is tried again */
  append(line: Readonly<Record<string, unknown>>): void;
  close(): void;
}

const MAX_BYTES = 10_000_000;

/** A link could lead to any file of this user; rotation would rename the link, and not the file. */
const NO_LINK = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/**
 * `requests.log` in the folder: the canonical lines, as in CloudWatch. At 10 MB it becomes `requests.log.1`. A file that somebody
 * deleted or moved gets no more lines: nobody would find them.
 */
export function openRequestsLog(folder: string, maxBytes = MAX_BYTES): RequestsLog {
  const path = join(folder, "requests.log");
  let inode = 0;
  let size = 0;
  /** Whether the file ends in the middle of a line: the disk was full, or the power failed. */
  let isTorn = false;
  const open = (): number => {
    const opened = openSync(path, NO_LINK, 0o600);
    ({ ino: inode, size } = fstatSync(opened));
    const last = Buffer.from("\n");
    if (size > 0) readSync(opened, last, 0, 1, size - 1);
    isTorn = last.toString() !== "\n";
    return opened;
  };
  let file: number | undefined = open();
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    append: (line) => {
      const text = `${JSON.stringify(line)}\n`;
      let bytes = Buffer.from(text);
      if (file !== undefined && !mayStillBe(inode, path)) {
        close();
        size = 0;
      }
      if (size > 0 && size + bytes.length > maxBytes) {
        // Closed first: Windows cannot rename an open file.
        close();
        renameSync(path, `${path}.1`);
        size = 0;
      }
      file ??= open();
      if (isTorn) bytes = Buffer.from(`\n${text}`);
      const written = writeSync(file, bytes);
      size += written;
      isTorn = written < bytes.length;
      if (isTorn) throw new Error("no space left for the whole line");
    },
    close,
  };
}
