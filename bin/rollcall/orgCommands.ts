import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { adminPath } from "./adminClient.ts";
import type { Command } from "./command.ts";
import { MEMBER_TEXTS } from "./generated/memberTexts.ts";
import { holdLine } from "./holdCommands.ts";
import {
  type CommandOptions,
  eitherFlag,
  flag,
  type GivenOptions,
  given,
  readGivenFile,
  refuseBoth,
  repeated,
  text,
  textOption,
  textOptions,
  wholeNumber,
} from "./options.ts";
import { printedCommand } from "./printedCommand.ts";
import { Refused, UsageError } from "./refused.ts";
import { readSamlMetadata, type SamlIdentityProvider } from "./samlMetadata.ts";
import { showChange, showOrg, trustsLine } from "./showOrg.ts";
import { printTable, warn, yesOrNo } from "./table.ts";

const SETTINGS: CommandOptions = {
  "display-name": text("TEXT", MEMBER_TEXTS.admin.createOrg.displayName),
  preset: text("NAME", MEMBER_TEXTS.admin.createOrg.preset),
  set: repeated("RULE=VALUE", "change one rule of the preset; repeat it for more"),
  entitled: flag("the organization's plan includes SCIM"),
  "not-entitled": flag("the plan does not include SCIM: SCIM answers 403"),
  sso: flag("SAML SSO is configured; you keep its details elsewhere"),
  "sso-url": text("URL", "SAML SSO is configured, with this address of the identity provider"),
  "sso-metadata": text("FILE", "SAML SSO is configured, with the details in this metadata file"),
  "sso-entity-id": text("ID", "SAML SSO is configured, with this entity id"),
  admin: repeated("ID", "an org admin's id in your system; repeat it for each"),
  "event-retention-days": text("DAYS", "keep this organization's events for fewer days than the deployment does"),
};

export const orgCommands: readonly Command[] = [
  {
    name: "org create",
    arguments: ["ORG"],
    summary: "create an organization; ORG is its login name in the Tenant URL",
    begins: true,
    options: SETTINGS,
    run: async (invocation) => {
      const [org = ""] = invocation.arguments;
      const body = { org, ...settingsOf(invocation.options) };
      const made = await (await invocation.connect()).call("POST", "orgs", body);
      showOrg(invocation, made);
      if (!invocation.json) warn(invocation.terminal, made.warnings);
    },
  },
  {
    name: "org show",
    arguments: ["ORG"],
    summary: "show an organization, its settings and rules",
    run: async (invocation) => {
      const client = await invocation.connect();
      const path = adminPath("orgs", ...invocation.arguments);
      const org = await client.call("GET", path);
      showOrg(invocation, org);
      if (!invocation.json) invocation.terminal.out(trustsLine(await client.call("GET", `${path}/trusts`)));
      const holds = isObject(org.rules) && org.rules.massChange === "hold";
      if (holds && !invocation.json) invocation.terminal.out(holdLine(await client.call("GET", `${path}/hold`)));
    },
  },
  {
    name: "org list",
    arguments: [],
    summary: "list all organizations",
    run: async (invocation) =>
      printTable(invocation, {
        rows: await (await invocation.connect()).list("orgs", "orgs"),
        head: ["ORG", "ID", "DISPLAY NAME", "ENTITLED", "SSO", "PRESET", "TENANT URL"],
        row: ({ org, id, displayName, entitled, sso, preset, tenantUrl }) => {
          return [org, id, displayName, yesOrNo(entitled), yesOrNo(sso !== null), preset, tenantUrl];
        },
        none: `There is no organization yet. Make one with: ${printedCommand(invocation.place, "org create ORG")}`,
      }),
  },
  {
    name: "org update",
    arguments: ["ORG"],
    summary: "change the settings that you name; the others stay as they are",
    options: {
      ...SETTINGS,
      reset: repeated("RULE", "return one rule to the preset's value; repeat it for more"),
      unset: repeated("RULE", "the earlier name of --reset"),
      "no-sso": flag("SAML SSO is no longer configured: SCIM answers 403, nothing is lost"),
      "no-admins": flag("remove all org admins"),
      "no-event-retention-days": flag("keep events for as many days as the deployment does"),
    },
    run: (invocation) => {
      const settings = settingsOf(invocation.options);
      if (Object.keys(settings).length === 0) throw new UsageError("Name at least one change, as an option.");
      const path = adminPath("orgs", ...invocation.arguments);
      return showChange(invocation, (client) => client.call("PATCH", path, settings));
    },
  },
];

/** The settings of the options, in the API's form. @throws UsageError */
function settingsOf(options: GivenOptions): JsonObject {
  const entitled = eitherFlag(options, "entitled", "not-entitled");
  refuseBoth(options, "admin", "no-admins");
  const days = wholeNumber(options, "event-retention-days");
  refuseBoth(options, "event-retention-days", "no-event-retention-days");
  const admins = textOptions(options, "admin");
  return given({
    displayName: textOption(options, "display-name"),
    preset: textOption(options, "preset"),
    entitled,
    sso: ssoOf(options),
    admins: admins.length > 0 || options["no-admins"] === true ? [...admins] : undefined,
    eventRetentionDays: options["no-event-retention-days"] === true ? null : days,
    changedRules: ruleSettings(textOptions(options, "set"), [
      ...textOptions(options, "reset"),
      ...textOptions(options, "unset"),
    ]),
  });
}

function ssoOf(options: GivenOptions): Json | undefined {
  const described = metadataOf(options);
  const url = textOption(options, "sso-url") ?? described?.url;
  const entityId = textOption(options, "sso-entity-id") ?? described?.entityId;
  const configured = url !== undefined || entityId !== undefined || options.sso === true;
  if (options["no-sso"] === true) {
    if (configured) throw new UsageError("--no-sso excludes the other options about SSO.");
    return null;
  }
  return configured ? given({ url, entityId }) : undefined;
}

/** @throws Refused when the file is unreadable or is no identity provider's metadata */
function metadataOf(options: GivenOptions): SamlIdentityProvider | undefined {
  const path = textOption(options, "sso-metadata");
  if (path === undefined) return undefined;
  const text = readGivenFile(path, "metadata file");
  try {
    return readSamlMetadata(text);
  } catch (error) {
    if (error instanceof Refused) throw new Refused(`${path}: ${error.message}`);
    throw error;
  }
}

/** Rules in the API's form; undefined without any. @throws UsageError */
export function ruleSettings(set: readonly string[], reset: readonly string[]): JsonObject | undefined {
  const wishes = set.map((text): [string, Json] => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError("--set takes RULE=VALUE, for example --set teamNameMaxLength=100");
    return [text.slice(0, equals), ruleValue(text.slice(equals + 1))];
  });
  for (const name of reset) wishes.push([name, null]);
  return wishes.length === 0 ? undefined : Object.fromEntries(wishes);
}

function ruleValue(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}
