import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface RequestsLog {
  append(line: Readonly<Record<string, unknown>>): void;
  close(): void;
}

const MAX_BYTES = 10_000_000;

/** `requests.log` in the folder: the canonical lines, as CloudWatch would hold them. At 10 MB it becomes `requests.log.1`. */
export function openRequestsLog(folder: string, maxBytes = MAX_BYTES): RequestsLog {
  const path = join(folder, "requests.log");
  const open = (): number => openSync(path, "a", 0o600);
  let file = open();
  let size = fstatSync(file).size;
  return {
    append: (line) => {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      if (size > 0 && size + bytes.length > maxBytes) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = open();
        size = 0;
      }
      writeSync(file, bytes);
      size += bytes.length;
    },
    close: () => closeSync(file),
  };
}
