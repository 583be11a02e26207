import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "../refused.ts";
import { followLines } from "./followLines.ts";
import { type FoundLine, type LogReader, lineOf, linesIn, lineTime, OVERLAP_MS, type Question } from "./logReader.ts";

/** `requests.log` of a data folder, and the one before it. @throws Refused when there is none, or it cannot be read */
export function localLog(folder: string): LogReader {
  const path = join(folder, "requests.log");
  if (!existsSync(path)) {
    throw new Refused(`There is no log in ${folder}: npm start writes one there. For a deployment give --stack.`);
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
        const line = lineOf(text);
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
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new Refused(`The log ${path} cannot be read (${code}).`);
  }
}
