import { text as readAll } from "node:stream/consumers";
import { kindOf } from "../../functions/scim/error.ts";
import { isObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { AGAIN, type CallerRemedy, type Remedy } from "./errors/consoles.ts";
import { readExamples, ruleOf, SKIPPED_MEMBERS } from "./errors/errors.ts";
import { gatewayRemedy } from "./errors/gateway.ts";
import { AROUND_MOST, around, changesBefore, concernedBy } from "./log/around.ts";
import { type FoundLine, type LogReader, pastedReferences, type Reference, textAt } from "./log/logReader.ts";
import { openLog } from "./log/openLog.ts";
import { type RefusedOperations, refusedOperations, remedyOf } from "./log/remedyOf.ts";
import { askedOf, effortOf, lifeTable, outcomeOf, quirksOf, whoOf } from "./log/story.ts";
import { secondsOf, text, textOption } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand, withCommands } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";
import { printable } from "./table.ts";

export const explainCommand: Command = {
  name: "explain",
  arguments: ["[REFERENCE]"],
  summary: "say what happened to a request, why, and what to do; takes its reference or the pasted error",
  options: { since: text("TIME", "how far back to look, e.g. 12h or 30d (default 14d)") },
  run: explain,
};

/** Each asks the log several times. */
const REFERENCES_MOST = 5;

/** Characters. */
const EXAMPLE_MOST = 400;

interface Explanation {
  readonly reference: string;
  readonly line: FoundLine;
  readonly remedy: Remedy | CallerRemedy | undefined;
  readonly rule: { readonly name: string; readonly value: string | undefined } | undefined;
  readonly around: readonly FoundLine[];
  /** Where the state of the organization or of its token was the cause: what operators changed before. */
  readonly changes: readonly FoundLine[];
  /** Of a bulk request, what was refused of it. */
  readonly operations: readonly RefusedOperations[];
}

/** @returns 1 where a reference was not found, though others were */
async function explain(invocation: Invocation): Promise<number> {
  const { arguments: words, options, json, place, terminal } = invocation;
  const text = await pasted(words[0] ?? "", terminal.err);
  const references = pastedReferences(text);
  if (references.length === 0) {
    throw new UsageError(
      "That text has no reference. It follows “ref:” at the end of an error, for example 0a1b2c3d4e5f, or JKJaXmPLvHcESHA= if API Gateway answered.",
    );
  }
  const to = Date.now();
  const from = to - 1000 * secondsOf("since", textOption(options, "since") ?? "14d");
  const log = await openLog(place, terminal.err);
  const found: Explanation[] = [];
  const missing: Refused[] = [];
  for (const reference of references.slice(0, REFERENCES_MOST)) {
    try {
      const line = await lineBehind(log, reference, from, to);
      found.push({
        ...(await explained(invocation, log, reference, line)),
        changes: await changesBefore(log, line, from),
        operations: refusedOperations(line, text).map((refused) => ({
          ...refused,
          remedy: remedyAt(place, textAt(line, "org"), refused.remedy),
        })),
      });
    } catch (error) {
      if (!(error instanceof Refused) || references.length === 1) throw error;
      missing.push(error);
    }
  }
  if (json) terminal.out(JSON.stringify(references.length === 1 ? found[0] : found, undefined, 2));
  else terminal.out(found.map((explanation) => told(explanation, place).join("\n")).join("\n\n\n"));
  for (const { message } of missing) terminal.err(message);
  const rest = references.slice(REFERENCES_MOST).map((one) => one.text);
  if (rest.length > 0) terminal.err(`The text has more references; explain these separately: ${rest.join(", ")}`);
  return missing.length === 0 ? 0 : 1;
}

/** A text of several lines, with quotes of all kinds, is easier given on standard input. */
async function pasted(word: string, say: (text: string) => void): Promise<string> {
  if (word !== "" && word !== "-") return word;
  if (process.stdin.isTTY) say("Paste the error, then press Enter and Ctrl-D.");
  return readAll(process.stdin);
}

/** @throws Refused that says where it was looked for, and why it may be elsewhere */
async function lineBehind(log: LogReader, reference: Reference, from: number, to: number): Promise<FoundLine> {
  const { field, text } = reference;
  const lines = await log.find({ equal: { [field]: text }, from, to, most: 5 });
  // Workers tell of a request too, under its reference; its own line is the one with a status.
  const line = lines.find(({ status }) => status !== undefined) ?? lines[0];
  if (line !== undefined) return line;
  const [access] = await log.gateway(reference, from, to);
  if (access !== undefined) return { type: "gateway.access", ts: timeOfAccess(access), ...access };
  const days = Math.round((to - from) / 86_400_000);
  const reasons = [
    ...log.gaps,
    days < 1 ? "It may be older: give a longer --since." : `It may be older than ${days} days: give a longer --since.`,
  ];
  throw new Refused(
    `No line with the reference ${text} is in ${log.name}.\n${reasons.map((one) => `  ${one}`).join("\n")}`,
  );
}

function timeOfAccess(line: FoundLine): string {
  const at = Number(line.requestTimeEpoch);
  return Number.isFinite(at) ? new Date(at).toISOString() : "";
}

async function explained(
  invocation: Invocation,
  log: LogReader,
  { text: reference }: Reference,
  line: FoundLine,
): Promise<Omit<Explanation, "changes" | "operations">> {
  const access = line.type === "gateway.access";
  const known = access ? gatewayRemedy(textAt(line, "errorResponseType")) : remedyOf(line);
  const remedy = known === undefined ? undefined : remedyAt(invocation.place, textAt(line, "org"), known);
  return { reference, line, remedy, rule: await ruleAt(invocation, line), around: await around(log, line) };
}

