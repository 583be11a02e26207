import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const POLL_MS = 100;

/** Hands on each line that is appended to a file from now on, also after it was renamed and begun anew, or emptied. */
export function followLines(path: string, take: (line: string) => void): { drain(): void; stop(): void } {
  const chunk = Buffer.alloc(1 << 20);
  let file = existsSync(path) ? openSync(path, "r") : undefined;
  let position = file === undefined ? 0 : fstatSync(file).size;
  let rest = "";
  // A letter of several bytes may be cut by the end of a chunk.
  let decoder = new StringDecoder("utf8");
  const begin = (): void => {
    position = 0;
    rest = "";
    decoder = new StringDecoder("utf8");
  };
  const readOn = (): void => {
    if (file !== undefined && fstatSync(file).size < position) begin();
    for (let size = 1; file !== undefined && size > 0; ) {
      size = readSync(file, chunk, 0, chunk.length, position);
      position += size;
      const lines = (rest + decoder.write(chunk.subarray(0, size))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
  };
  const drain = (): void => {
    readOn();
    if (!existsSync(path) || (file !== undefined && statSync(path).ino === fstatSync(file).ino)) return;
    // What was written to the old file between the reading and the renaming.
    readOn();
    if (file !== undefined) closeSync(file);
    file = openSync(path, "r");
    begin();
    readOn();
  };
  const timer = setInterval(drain, POLL_MS);
  return {
    drain,
    stop: () => {
      clearInterval(timer);
      if (file !== undefined) closeSync(file);
    },
  };
}
