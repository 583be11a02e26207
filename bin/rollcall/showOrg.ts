import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { type AdminClient, adminPath, objectsIn, textsIn } from "./adminClient.ts";
import type { Invocation } from "./command.ts";
import { printedCommand } from "./printedCommand.ts";
import { printable, warn, yesOrNo } from "./table.ts";

/** For people, or as JSON from the API. */
export function showOrg({ print }: Pick<Invocation, "print">, org: JsonObject): void {
  const changed = isObject(org.changedRules) ? org.changedRules : {};
  print(org, () =>
    [
      ...settingsIn(org).map(([name, value]) => `${name}: ${value}`),
      "Rules:",
      ...rulesIn(org).map(([rule, value]) => `  ${rule} = ${value}${Object.hasOwn(changed, rule) ? " (changed)" : ""}`),
    ].join("\n"),
  );
}

/**
 * Makes a change to an org and shows what differs, before and after, and only the new warnings: among all the others nobody
 * would find them.
 * @param change sends the change and resolves with the changed org
 */
export async function showChange(
  invocation: Invocation,
  change: (client: AdminClient) => Promise<JsonObject>,
): Promise<undefined> {
  const { json, place, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  const client = await invocation.connect();
  if (json) {
    showOrg(invocation, await change(client));
    return;
  }
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
    textsIn(after.warnings).filter((warning) => !known.includes(warning)),
  );
}

/** The number of live trusts. */
export function trustsLine({ trusts }: JsonObject): string {
  const live = objectsIn(trusts).filter(({ status }) => status === "live");
  return `Trusts: ${live.length === 0 ? "none" : `${live.length} live`}`;
}

function settingsIn(org: JsonObject): (readonly [string, string])[] {
  const sso = isObject(org.sso) ? Object.values(org.sso).join(", ") || "configured" : "not configured";
  const lines: (readonly [string, Json | undefined])[] = [
    ["Organization", org.org],
    ["Display name", org.displayName],
    ["Id", org.id],
    ["Tenant URL", org.tenantUrl],
    ["Entitled", yesOrNo(org.entitled)],
    ["SAML SSO", sso],
    ["Paused", isObject(org.paused) ? `since ${org.paused.since}: ${org.paused.reason}` : "no"],
    ["Deletion", isObject(org.deletion) ? `scheduled since ${org.deletion.since}: ${org.deletion.reason}` : "no"],
    ["Verified domains", textsIn(org.verifiedDomains).join(", ") || "none"],
    ["Admins", textsIn(org.admins).join(", ") || "none named"],
    ["Protected users", textsIn(org.protectedUsers).join(", ") || "none"],
    ["Preset", org.preset],
    ["Events kept", org.eventRetentionDays === null ? "as the deployment does" : `${org.eventRetentionDays} days`],
    ["Created", org.created],
  ];
  return lines.map(([name, value]) => [name, printable(String(value))]);
}

function rulesIn({ rules }: JsonObject): (readonly [string, string])[] {
  return isObject(rules) ? Object.entries(rules).map(([name, value]) => [name, String(value)]) : [];
}
