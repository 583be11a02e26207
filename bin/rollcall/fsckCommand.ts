import { type JsonObject, own } from "../../functions/scim/json.ts";
import { textsIn } from "./adminClient.ts";
import { checkData, type DataReport } from "./checkData.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
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
  summary: "check that an organization's stored data is consistent; identity providers can keep working meanwhile",
  options: {
    repair: flag(MEMBER_TEXTS.admin.inspectOrg.repair),
    index: flag(MEMBER_TEXTS.admin.inspectOrg.index),
    events: flag(
      "also compare the event log with the data; with --repair, append events for changes that no event covers",
    ),
  },
  run: fsck,
};

/** @returns 1 while something is broken */
async function fsck(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  const wishes = {
    repair: options.repair === true,
    index: options.index === true,
    events: options.events === true,
  };
  const report = await checkData(await invocation.connect(), org, wishes, terminal.err);
  invocation.print(report, () => inWords(invocation, report));
  return report.broken > 0 ? 1 : 0;
}

function inWords({ options, place }: Invocation, report: DataReport): string {
  const { org, broken, findings, unsettled, examined, cost: units } = report;
  const log = options.events === true ? ["--events"] : [];
  const rows = findings.map(({ code, weight, side, ids, repair }) => {
    return [code, weight, side, textsIn(ids).join(" "), own(REPAIRS, String(repair)) ?? repair];
  });
  const cost = units.rcu * READ_PRICE + units.wcu * WRITE_PRICE;
  const priced = `${units.rcu} RCU and ${units.wcu} WCU, $${cost.toFixed(cost < 0.01 ? 6 : 2)} on demand in us-east-1`;
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
    `${printable(org)}: ${parts.join(", ")}. ${examined} items looked at for ${priced}.`,
    ...(repairable ? [`To repair: ${printedCommand(place, "fsck", org, ...log, "--repair")}`] : []),
  ].join("\n");
}

const REPAIRS = {
  possible: "possible",
  done: "done",
  refused: "changed meanwhile",
  none: "by hand",
};

/** Explains each code once. */
function explanations(findings: readonly JsonObject[], place: Place, org: string): string[] {
  const byCode = new Map(findings.map((finding) => [String(finding.code), finding]));
  return [...byCode].map(([code, { says, mends, advice }]) => {
    const remedy = typeof mends === "string" ? `Repair: ${mends}.` : withCommands(String(advice), place, org);
    return `${code}: ${String(says)} ${remedy}`;
  });
}
