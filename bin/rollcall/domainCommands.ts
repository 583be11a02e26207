import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath, neededListIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { printedCommand } from "./printedCommand.ts";
import { printable, table } from "./table.ts";

const ARGUMENTS = ["ORG", "DOMAIN"];

/** An org's mail domains; the rule `adoption` trusts addresses within them. */
export const domainCommands: readonly Command[] = [
  {
    name: "org domain add",
    arguments: ARGUMENTS,
    summary: "add a mail domain of the organization; prints the TXT record that its DNS needs",
    run: async (invocation) => {
      const { arguments: words, connect, print } = invocation;
      const [org = "", domain = ""] = words;
      const added = await (await connect()).call("POST", adminPath("orgs", org, "domains"), { domain });
      print(added, () => publishing(invocation, added));
    },
  },
  {
    name: "org domain verify",
    arguments: ARGUMENTS,
    summary: "check a domain's TXT record; if it is right, the domain is verified",
    run: async ({ arguments: [org = "", domain = ""], connect, print }) => {
      const verified = await (await connect()).call("POST", adminPath("orgs", org, "domains", domain, "verify"));
      print(verified, () => `${verified.domain} is verified. You can remove its TXT record.`);
    },
  },
  {
    name: "org domain list",
    arguments: ["ORG"],
    summary: "list the mail domains of an organization with their TXT records",
    run: async ({ arguments: [org = ""], connect, place, print, terminal }) => {
      const answer = await (await connect()).call("GET", adminPath("orgs", org, "domains"));
      const domains = neededListIn(answer, "domains");
      print(answer, () => {
        if (domains.length > 0) return domainTable(domains);
        terminal.err(`There is no domain yet. Add one with: ${printedCommand(place, `org domain add ${org} DOMAIN`)}`);
        return undefined;
      });
    },
  },
  {
    name: "org domain remove",
    arguments: ARGUMENTS,
    summary: "remove a mail domain: addresses in it no longer lead to an adoption",
    run: async ({ arguments: [org = "", domain = ""], connect, print }) => {
      const left = await (await connect()).call("DELETE", adminPath("orgs", org, "domains", domain));
      print(left, () => `${printable(domain)} is removed.`);
    },
  },
];

function publishing({ arguments: [org = ""], place }: Invocation, domain: JsonObject): string {
  const name = String(domain.domain);
  if (domain.verifiedAt !== null) return `${name} is verified already, since ${domain.verifiedAt}.`;
  const record = isObject(domain.record) ? domain.record : {};
  return [
    `Publish this record in the DNS of ${name}:`,
    `  name   ${record.name}`,
    `  type   ${record.type}`,
    `  value  ${record.value}`,
    `Then: ${printedCommand(place, "org domain verify", org, name)}`,
  ].join("\n");
}

function domainTable(domains: readonly JsonObject[]): string {
  return table(
    ["DOMAIN", "VERIFIED", "TXT RECORD AT", "WITH THE VALUE"],
    domains.map(({ domain, verifiedAt, record }) => {
      const { name, value } = isObject(record) ? record : {};
      return [domain, verifiedAt ?? "no", name, value];
    }),
  );
}
