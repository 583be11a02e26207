import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { objectIn } from "../../../functions/scim/json.ts";
import { printedStart } from "../printedCommand.ts";
import { codeOf, Refused } from "../refused.ts";
import { type FoundLine, type LogReader, linesIn, lineTime, OVERLAP_MS, type Question } from "./logReader.ts";

/** `requests.log` of a data folder, and its predecessor. @throws Refused when it is missing or unreadable */
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
    // The same file has the local gateway's refusals.
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

/** Sorted by start time; the file is in order of end time. @throws Refused */
function linesOf(path: string): FoundLine[] {
  try {
    const texts = [`${path}.1`, path].filter(existsSync).flatMap((one) => readFileSync(one, "utf8").split("\n"));
    return linesIn(texts).sort((a, b) => lineTime(a) - lineTime(b));
  } catch (error) {
    throw new Refused(`The log ${path} cannot be read (${codeOf(error) ?? "unknown reason"}).`);
  }
}

const POLL_MS = 100;

/** Calls `take` for each line appended to a file from now on, also after a rename, a new start or a truncation. */
export function followLines(path: string, take: (line: string) => void): { drain(): void; stop(): void } {
  const chunk = Buffer.alloc(1 << 20);
  let file = existsSync(path) ? openSync(path, "r") : undefined;
  let position = file === undefined ? 0 : fstatSync(file).size;
  let rest = "";
  // The end of a chunk may cut a character of several bytes.
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
    // Lines written to the old file between reading and renaming.
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
