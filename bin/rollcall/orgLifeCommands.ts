import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { isPreset, PRESETS } from "../../functions/store/rules.ts";
import { type AdminClient, adminPath } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { type CommandOptions, textOption, textOptions } from "./options.ts";
import { ruleSettings } from "./orgCommands.ts";
import { Misused, Refused } from "./refused.ts";
import { showChange } from "./showOrg.ts";
import { printable, table } from "./table.ts";

const REASON: CommandOptions = {
  reason: { type: "string", value: "TEXT", help: "why; the identity provider's administrator reads it in the answers" },
};

export const orgLifeCommands: readonly Command[] = [
  {
    name: "org rules",
    arguments: ["ORG"],
    summary: "show the rules of an organization, or change them one by one",
    options: {
      set: { type: "string", multiple: true, value: "RULE=VALUE", help: "set one rule; repeat it for more" },
      reset: {
        type: "string",
        multiple: true,
        value: "RULE",
        help: "give one rule back to the preset; repeat it for more",
      },
    },
    run: rules,
  },
  {
    name: "org pause",
    arguments: ["ORG"],
    summary: "pause provisioning: SCIM answers 403 with the reason, nothing is lost",
    options: REASON,
    run: (invocation) => change(invocation, "POST", "pause", { reason: reasonOf(invocation) }),
  },
  {
    name: "org resume",
    arguments: ["ORG"],
    summary: "resume provisioning",
    options: {},
    run: (invocation) => change(invocation, "DELETE", "pause"),
  },
  {
    name: "org delete",
    arguments: ["ORG"],
    summary: "schedule the deletion: SCIM answers 403 with the reason, nothing is removed before org purge",
    options: REASON,
    run: (invocation) => change(invocation, "POST", "deletion", { reason: reasonOf(invocation) }),
  },
  {
    name: "org restore",
    arguments: ["ORG"],
    summary: "take a scheduled deletion back",
    options: {},
    run: (invocation) => change(invocation, "DELETE", "deletion"),
  },
  {
    name: "org purge",
    arguments: ["ORG"],
    summary: "remove everything of an organization whose deletion is scheduled; nothing brings it back",
    options: { yes: { type: "boolean", help: "needed: what is removed cannot be brought back" } },
    run: purge,
  },
  {
    name: "org protect",
    arguments: ["ORG", "USER_ID"],
    summary: "keep the identity provider from deactivating or deleting a user",
    options: {},
    run: (invocation) => change(invocation, "POST", "protected"),
  },
  {
    name: "org unprotect",
    arguments: ["ORG", "USER_ID"],
    summary: "end the protection of a user",
    options: {},
    run: (invocation) => change(invocation, "DELETE", "protected"),
  },
];

async function change(
  invocation: Invocation,
  method: "POST" | "DELETE",
  what: "pause" | "deletion" | "protected",
  body?: JsonObject,
): Promise<undefined> {
  const [org = "", ...more] = invocation.arguments;
  await showChange(invocation, (client) => client.call(method, adminPath("orgs", org, what, ...more), body));
  return undefined;
}

function reasonOf({ options }: Invocation): string {
  const reason = textOption(options, "reason");
  if (reason === undefined) throw new Misused("--reason is missing.");
  return reason;
}

async function rules(invocation: Invocation): Promise<undefined> {
  const { options, terminal, json } = invocation;
  const changes = ruleSettings(textOptions(options, "set"), textOptions(options, "reset"));
  const path = adminPath("orgs", ...invocation.arguments);
  const patch = (client: AdminClient) => client.call("PATCH", path, { changedRules: changes ?? {} });
  if (changes !== undefined && !json) {
    await showChange(invocation, patch);
    return undefined;
  }
  const client = await invocation.connect();
  const org = changes === undefined ? await client.call("GET", path) : await patch(client);
  const effective = isObject(org.rules) ? org.rules : {};
  const changed = isObject(org.changedRules) ? org.changedRules : {};
  if (json) {
    const shown = { org: org.org, preset: org.preset, rules: effective, changedRules: changed };
    terminal.out(JSON.stringify(shown, undefined, 2));
    return undefined;
  }
  const ofPreset: Readonly<Record<string, Json>> = isPreset(org.preset) ? { ...PRESETS[org.preset] } : {};
  const rows = Object.entries(effective).map(([name, value]) => [
    name,
    String(value),
    Object.hasOwn(changed, name) ? `changed (${org.preset}: ${ofPreset[name]})` : String(org.preset),
  ]);
  terminal.out(table(["RULE", "VALUE", "FROM"], rows));
  return undefined;
}

/** Step by step, so that it can be broken off at any time and started again. */
async function purge(invocation: Invocation): Promise<undefined> {
  const { terminal, json, options } = invocation;
  const [org = ""] = invocation.arguments;
  if (options.yes !== true) {
    throw new Misused(
      `Everything of ${printable(org)} would be removed, and nothing brings it back: say so with --yes.`,
    );
  }
  const client = await invocation.connect();
  let removed = 0;
  for (;;) {
    const step = await client.call("POST", adminPath("orgs", org, "purge"), { confirm: org });
    removed += Number(step.removed);
    if (step.done === true) {
      const left = await proveEmpty(client, String(step.orgId));
      if (json) terminal.out(JSON.stringify({ org, orgId: step.orgId ?? null, removed, left }, undefined, 2));
      else {
        terminal.out(`${printable(org)} (${step.orgId}) is purged: ${removed} items removed, nothing is left.`);
        terminal.out("The login name is free; a new organization of that name gets a new id.");
      }
      return undefined;
    }
    const seconds = Number(step.waitSeconds);
    if (seconds > 0) terminal.err(`Waiting ${seconds} s for requests that may still be under way.`);
    else terminal.err(`${removed} items removed so far.`);
    await wait(seconds * 1000);
  }
}

/** @throws Refused when something of the org is still there */
async function proveEmpty(client: AdminClient, orgId: string): Promise<number> {
  const remains = await client.call("GET", adminPath("remains", orgId));
  if (remains.left !== 0) {
    throw new Refused(`${remains.left} items of ${orgId} are left. Report this: the purge said that it was done.`);
  }
  return 0;
}
