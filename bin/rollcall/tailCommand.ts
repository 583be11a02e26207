import { styleText } from "node:util";
import { consoleLine } from "../local/consoleLine.ts";
import { outputEnd } from "../local/terminal.ts";
import type { Command, Invocation } from "./command.ts";
import { type FoundLine, textAt } from "./log/logReader.ts";
import { LOOKED_AT, lineFilter, openTail, TAIL_SINCE } from "./log/tailLines.ts";
import { flag, text, textOption, wholeNumber } from "./options.ts";
import { openLog } from "./reach.ts";
import { printable } from "./table.ts";

export const tailCommand: Command = {
  name: "tail",
  arguments: ["ORG"],
  summary: "show an organization's requests as they come; Ctrl-C ends it",
  options: {
    status: text("LIST", "only requests with these statuses, e.g. 409 or 4xx,503"),
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

async function tail({ arguments: [org = ""], options, json, place, terminal }: Invocation): Promise<number> {
  const [status, op, idp, resource] = ["status", "op", "idp", "resource"].map((name) => textOption(options, name));
  const passes = lineFilter({ status, op, idp, resource, errors: options.errors === true });
  const most = wholeNumber(options, "last") ?? 10;
  const since = textOption(options, "since") ?? TAIL_SINCE;
  const log = await openLog(place, terminal.err);
  const show = (line: FoundLine): void => terminal.out(json ? JSON.stringify(line) : painted(line));
  const { earlier, lookedAt, follow } = await openTail(log, { org, passes, most, since }, Date.now());
  for (const line of earlier) show(line);
  if (lookedAt === LOOKED_AT && earlier.length < most) {
    terminal.err(`Only the last ${LOOKED_AT} lines of ${printable(org)} were searched.`);
  }
  if (options["no-follow"] === true) {
    if (earlier.length === 0) terminal.err(nothing(lookedAt, org, log.name));
    return earlier.length === 0 ? 1 : 0;
  }
  if (earlier.length === 0) terminal.err(`${nothing(lookedAt, org, log.name)} Waiting for new lines.`);
  await follow(show, outputEnd());
  return 0;
}

function nothing(found: number, org: string, name: string): string {
  const what = found === 0 ? `Nothing of ${printable(org)}` : `No line of ${printable(org)} that passes the filters`;
  return `${what} is in ${name}.`;
}

/** Colours only for people: NO_COLOR and pipes switch them off. */
function painted(line: FoundLine): string {
  const text = printable(consoleLine(line));
  const colour = ({ ERROR: "red", WARN: "yellow" } as const)[textAt(line, "level")] ?? "green";
  const status = ` ${textAt(line, "status")}`;
  const at = text.indexOf(status, 8);
  if (at < 0) return styleText(colour, text, { stream: process.stdout });
  const rest = text.slice(at + status.length);
  return `${text.slice(0, at)}${styleText(colour, status, { stream: process.stdout })}${rest}`;
}
