import { styleText } from "node:util";
import { consoleLine } from "../local/consoleLine.ts";
import type { Command, Invocation } from "./command.ts";
import { type FoundLine, lineTime, textAt } from "./log/logReader.ts";
import { openLog } from "./log/openLog.ts";
import { refusedIn } from "./log/story.ts";
import { flag, type GivenOptions, secondsOf, text, textOption } from "./options.ts";
import { UsageError } from "./refused.ts";
import { printable } from "./table.ts";

export const tailCommand: Command = {
  name: "tail",
  arguments: ["ORG"],
  summary: "show an organization's requests as they come; Ctrl-C ends it",
  options: {
    status: text("LIST", "only these, e.g. 409 or 4xx,503"),
    op: text("NAME", "only these operations, e.g. users.patch or groups"),
    idp: text("NAME", "only from this identity provider: entra, okta, …"),
    resource: text("ID", "only about this user or group"),
    errors: flag("only requests that failed, also bulk requests with a failed operation"),
    last: text("N", "begin with the last N lines (default 10)"),
    since: text("TIME", "how far back to look for the last lines (default 7d)"),
    "no-follow": flag("end after the last lines"),
  },
  refuses: ["actor"],
  run: tail,
};

/** Lines that may come twice are near each other. */
const REMEMBERED = 10_000;
/** Of how many lines the last ones that pass the filters are looked for. */
const LOOKED_AT = 5_000;

async function tail({ arguments: [org = ""], options, json, place, terminal }: Invocation): Promise<number> {
  const wanted = filterOf(options);
  const most = wholeNumber(textOption(options, "last") ?? "10");
  const now = Date.now();
  const from = now - 1000 * secondsOf("since", textOption(options, "since") ?? "7d");
  const log = await openLog(place, terminal.err);
  const shown = new Set<string>();
  const show = (line: FoundLine): void => {
    const key = JSON.stringify(line);
    if (shown.has(key)) return;
    shown.add(key);
    if (shown.size > REMEMBERED) for (const oldest of [...shown].slice(0, REMEMBERED / 2)) shown.delete(oldest);
    if (wanted(line)) terminal.out(json ? key : painted(line));
  };
  const all = await log.find({ equal: { org }, from, to: now + 60_000, most: LOOKED_AT });
  const earlier = all.filter(wanted).slice(-most);
  for (const line of earlier) show(line);
  if (options["no-follow"] === true) {
    if (earlier.length === 0) terminal.err(nothing(all.length, org, log.name));
    return earlier.length === 0 ? 1 : 0;
  }
  if (earlier.length === 0) terminal.err(`${nothing(all.length, org, log.name)} Waiting for new lines.`);
  // What was not shown because only the last were asked for shall not come now, nor what began before all that was read.
  for (const line of all) shown.add(JSON.stringify(line));
  const first = all[0];
  const since = all.length < LOOKED_AT || first === undefined ? 0 : lineTime(first);
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => end.abort());
  process.stdout.once("error", () => end.abort());
  const last = all.at(-1);
  const later = (line: FoundLine): void => {
    if (lineTime(line) >= since) show(line);
  };
  await log.follow(org, last === undefined ? now : lineTime(last), later, end.signal);
  return 0;
}

function nothing(found: number, org: string, name: string): string {
  const what = found === 0 ? `Nothing of ${printable(org)}` : `No line of ${printable(org)} that passes the filters`;
  return `${what} is in ${name}.`;
}

/** Colours only where a person looks: NO_COLOR and a pipe switch them off. */
function painted(line: FoundLine): string {
  const text = printable(consoleLine(line));
  const colour = ({ ERROR: "red", WARN: "yellow" } as const)[textAt(line, "level")] ?? "green";
  const status = ` ${textAt(line, "status")}`;
  const at = text.indexOf(status, 8);
  if (at < 0) return styleText(colour, text, { stream: process.stdout });
  const rest = text.slice(at + status.length);
  return `${text.slice(0, at)}${styleText(colour, status, { stream: process.stdout })}${rest}`;
}

/** @throws UsageError */
function filterOf(options: GivenOptions): (line: FoundLine) => boolean {
  const [status, op, idp, resource] = ["status", "op", "idp", "resource"].map((name) => textOption(options, name));
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
    return options.errors !== true || Number(of) >= 400 || refusedIn(line) > 0 || line.level === "ERROR";
  };
}

/** @throws UsageError */
function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UsageError("--last takes a whole number below 10,000.");
}
