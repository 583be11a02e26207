import { isSlug } from "../../functions/provisioning/orgSettings.ts";
import { isOrgId } from "../../functions/store/keys.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command } from "./command.ts";
import { Missing } from "./refused.ts";

/**
 * The words of a command, its org by the login name. Events and some log lines name an org by its id, so an id is taken
 * wherever a command takes ORG: the log is asked by login names, and what is printed names the org as people know it.
 */
export async function withLoginName(
  command: Command,
  words: readonly string[],
  connect: () => Promise<AdminClient>,
): Promise<readonly string[]> {
  const at = command.arguments.findIndex((name) => name === "ORG" || name === "[ORG]");
  const given = words[at] ?? "";
  if (isSlug(given) || !isOrgId(given)) return words;
  try {
    const { org } = await (await connect()).call("GET", adminPath("orgs", given));
    return typeof org === "string" ? words.with(at, org) : words;
  } catch (error) {
    // The command says in its own words that there is none.
    if (error instanceof Missing) return words;
    throw error;
  }
}
