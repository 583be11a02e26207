import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Invocation } from "./command.ts";
import { printedCommand } from "./printedCommand.ts";
import { printable } from "./table.ts";
import { warn } from "./warn.ts";

/** For people, or as the API gave it. */
export function showOrg({ json, terminal }: Invocation, org: JsonObject): void {
  if (json) {
    terminal.out(JSON.stringify(org, undefined, 2));
    return;
  }
  const changed = isObject(org.changedRules) ? org.changedRules : {};
  for (const [name, value] of settingsIn(org)) terminal.out(`${name}: ${value}`);
  terminal.out("Rules:");
  for (const [name, value] of rulesIn(org)) {
    terminal.out(`  ${name} = ${value}${Object.hasOwn(changed, name) ? " (changed)" : ""}`);
  }
}

/**
 * Makes a change to an org and shows what became different, before and after, and the warnings that are new: among all
 * the rest nobody finds it.
 * @param change sends the change and resolves with the org as it is then
 */
export async function showChange(
  invocation: Invocation,
  change: (client: AdminClient) => Promise<JsonObject>,
): Promise<void> {
  const { json, place, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  const client = await invocation.connect();
  if (json) return showOrg(invocation, await change(client));
  const before = await client.call("GET", adminPath("orgs", org));
  const after = await change(client);
  const earlier = new Map([...settingsIn(before), ...rulesIn(before)]);
  const different = [...settingsIn(after), ...rulesIn(after)].filter(([name, value]) => earlier.get(name) !== value);
  for (const [name, value] of different) terminal.out(`${name}: ${earlier.get(name) ?? "unknown"} → ${value}`);
  if (different.length === 0) terminal.out(`Nothing changed: ${printable(org)} is as it was.`);
  terminal.out(`All settings: ${printedCommand(place, "org show", org)}`);
  const known = Array.isArray(before.warnings) ? before.warnings : [];
  warn(
    terminal,
    texts(after.warnings).filter((warning) => !known.includes(warning)),
  );
}

function settingsIn(org: JsonObject): (readonly [string, string])[] {
  const sso = isObject(org.sso) ? Object.values(org.sso).join(", ") || "configured" : "not configured";
  const lines: (readonly [string, Json | undefined])[] = [
    ["Organization", org.org],
    ["Display name", org.displayName],
    ["Id", org.id],
    ["Tenant URL", org.tenantUrl],
    ["Entitled", yes(org.entitled === true)],
    ["SAML SSO", sso],
    ["Paused", isObject(org.paused) ? `since ${org.paused.since}: ${org.paused.reason}` : "no"],
    ["Deletion", isObject(org.deletion) ? `scheduled since ${org.deletion.since}: ${org.deletion.reason}` : "no"],
    ["Admins", texts(org.admins).join(", ") || "none named"],
    ["Protected users", texts(org.protectedUsers).join(", ") || "none"],
    ["Preset", org.preset],
    ["Created", org.created],
  ];
  return lines.map(([name, value]) => [name, printable(String(value))]);
}

function rulesIn({ rules }: JsonObject): (readonly [string, string])[] {
  return isObject(rules) ? Object.entries(rules).map(([name, value]) => [name, String(value)]) : [];
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function yes(flag: boolean): string {
  return flag ? "yes" : "no";
}
