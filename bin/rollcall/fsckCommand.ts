import { isObject, type Json, type JsonObject, own } from "../../functions/scim/json.ts";
import { adminPath, objectsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.js";
import { flag } from "./options.ts";
import type { Place } from "./place.ts";
import { printedCommand, withCommands } from "./printedCommand.ts";
import { printable, table } from "./table.ts";

/** DynamoDB on demand, us-east-1, dollars per unit. */
const READ_PRICE = 0.125e-6;
const WRITE_PRICE = 0.625e-6;

export const fsckCommand: Command = {
  name: "fsck",
  arguments: ["ORG"],
  summary: "check that an organization's stored data is consistent; identity providers may continue",
  options: {
    repair: flag(MEMBER_TEXTS.admin.inspectOrg.repair),
    index: flag(MEMBER_TEXTS.admin.inspectOrg.index),
    events: flag("also hold the event log against the data; with --repair, cover what no event covers"),
  },
  run: fsck,
};

interface Report {
  readonly findings: JsonObject[];
  readonly unsettled: Json[];
  examined: number;
  steps: number;
  rcu: number;
  wcu: number;
}

/** Step by step, so that it can be broken off at any time and started again. @returns 1 while something is broken */
async function fsck(invocation: Invocation): Promise<number> {
  const { terminal, options } = invocation;
  const [org = ""] = invocation.arguments;
  const client = await invocation.connect();
  const report: Report = { findings: [], unsettled: [], examined: 0, steps: 0, rcu: 0, wcu: 0 };
  for (const what of options.events === true ? [["fsck"], ["events", "fsck"]] : [["fsck"]]) {
    let from: Json | undefined;
    do {
      const index = options.index === true && what.length === 1 && { index: true };
      const wishes = { repair: options.repair === true, ...index, ...(from === undefined ? {} : { from }) };
      const step = await client.call("POST", adminPath("orgs", org, "data", ...what), wishes);
      add(report, step);
      from = step.next;
      if (from !== undefined) terminal.err(`${report.examined} items looked at so far.`);
    } while (from !== undefined);
  }
  const broken = report.findings.filter(({ weight, repair }) => weight === "broken" && repair !== "done");
  const { findings, unsettled, examined, steps, rcu, wcu } = report;
  const summary = { org, broken: broken.length, findings, unsettled, examined, steps, cost: { rcu, wcu } };
  invocation.print(summary, () => inWords(invocation, org, report, broken.length));
  return broken.length > 0 ? 1 : 0;
}

function add(report: Report, { findings, unsettled, examined, cost }: JsonObject): void {
  report.findings.push(...objectsIn(findings));
  if (Array.isArray(unsettled)) report.unsettled.push(...unsettled);
  report.examined += Number(examined);
  report.steps += 1;
  if (!isObject(cost)) return;
  report.rcu += Number(cost.rcu);
  report.wcu += Number(cost.wcu);
}

function inWords({ options, place }: Invocation, org: string, report: Report, broken: number): string {
  const { findings, unsettled, examined, rcu, wcu } = report;
  const log = options.events === true ? ["--events"] : [];
  const rows = findings.map(({ code, weight, side, ids, repair }) => {
    return [code, weight, side, (Array.isArray(ids) ? ids : []).join(" "), own(REPAIRS, String(repair)) ?? repair];
  });
  const cost = rcu * READ_PRICE + wcu * WRITE_PRICE;
  const units = `${rcu} RCU and ${wcu} WCU, $${cost.toFixed(cost < 0.01 ? 6 : 2)} on demand in us-east-1`;
  const leftovers = findings.filter(({ weight, repair }) => weight === "leftover" && repair !== "done").length;
  const repaired = findings.filter(({ repair }) => repair === "done").length;
  const parts = [
    broken === 0 ? "nothing is broken" : `${broken} broken`,
    ...(leftovers > 0 ? [`${leftovers} left over`] : []),
    ...(repaired > 0 ? [`${repaired} repaired`] : []),
  ];
  const repairable = findings.some(({ repair }) => repair === "possible") && options.repair !== true;
  return [
    ...(rows.length === 0
      ? []
      : [table(["CODE", "WEIGHT", "SIDE", "IDS", "REPAIR"], rows), "", ...explanations(findings, place, org), ""]),
    ...unsettled.map((id) => `${printable(String(id))} changed too often to be judged: run fsck again.`),
    `${printable(org)}: ${parts.join(", ")}. ${examined} items looked at for ${units}.`,
    ...(repairable ? [`To repair: ${printedCommand(place, "fsck", org, ...log, "--repair")}`] : []),
  ].join("\n");
}

const REPAIRS = {
  possible: "possible",
  done: "done",
  refused: "changed meanwhile",
  none: "by hand",
};

/** Each code once. */
function explanations(findings: readonly JsonObject[], place: Place, org: string): string[] {
  const byCode = new Map(findings.map((finding) => [String(finding.code), finding]));
  return [...byCode].map(([code, { says, mends, advice }]) => {
    const remedy = typeof mends === "string" ? `Repair: ${mends}.` : withCommands(String(advice), place, org);
    return `${code}: ${String(says)} ${remedy}`;
  });
}
