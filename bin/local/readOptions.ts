import { checkSlug, RULE_NAMES } from "../../functions/provisioning/orgSettings.ts";
import { isOrigin, isRuleName, type RuleName } from "../../functions/provisioning/portal/portalSettings.ts";
import { readBudget } from "../../functions/provisioning/requestBudget.ts";
import { ProcessBuckets } from "../../functions/store/buckets.ts";
import { isPreset, PRESETS } from "../../functions/store/rules.ts";
import { DEFAULT_FOLDER, DEFAULT_FOLDER_IN_WORDS } from "../installation.ts";
import { optionLines } from "../rollcall/help.ts";
import { type CommandOptions, flag, type GivenOptions, text, textOption } from "../rollcall/options.ts";
import { printedStart } from "../rollcall/printedCommand.ts";
import { StartRefused } from "../rollcall/refused.ts";
import type { LocalOptions } from "./server.ts";

/** The local server's options, as its help lists them. */
export const SERVER_OPTIONS: CommandOptions = {
  port: text("N", "port on 127.0.0.1; 0 takes any free one (default 3000)"),
  org: text("NAME", "login name of the organization to make, as in the Tenant URL (default acme)"),
  preset: text(
    "NAME",
    `rules of that organization: ${Object.keys(PRESETS).join(" | ")} (default standard; in open and rfc a user needs no e-mail address)`,
  ),
  memory: flag("keep everything in memory, until the server stops"),
  data: text("DIR", `folder of data, credentials and requests.log (default ${DEFAULT_FOLDER_IN_WORDS})`),
  "token-file": text("PATH", "also write the first token to this file, which only you can read"),
  "public-url": text("URL", "the address at which clients reach this server, e.g. through a tunnel"),
  budget: text(
    "R/B",
    "limit of each organization: requests per second and burst. A deployment has 200/1000 (default off: no limit)",
  ),
  "portal-rules": text(
    "LIST",
    "rules that organizations may change in the portal, with commas between them (default none)",
  ),
  "portal-origins": text("LIST", "origins of pages that may embed the portal, with commas between them (default none)"),
  events: flag("print the events of users, teams and memberships"),
  "events-url": text("URL", "POST each event to this address as JSON"),
  json: flag(
    "print one JSON object: tenantUrl, token, port, url, store, portal; noToken or noPortal says why that one is null",
  ),
  quiet: flag("print the Tenant URL and the Secret token, nothing else"),
};

const HELP: CommandOptions = { help: flag("print this help") };

export const DYNAMODB_NOTE =
  "DYNAMODB_ENDPOINT=URL keeps the data in a DynamoDB instead of a file, e.g. in DynamoDB Local.";

export const USAGE = [
  `${printedStart(undefined, "[options]")}  a SCIM service provider on this machine`,
  "",
  ...optionLines({ ...SERVER_OPTIONS, ...HELP }),
  "",
  DYNAMODB_NOTE,
].join("\n");

export interface CommandLine extends LocalOptions {
  readonly dataFolder: string;
  readonly output: "readable" | "json" | "quiet";
  readonly printEvents?: boolean;
  readonly eventsUrl?: string;
}

/** @throws StartRefused for invalid options; @returns "help" for --help */
export function readOptions(args: readonly string[], dynamoEndpoint: string | undefined): CommandLine | "help" {
  const given = parse(args);
  return given.help === true ? "help" : commandLineOf(given, dynamoEndpoint);
}

/** @param given those of `SERVER_OPTIONS` @throws StartRefused for invalid values */
export function commandLineOf(given: GivenOptions, dynamoEndpoint: string | undefined): CommandLine {
  const value = (name: string) => textOption(given, name);
  if (given.json === true && given.quiet === true) throw new StartRefused("--json and --quiet exclude each other.");
  return {
    port: portOf(value("port")),
    org: orgOf(value("org")),
    preset: presetOf(value("preset")),
    memory: given.memory === true,
    dataFolder: present("--data", value("data")) ?? DEFAULT_FOLDER,
    tokenFile: present("--token-file", value("token-file")),
    publicUrl: publicUrlOf(value("public-url")),
    portal: { origins: originsOf(value("portal-origins")), rules: rulesOf(value("portal-rules")) },
    budget: budgetOf(value("budget")),
    dynamoEndpoint: endpointOf(dynamoEndpoint),
    printEvents: given.events === true,
    eventsUrl: eventsUrlOf(value("events-url")),
    output: given.json === true ? "json" : given.quiet === true ? "quiet" : "readable",
  };
}

function parse(args: readonly string[]): GivenOptions {
  try {
    // As in sqliteTable.ts.
    return process.getBuiltinModule("node:util").parseArgs({ args: [...args], options: { ...SERVER_OPTIONS, ...HELP } })
      .values;
  } catch (error) {
    // The first sentence names the option; the others explain positional arguments, which do not exist here.
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\.?\s*\n|\. /);
    throw new StartRefused(`${sentence}. See ${printedStart(undefined, "--help")}`);
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 3000;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new StartRefused(`--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

function orgOf(text = "acme"): string {
  try {
    return checkSlug(text);
  } catch (error) {
    throw new StartRefused(`--org: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function presetOf(text: string | undefined) {
  if (text === undefined || isPreset(text)) return text;
  throw new StartRefused(`--preset takes one of ${Object.keys(PRESETS).join(", ")}, not ${JSON.stringify(text)}.`);
}

function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const plain =
    url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === "" && !/[?#]/.test(text);
  if (plain && !url.pathname.includes("/scim/v2")) return url.href.replace(/\/+$/, "");
  throw new StartRefused(
    `--public-url takes what stands before /scim/v2, e.g. https://scim.example.com, not ${JSON.stringify(text)}.`,
  );
}

function rulesOf(text: string | undefined): readonly RuleName[] {
  return entriesOf(text).map((name) => {
    if (isRuleName(name)) return name;
    throw new StartRefused(
      `--portal-rules takes names of rules with commas between them, not ${JSON.stringify(name)}. The rules: ${RULE_NAMES.join(", ")}.`,
    );
  });
}

function originsOf(text: string | undefined): readonly string[] {
  return entriesOf(text).map((origin) => {
    if (isOrigin(origin)) return origin;
    throw new StartRefused(
      `--portal-origins takes origins with commas between them, e.g. https://app.example.com, without a path or a slash at the end; not ${JSON.stringify(origin)}.`,
    );
  });
}

/** The entries of a comma-separated list. */
function entriesOf(text: string | undefined): string[] {
  return text === undefined ? [] : [...new Set(text.split(",").map((entry) => entry.trim()))];
}

function budgetOf(text: string | undefined) {
  try {
    return readBudget(text, new ProcessBuckets());
  } catch {
    throw new StartRefused(`--budget takes RATE/BURST, such as 200/1000, or off, not ${JSON.stringify(text)}.`);
  }
}

function eventsUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new StartRefused(`--events-url is an http(s) URL, not ${JSON.stringify(text)}.`);
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new StartRefused(`DYNAMODB_ENDPOINT is an http(s) URL, not ${JSON.stringify(text)}.`);
}

function present(option: string, text: string | undefined): string | undefined {
  if (text === "") throw new StartRefused(`${option} needs a path.`);
  return text;
}
