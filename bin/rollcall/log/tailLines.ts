import { secondsOf } from "../options.ts";
import { UsageError } from "../refused.ts";
import { type FoundLine, type LogReader, lineTime, textAt } from "./logReader.ts";
import { refusedIn } from "./story.ts";

/** The shown lines meet all given conditions. */
interface LineWishes {
  /** e.g. `409` or `4xx,503` */
  readonly status: string | undefined;
  /** `users.patch`, or `users` */
  readonly op: string | undefined;
  readonly idp: string | undefined;
  /** Id of a user or group. */
  readonly resource: string | undefined;
  /** Only requests that failed, in whole or in part. */
  readonly errors: boolean;
}

interface TailWishes {
  /** Login name. */
  readonly org: string;
  passes(line: FoundLine): boolean;
  /** Number of lines to begin with. */
  readonly most: number;
  /** How far back to look for lines, e.g. `30m`. */
  readonly since: string;
}

interface OpenTail {
  /** Oldest first. */
  readonly earlier: readonly FoundLine[];
  /** How many lines of the org were examined. */
  readonly lookedAt: number;
  /** Calls `take` once for each new line, until the signal. @throws Refused */
  follow(take: (line: FoundLine) => void, signal: AbortSignal): Promise<void>;
}

export const TAIL_SINCE = "7d";
/** Repeated lines are near each other. */
const REMEMBERED = 10_000;
/** The last matching lines are searched among so many. */
export const LOOKED_AT = 5_000;

/** @throws UsageError */
export function lineFilter({ status, op, idp, resource, errors }: LineWishes): TailWishes["passes"] {
  const statuses = status?.split(",").map((one) => one.trim().toLowerCase());
  if (statuses?.some((one) => !/^[1-5](\d\d|xx)$/.test(one)) === true) {
    throw new UsageError("--status takes statuses such as 409 or 4xx, separated by commas.");
  }
  return (line) => {
    const of = textAt(line, "status");
    if (statuses !== undefined && !statuses.some((one) => one === of || one === `${of[0]}xx`)) return false;
    if (op !== undefined && textAt(line, "op") !== op && !textAt(line, "op").startsWith(`${op}.`)) return false;
    if (idp !== undefined && line.idp !== idp) return false;
    if (resource !== undefined && line.resourceId !== resource) return false;
    return !errors || Number(of) >= 400 || refusedIn(line) > 0 || line.level === "ERROR";
  };
}

/** @param now milliseconds since the epoch @throws UsageError, Refused */
export async function openTail(
  log: LogReader,
  { org, passes, most, since }: TailWishes,
  now: number,
): Promise<OpenTail> {
  const from = now - 1000 * secondsOf("since", since);
  const all = await log.find({ equal: { org }, from, to: now + 60_000, most: LOOKED_AT });
  const earlier = most === 0 ? [] : all.filter(passes).slice(-most);
  const follow: OpenTail["follow"] = async (take, signal) => {
    // Lines before the shown ones do not come now, nor lines that began before everything read.
    const shown = new Set(all.map((line) => JSON.stringify(line)));
    const [first, last] = [all[0], all.at(-1)];
    const least = all.length < LOOKED_AT || first === undefined ? 0 : lineTime(first);
    const later = (line: FoundLine): void => {
      const key = JSON.stringify(line);
      if (lineTime(line) < least || shown.has(key)) return;
      shown.add(key);
      if (shown.size > REMEMBERED) for (const oldest of [...shown].slice(0, REMEMBERED / 2)) shown.delete(oldest);
      if (passes(line)) take(line);
    };
    await log.follow(org, last === undefined ? now : lineTime(last), later, signal);
  };
  return { earlier, lookedAt: all.length, follow };
}