/** With commands as a person types them about this place. */
function remedyAt(place: Place, org: string, remedy: Remedy | CallerRemedy): Remedy | CallerRemedy {
  const typed = (text: string): string => withCommands(text, place, org);
  if ("caller" in remedy) return { ...remedy, caller: typed(remedy.caller) };
  return { ...remedy, entra: typed(remedy.entra), okta: typed(remedy.okta), elsewhere: typed(remedy.elsewhere) };
}

/** What the organization's rule says now; without access to the settings, its name alone. */
async function ruleAt(invocation: Invocation, line: FoundLine): Promise<Explanation["rule"]> {
  const name = remedyOf(line) === SKIPPED_MEMBERS ? "unknownMembers" : ruleOf(textAt(line, "detailCode"));
  const org = textAt(line, "org");
  if (name === undefined || org === "") return undefined;
  try {
    const client = await invocation.connect();
    const { rules } = await client.call("GET", adminPath("orgs", org));
    return { name, value: isObject(rules) ? String(rules[name]) : undefined };
  } catch (error) {
    if (error instanceof Refused || error instanceof UsageError) return { name, value: undefined };
    throw error;
  }
}

function told({ reference, line, remedy, rule, around, changes, operations }: Explanation, place: Place): string[] {
  const access = line.type === "gateway.access";
  const [idp, org] = [textAt(line, "idp"), textAt(line, "org")];
  return [
    `Reference ${reference}`,
    ...section("What happened", access ? gatewayStory(line, remedy) : story(line, remedy)),
    ...(rule === undefined ? [] : section("Rule at work", [ruleInWords(rule, textAt(line, "org"), place)])),
    ...section("Accepted although the RFC says otherwise", quirksOf(line)),
    ...concernedBy(line, place).flatMap(({ title, lines }) => section(title, lines)),
    ...(remedy === undefined ? [] : section("What to do", advice(remedy, idp))),
    ...operations.flatMap((refused) => section(operationsTitle(refused), operationsInWords(refused, idp))),
    ...section(
      `Operators' changes before it, organization ${org}`,
      changes.length === 0 ? [] : lifeTable(changes).split("\n"),
    ),
    ...aroundInWords(line, around),
    ...section("Example that is refused in the same way (lib/docs/ERRORS.md)", exampleOf(line)),
    ...section("The line", [printable(JSON.stringify(line))]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Another request with the same fault, where it is short: what the fault looks like on the wire, without anybody's values. */
function exampleOf(line: FoundLine): string[] {
  const code = textAt(line, "detailCode") || `gateway.${textAt(line, "errorResponseType")}`;
  const { request = "", under } = Object.entries(readExamples()).find(([name]) => name === code)?.[1] ?? {};
  if (request === "" || request.length > EXAMPLE_MOST) return [];
  return [...(under === undefined ? [] : [`under ${under}:`]), ...request.split("\n")];
}

function story(line: FoundLine, remedy: Explanation["remedy"]): string[] {
  const org = textAt(line, "org");
  const proven = org === "" ? "unknown organization (no valid token)" : org;
  const effort = effortOf(line);
  return [
    `${textAt(line, "ts")}, ${proven}: ${whoOf(line)} wanted to ${askedOf(line)}.`,
    `It was ${outcomeOf(line).replace(/^2/, "answered with 2")}${effort === "" ? "" : ` (${effort})`}.`,
    ...(remedy === undefined ? [] : [remedy.happened]),
  ];
}

function operationsTitle({ code, count }: RefusedOperations): string {
  return `${count === 1 ? "One operation was" : `${count} operations were`} refused: ${kindOf(code)[0]} ${code}`;
}

function operationsInWords({ remedy, which }: RefusedOperations, idp: string): string[] {
  return [...which.slice(0, AROUND_MOST), remedy.happened, ...advice(remedy, idp)];
}

function gatewayStory(line: FoundLine, remedy: Explanation["remedy"]): string[] {
  const asked = `${textAt(line, "httpMethod")} ${textAt(line, "resourcePath")}`.trim();
  return [
    `${textAt(line, "ts")}: API Gateway answered ${asked} with ${textAt(line, "status")}; no function logged it (${textAt(line, "errorResponseType")}).`,
    ...(remedy === undefined ? [] : [remedy.happened]),
  ];
}

function ruleInWords({ name, value }: { name: string; value: string | undefined }, org: string, place: Place): string {
  const now = value === undefined ? "" : ` is ${value} now`;
  return `${name}${now}. To change it: ${printedCommand(place, "org update", org, "--set", `${name}=VALUE`)}`;
}

/** The console that the request came from stands first. */
function advice(remedy: Remedy | CallerRemedy, idp: string): string[] {
  if ("caller" in remedy) return [remedy.caller, AGAIN[remedy.again]];
  const consoles: [string, string][] = [
    ["Entra ID", remedy.entra],
    ["Okta", remedy.okta],
    ["Elsewhere", remedy.elsewhere],
  ];
  const first = { entra: "Entra ID", okta: "Okta" }[idp] ?? "Elsewhere";
  const ordered = consoles.toSorted((a, b) => Number(b[0] === first) - Number(a[0] === first));
  return [...ordered.map(([name, text]) => `${name.padEnd(10)} ${text}`), AGAIN[remedy.again]];
}

function aroundInWords(line: FoundLine, around: readonly FoundLine[]): string[] {
  if (around.length === 0) return [];
  const id = textAt(line, "resourceId");
  const life = id !== "" && around.every(({ resourceId }) => resourceId === id);
  const title = !life ? `Around it, organization ${textAt(line, "org")}` : `Around it, ${id}`;
  return section(title, lifeTable(around).split("\n"));
}
