import { domainName } from "../../functions/provisioning/domainNames.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn, textsIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { flag, text, textOption } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { UsageError } from "./refused.ts";
import { plural, table } from "./table.ts";

export const adoptCommand: Command = {
  name: "adopt",
  arguments: ["ORG"],
  summary:
    "list which of the application's users Rollcall would adopt, and which not; run it before you switch on the rule adoption",
  options: {
    "dry-run": flag(
      "required, because this command only lists. A user is adopted when the identity provider asks to create that user",
    ),
    by: text("KEY", MEMBER_TEXTS.admin.previewAdoption.by),
  },
  run: adopt,
};

/** By verdict, in display order: its meaning, and whether a person should look at it. */
const VERDICTS = {
  adoptable: "would be adopted when the identity provider creates a user with the same key",
  domainNotVerified: "would not: the address is outside the verified domains",
  double: "would not: several users of the application have the address",
  twin: "will not: the identity provider has made a user with the key already, and the two users stay apart",
  noWorkEmail: "would not: there is no work e-mail",
};

async function adopt(invocation: Invocation): Promise<undefined> {
  const { arguments: words, connect, options, print, terminal } = invocation;
  const [org = ""] = words;
  if (options["dry-run"] !== true) {
    throw new UsageError(
      "People are adopted when the identity provider creates them: give --dry-run to see who would be.",
    );
  }
  const asked = textOption(options, "by");
  const query = asked === undefined ? "" : `?by=${encodeURIComponent(asked)}`;
  const users: JsonObject[] = [];
  let by = "";
  for await (const page of (await connect()).pages(adminPath("orgs", org, "data", "adoption") + query)) {
    users.push(...neededListIn(page, "users"));
    by = String(page.by);
    if (typeof page.next === "string") terminal.err(`${users.length} users looked at so far.`);
  }
  const counts = Object.fromEntries(
    Object.keys(VERDICTS).map((name) => [name, users.filter(({ verdict }) => verdict === name).length]),
  );
  print({ org, by, counts, users }, () => inWords(invocation, { org, by, users, counts }));
}

interface Preview {
  readonly org: string;
  readonly by: string;
  readonly users: readonly JsonObject[];
  readonly counts: Readonly<Partial<Record<string, number>>>;
}

function inWords({ place }: Invocation, { org, by, users, counts }: Preview): string {
  if (users.length === 0) return "The application has no users of its own here: there is nobody to adopt.";
  const lines = Object.entries(VERDICTS).flatMap(([name, means]) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [`  ${count} ${means}`];
  });
  const problems = users.filter(({ verdict }) => verdict !== "adoptable");
  const rows = problems.map(({ userName, id, key, verdict, others }) => {
    return [userName, id, key ?? "", verdict, textsIn(others).join(", ")];
  });
  return [
    `By ${by}, of ${plural(users.length, "user")} of the application:`,
    ...lines,
    ...(rows.length === 0 ? [] : ["", table(["USER NAME", "ID", "KEY", "VERDICT", "OTHERS"], rows)]),
    ...domainHints(org, problems, (name) => printedCommand(place, "org domain add", org, name)),
    "",
    `To switch it on: ${printedCommand(place, "org rules", org, "--set", `adoption=${by}`)}`,
  ].join("\n");
}

/** Shows at most so many of the domains that most often prevent adoption. */
const MOST_HINTS = 3;

function domainHints(org: string, problems: readonly JsonObject[], command: (domain: string) => string): string[] {
  const counts = new Map<string, number>();
  for (const { key, verdict } of problems) {
    if (verdict !== "domainNotVerified") continue;
    // An address at a single word or an IP address has no domain that anybody could add.
    const domain = domainName(String(key).slice(String(key).lastIndexOf("@") + 1));
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_HINTS);
  if (most.length === 0) return [];
  return [
    "",
    `Domains that ${org} has not verified. Add those that are its own, and verify them:`,
    ...most.map(([domain, count]) => `  ${plural(count, "user")}: ${command(domain)}`),
  ];
}
