import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { isPreset, PRESETS } from "../../functions/store/rules.ts";
import { type AdminClient, adminPath, neededNumberIn } from "./adminClient.ts";
import type { Command, Invocation } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { type CommandOptions, flag, neededText, repeated, text, textOptions } from "./options.ts";
import { ruleSettings } from "./orgCommands.ts";
import { Refused, UsageError } from "./refused.ts";
import { showChange } from "./showOrg.ts";
import { printable, table } from "./table.ts";

const REASON: CommandOptions = {
  reason: text("TEXT", MEMBER_TEXTS.admin.pauseOrg.reason),
};

export const orgLifeCommands: readonly Command[] = [
  {
    name: "org rules",
    arguments: ["ORG"],
    summary: "show the rules of an organization, or change them one by one",
    options: {
      set: repeated("RULE=VALUE", "set one rule; repeat it for more"),
      reset: repeated("RULE", "return one rule to the preset's value; repeat it for more"),
    },
    run: rules,
  },
  {
    name: "org pause",
    arguments: ["ORG"],
    summary: "pause provisioning: SCIM answers 403 with the reason, nothing is lost",
    options: REASON,
    run: (invocation) => change(invocation, "POST", "pause", { reason: neededText(invocation.options, "reason") }),
  },
  {
    name: "org resume",
    arguments: ["ORG"],
    summary: "resume provisioning",
    run: (invocation) => change(invocation, "DELETE", "pause"),
  },
  {
    name: "org delete",
    arguments: ["ORG"],
    summary: "schedule the deletion: from now on SCIM answers 403 with the reason. The data stays until org purge",
    options: REASON,
    run: (invocation) => change(invocation, "POST", "deletion", { reason: neededText(invocation.options, "reason") }),
  },
  {
    name: "org restore",
    arguments: ["ORG"],
    summary: "cancel a scheduled deletion",
    run: (invocation) => change(invocation, "DELETE", "deletion"),
  },
  {
    name: "org purge",
    arguments: ["ORG"],
    summary: "remove everything of an organization whose deletion is scheduled; this cannot be undone",
    options: { yes: flag("required, because a purge cannot be undone") },
    run: purge,
  },
  {
    name: "org protect",
    arguments: ["ORG", "USER_ID"],
    summary: "keep the identity provider from deactivating or deleting a user",
    run: (invocation) => change(invocation, "POST", "protected"),
  },
  {
    name: "org unprotect",
    arguments: ["ORG", "USER_ID"],
    summary: "end the protection of a user",
    run: (invocation) => change(invocation, "DELETE", "protected"),
  },
];

function change(
  invocation: Invocation,
  method: "POST" | "DELETE",
  what: "pause" | "deletion" | "protected",
  body?: JsonObject,
): Promise<undefined> {
  const [org = "", ...more] = invocation.arguments;
  return showChange(invocation, (client) => client.call(method, adminPath("orgs", org, what, ...more), body));
}

async function rules(invocation: Invocation): Promise<undefined> {
  const { connect, json, options, print, terminal } = invocation;
  const changes = ruleSettings(textOptions(options, "set"), textOptions(options, "reset"));
  const path = adminPath("orgs", ...invocation.arguments);
  const patch = (client: AdminClient) => client.call("PATCH", path, { changedRules: changes ?? {} });
  if (changes !== undefined && !json) return showChange(invocation, patch);
  const client = await connect();
  const { org, preset, ...answer } = await (changes === undefined ? client.call("GET", path) : patch(client));
  const rules = isObject(answer.rules) ? answer.rules : {};
  const changedRules = isObject(answer.changedRules) ? answer.changedRules : {};
  const ofPreset: Readonly<Record<string, Json>> = isPreset(preset) ? { ...PRESETS[preset] } : {};
  print({ org, preset, rules, changedRules }, () =>
    table(
      ["RULE", "VALUE", "FROM"],
      Object.entries(rules).map(([name, value]) => {
        return [name, value, Object.hasOwn(changedRules, name) ? `changed (${preset}: ${ofPreset[name]})` : preset];
      }),
    ),
  );
  if (!json) terminal.err("What each value means: lib/docs/settings.md, Rules of an organization.");
}

/** In steps: it can be interrupted and started again at any time. */
async function purge(invocation: Invocation): Promise<undefined> {
  const { options, print, terminal } = invocation;
  const [org = ""] = invocation.arguments;
  if (options.yes !== true) {
    throw new UsageError(
      `Everything of ${printable(org)} will be removed, and this cannot be undone: confirm with --yes.`,
    );
  }
  const client = await invocation.connect();
  let removed = 0;
  for (;;) {
    const step = await client.call("POST", adminPath("orgs", org, "purge"), { confirm: org });
    removed += neededNumberIn(step, "removed");
    if (step.done === true) {
      const left = await proveEmpty(client, String(step.orgId));
      print({ org, orgId: step.orgId ?? null, removed, left }, () =>
        [
          `${printable(org)} (${step.orgId}) is purged: ${removed} items removed, nothing is left.`,
          "The login name is free; a new organization of that name gets a new id.",
        ].join("\n"),
      );
      return;
    }
    const seconds = Number(step.waitSeconds);
    if (seconds > 0) terminal.err(`Waiting ${seconds} s for requests that may still be under way.`);
    else terminal.err(`${removed} items removed so far.`);
    await wait(seconds * 1000);
  }
}

/** @throws Refused when items of the org are left */
async function proveEmpty(client: AdminClient, orgId: string): Promise<number> {
  const remains = await client.call("GET", adminPath("remains", orgId));
  if (remains.left !== 0) {
    throw new Refused(`${remains.left} items of ${orgId} are left. Report this: the purge said that it was done.`);
  }
  return 0;
}
