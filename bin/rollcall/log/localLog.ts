import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { objectIn } from "../../../functions/scim/json.ts";
import { printedStart } from "../printedCommand.ts";
import { codeOf, Refused } from "../refused.ts";
import { type FoundLine, type LogReader, linesIn, lineTime, OVERLAP_MS, type Question } from "./logReader.ts";

/** `requests.log` of a data folder, and the one before it. @throws Refused when there is none, or it cannot be read */
export function localLog(folder: string): LogReader {
  const path = join(folder, "requests.log");
  if (!existsSync(path)) {
    const start = printedStart({ kind: "local", folder });
    throw new Refused(`There is no log in ${folder}: ${start} writes one there. For a deployment give --stack.`);
  }
  return {
    name: `the log in ${folder}`,
    gaps: [
      "The log here keeps the last 10 to 20 MB: an older line is gone.",
      "The request may have gone to another Rollcall: give --data for another folder, --stack for a deployment.",
    ],
    find: async ({ equal, from, to, most }: Question) => {
      const wanted = Object.entries(equal);
      const holds = (line: FoundLine): boolean =>
        wanted.every(([field, value]) => line[field] === value) && lineTime(line) >= from && lineTime(line) <= to;
      return linesOf(path).filter(holds).slice(-most);
    },
    // What the local gateway refuses is in the same file.
    gateway: async () => [],
    follow: async (org, since, take, signal) => {
      const follower = followLines(path, (text) => {
        const line = objectIn(text);
        if (line?.org === org) take(line);
      });
      for (const line of linesOf(path)) if (line.org === org && lineTime(line) >= since - OVERLAP_MS) take(line);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
      });
      follower.stop();
    },
  };
}

/** By the time they began; the file has them by the time they ended. @throws Refused */
function linesOf(path: string): FoundLine[] {
  try {
    const texts = [`${path}.1`, path].filter(existsSync).flatMap((one) => readFileSync(one, "utf8").split("\n"));
    return linesIn(texts).sort((a, b) => lineTime(a) - lineTime(b));
  } catch (error) {
    throw new Refused(`The log ${path} cannot be read (${codeOf(error) ?? "unknown reason"}).`);
  }
}

const POLL_MS = 100;

/** Hands on each line that is appended to a file from now on, also after it was renamed and begun anew, or emptied. */
export function followLines(path: string, take: (line: string) => void): { drain(): void; stop(): void } {
  const chunk = Buffer.alloc(1 << 20);
  let file = existsSync(path) ? openSync(path, "r") : undefined;
  let position = file === undefined ? 0 : fstatSync(file).size;
  let rest = "";
  // A character of several bytes may be cut by the end of a chunk.
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
