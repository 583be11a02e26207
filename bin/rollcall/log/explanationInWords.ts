import { kindOf } from "../../../functions/scim/error.ts";
import { DOCUMENTS_FOLDER } from "../../installation.ts";
import { AGAIN, type CallerRemedy, type Remedy } from "../errors/consoles.ts";
import type { Example } from "../errors/errors.ts";
import examples from "../errors/examples.json" with { type: "json" };
import type { Place } from "../place.ts";
import { printedCommand } from "../printedCommand.ts";
import { printable } from "../table.ts";
import { AROUND_MOST, concernedBy } from "./around.ts";
import type { Explanation } from "./explainText.ts";
import { type FoundLine, textAt } from "./logReader.ts";
import type { RefusedOperations } from "./remedyOf.ts";
import { askedOf, effortOf, lifeTable, outcomeOf, quirksOf, whoOf } from "./story.ts";

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Characters. */
const EXAMPLE_MOST = 400;

/** An explanation for people, in parts; empty parts are left out. */
export function sectionsOf(explanation: Explanation, place: Place): Section[] {
  const { line, remedy, rule, around, changes, operations } = explanation;
  const access = line.type === "gateway.access";
  const [idp, org] = [textAt(line, "idp"), textAt(line, "org")];
  return [
    ...section("What happened", access ? gatewayStory(line, remedy) : story(line, remedy)),
    ...(rule === undefined ? [] : section("Rule at work", [ruleInWords(rule, textAt(line, "org"), place)])),
    ...section("Accepted although the RFC says otherwise", quirksOf(line)),
    ...concernedBy(line, place).flatMap(({ title, lines }) => section(title, lines)),
    ...(remedy === undefined ? [] : section("What to do", advice(remedy, idp))),
    ...operations.flatMap((refused) => section(operationsTitle(refused), operationsInWords(refused, idp))),
    ...section(`Changes before it, organization ${org}`, changes.length === 0 ? [] : lifeTable(changes).split("\n")),
    ...aroundInWords(line, around),
    ...section(`Example that is refused in the same way (${DOCUMENTS_FOLDER}/ERRORS.md)`, exampleOf(line)),
    ...section("The line", [printable(JSON.stringify(line))]),
  ];
}

function section(title: string, lines: readonly string[]): Section[] {
  return lines.length === 0 ? [] : [{ title, lines }];
}

/** A short request with the same fault, without anybody's values: the fault on the wire. */
function exampleOf(line: FoundLine): string[] {
  const code = textAt(line, "detailCode") || `gateway.${textAt(line, "errorResponseType")}`;
  const { request = "", under } = Object.entries<Example>(examples).find(([name]) => name === code)?.[1] ?? {};
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

/** The request's own console comes first. */
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

function aroundInWords(line: FoundLine, around: readonly FoundLine[]): Section[] {
  if (around.length === 0) return [];
  const id = textAt(line, "resourceId");
  const life = id !== "" && around.every(({ resourceId }) => resourceId === id);
  const title = !life ? `Around it, organization ${textAt(line, "org")}` : `Around it, ${id}`;
  return section(title, lifeTable(around).split("\n"));
}
