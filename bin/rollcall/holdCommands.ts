import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { given, neededText, text, wholeNumber } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { printable, table } from "./table.ts";

/** Removals beyond a mass change's share, held by the rule `massChange`. */
export const holdCommands: readonly Command[] = [
  {
    name: "org hold show",
    arguments: ["ORG"],
    summary: "show which deletions and removals of an organization are held, and since when",
    run: async (invocation) => {
      const client = await invocation.connect();
      showHold(invocation, await client.call("GET", pathOf(invocation)));
    },
  },
  {
    name: "org hold list",
    arguments: [],
    summary: "list the organizations with held removals that wait for a decision",
    run: async ({ connect, print }) => {
      const client = await connect();
      const orgs = await client.list("orgs", "orgs");
      const holding = orgs.filter(({ rules }) => isObject(rules) && rules.massChange === "hold");
      const held: JsonObject[] = [];
      for (const { org } of holding) {
        const answer = await client.call("GET", adminPath("orgs", String(org), "hold"));
        if (answer.status === "held") held.push(answer);
      }
      print(held, () => (held.length === 0 ? "Nothing is held." : heldTable(held)));
    },
  },
  {
    name: "org hold release",
    arguments: ["ORG"],
    summary: "let held removals pass: the identity provider sends them again",
    options: { hours: text("HOURS", MEMBER_TEXTS.admin.releaseHold.hours) },
    run: async (invocation) => {
      const body = given({ hours: wholeNumber(invocation.options, "hours") });
      const client = await invocation.connect();
      showHold(invocation, await client.call("POST", pathOf(invocation, "release"), body));
    },
  },
  {
    name: "org hold refuse",
    arguments: ["ORG"],
    summary: "refuse held removals with 403 and the reason, until they are released",
    options: { reason: text("TEXT", MEMBER_TEXTS.admin.refuseHold.reason) },
    run: async (invocation) => {
      const reason = neededText(invocation.options, "reason");
      const client = await invocation.connect();
      showHold(invocation, await client.call("POST", pathOf(invocation, "refuse"), { reason }));
    },
  },
];

function heldTable(held: readonly JsonObject[]): string {
  const rows = held.map(({ org, hold }) => {
    const { since, latest } = isObject(hold) ? hold : {};
    return [org, since, isObject(latest) ? latest.at : ""];
  });
  return table(["ORG", "HELD SINCE", "LATEST REQUEST"], rows);
}

function pathOf({ arguments: [org = ""] }: Pick<Invocation, "arguments">, ...what: string[]): string {
  return adminPath("orgs", org, "hold", ...what);
}

function showHold({ print, place }: Invocation, answer: JsonObject): void {
  print(answer, () => {
    const org = String(answer.org);
    const { status } = answer;
    const lines = [holdLine(answer), ...heldLines(answer)];
    if (status === "held") {
      lines.push(
        `If this is meant: ${printedCommand(place, "org hold release", org)}`,
        `If it is not: ${printedCommand(place, "org hold refuse", org, "--reason", "TEXT")}`,
      );
    }
    if (status === "refused") lines.push(`To end this: ${printedCommand(place, "org hold release", org)}`);
    return lines.join("\n");
  });
}

/** One line, for `org show` too. */
export function holdLine({ rule, status, hold, decision }: JsonObject): string {
  const { since } = isObject(hold) ? hold : {};
  const { until, reason } = isObject(decision) ? decision : {};
  const off = rule === "hold" ? "" : " (the rule massChange is tell, so nothing is held now)";
  switch (status) {
    case "held":
      return `Removals: held since ${since}${off}`;
    case "refused":
      return printable(`Removals: refused: ${reason}${off}`);
    case "released":
      return `Removals: released until ${until}${off}`;
    default:
      return `Removals: not held${off}`;
  }
}

function heldLines({ hold }: JsonObject): string[] {
  if (!isObject(hold)) return [];
  const what = hold.kind === "users" ? "users" : "memberships";
  const { users, groups, members } = isObject(hold.requests) ? hold.requests : {};
  const latest = isObject(hold.latest) ? `; the latest at ${hold.latest.at} (ref: ${hold.latest.reference})` : "";
  return [
    `Why: ${hold.lost} ${what} went within an hour, and the next request would have removed ${hold.asked} more; the limit for ${hold.roster} users is ${hold.limit} (ref: ${hold.reference}, token ${hold.tokenId})`,
    `Requests held: ${users} deletions of users, ${groups} deletions of groups, ${members} removals of members${latest}`,
  ];
}
