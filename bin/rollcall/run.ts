import { parseArgs } from "node:util";
import { isSlug } from "../../functions/provisioning/orgSettings.ts";
import { isOrgId } from "../../functions/store/keys.ts";
import { version } from "../installation.ts";
import { AdminClient, type AdminTransport, type Api, adminPath } from "./adminClient.ts";
import type { Command, Terminal } from "./command.ts";
import { commandHelp, overview } from "./help.ts";
import { didYouMean } from "./nearest.ts";
import { type CommandOptions, flag, type GivenOptions, textOption } from "./options.ts";
import { PLACE_OPTIONS, type Place, placeOf } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Missing, Refused, UsageError } from "./refused.ts";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** @throws Refused when the place cannot be reached */
  reach(place: Place, actor: string | undefined, api: Api): Promise<AdminTransport>;
}

const EVERY_COMMAND: CommandOptions = {
  json: flag("print the result as JSON"),
  help: flag("print this help"),
  ...PLACE_OPTIONS,
};

/**
 * Runs the command that `words` name.
 * @returns the exit code: 0 done, 1 refused or not found, 2 wrong command or option; surprises are thrown
 */
export async function run(
  commands: readonly Command[],
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings;
  if (words.length === 0 || words[0] === "--help" || words[0] === "help") {
    terminal.out(overview(commands, words.slice(1).join(" ")));
    return words.length === 0 ? 2 : 0;
  }
  if (words[0] === "--version") {
    terminal.out(version());
    return 0;
  }
  const command = commands.find(({ name }) => name === words.slice(0, name.split(" ").length).join(" "));
  if (command === undefined) return explainUnknown(commands, words, terminal);
  try {
    return await runOne(command, words.slice(command.name.split(" ").length), surroundings);
  } catch (error) {
    if (error instanceof Refused) {
      terminal.err(error.message);
      return 1;
    }
    if (error instanceof UsageError) {
      terminal.err(`${error.message} See: ${printedCommand(undefined, `${command.name} --help`)}`);
      return 2;
    }
    throw error;
  }
}

async function runOne(
  command: Command,
  words: readonly string[],
  { env, terminal, reach }: Surroundings,
): Promise<number> {
  // Leaves out options that do nothing here.
  const everywhere = Object.fromEntries(
    Object.entries(EVERY_COMMAND).filter(([name]) => !command.refuses?.some((refused) => refused === name)),
  );
  const { options, positionals } = parse(command, Object.keys({ ...everywhere, ...command.options }), words);
  if (options.help === true) {
    terminal.out(commandHelp(command, everywhere));
    return 0;
  }
  refuseMisplaced(command, options, positionals);
  const named = placeOf(options, env);
  const place = command.begins === true && named.kind === "local" ? { ...named, begin: command.begins } : named;
  const transports = new Map<Api, AdminTransport>();
  const open = (api: Api): Promise<AdminTransport> => reach(place, textOption(options, "actor"), api);
  const connect = async (api: Api = "admin"): Promise<AdminClient> => {
    const transport = transports.get(api) ?? (await open(api));
    transports.set(api, transport);
    return new AdminClient(transport, undefined, place, terminal.err);
  };
  const json = options.json === true;
  const print = (document: unknown, forPeople: () => string | undefined): void => {
    const text = json ? JSON.stringify(document, undefined, 2) : forPeople();
    if (text !== undefined) terminal.out(text);
  };
  try {
    const given = await withLoginName(command, positionals, connect);
    const filled = command.arguments.map((_, index) => given[index] ?? "");
    return (await command.run({ arguments: filled, options, json, terminal, place, connect, open, print })) ?? 0;
  } finally {
    for (const transport of transports.values()) await transport.close();
  }
}

/** An option without effect would mislead the person. @throws UsageError */
function refuseMisplaced(command: Command, options: GivenOptions, positionals: readonly string[]): void {
  const required = command.arguments.filter((name) => !name.startsWith("["));
  if (positionals.length < required.length) throw new UsageError(`${required[positionals.length]} is missing.`);
  if (positionals.length > command.arguments.length) {
    const advice = positionals.some((word) => word.includes(" ")) ? "" : "; quote names with spaces";
    throw new UsageError(`There is a word too many${advice}.`);
  }
  refuseEmpty(command, options, positionals);
  for (const name of command.refuses ?? []) {
    if (options[name] !== undefined) throw new UsageError(`${command.name} takes no --${name}.`);
  }
  if (options.url === undefined || command.options?.url === undefined) return;
  // A token signs nothing: there is neither a region for signatures nor an actor.
  for (const name of ["region", "actor"] as const) {
    if (options[name] !== undefined) throw new UsageError(`--${name} does not go with --url, a Tenant URL here.`);
  }
}

/**
 * A script's variable without a value is a mistake: `webhook create URL "$ORG"` must not get the events of every organization.
 * Only a description may be empty, which takes it away.
 * @throws UsageError
 */
function refuseEmpty(command: Command, options: GivenOptions, positionals: readonly string[]): void {
  const at = positionals.indexOf("");
  if (at >= 0) throw new UsageError(`${command.arguments[at]?.replaceAll(/[[\]]/g, "")} is empty.`);
  const named = Object.entries(options).filter(([name]) => name !== "description");
  const [empty] = named.find(([, value]) => [value].flat().includes("")) ?? [];
  if (empty !== undefined) throw new UsageError(`--${empty} is empty.`);
}

/** @param listed the options in the command's help @throws UsageError */
function parse(
  command: Command,
  listed: readonly string[],
  words: readonly string[],
): { options: GivenOptions; positionals: readonly string[] } {
  const known = Object.entries({ ...EVERY_COMMAND, ...command.options });
  const options = Object.fromEntries(known.map(([name, { type, multiple = false }]) => [name, { type, multiple }]));
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    return { options: values, positionals };
  } catch (error) {
    // The error may come from another realm than this module's.
    if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) throw error;
    if (!String(error.code).startsWith("ERR_PARSE_ARGS_")) throw error;
    // Node's first sentence names the option; the others are about positionals.
    const message = String(error.message).split(". ")[0]?.replace(/\.$/, "");
    const [, unknown = ""] = /^Unknown option '--([^']*)'/.exec(message ?? "") ?? [];
    throw new UsageError(`${message}.${didYouMean(unknown, listed).replace("mean ", "mean --")}`);
  }
}

/**
 * The command's words, with the org's login name for its id. Events and some log lines show the id, so commands accept both;
 * the log is searched by login name, and output shows the name.
 */
async function withLoginName(
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
    // The command reports the missing org itself.
    if (error instanceof Missing) return words;
    throw error;
  }
}

function explainUnknown(commands: readonly Command[], words: readonly string[], terminal: Terminal): number {
  if (words[0]?.startsWith("-")) {
    terminal.err(`The command comes first, then its options. See: ${printedCommand(undefined, "--help")}`);
    return 2;
  }
  const names = commands.map(({ name }) => name);
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (group.length > 0) {
    const asked = words.includes("--help");
    (asked ? terminal.out : terminal.err)(overview(group, ""));
    const meant = didYouMean(words.slice(0, 2).join(" "), names);
    if (!asked && meant !== "") terminal.err(meant.trim());
    return asked ? 0 : 2;
  }
  const typed = words.filter((word) => !word.startsWith("-"));
  const hint = didYouMean(typed.slice(0, 2).join(" "), names) || didYouMean(words[0] ?? "", names);
  terminal.err(`There is no command "${words[0]}".${hint} See: ${printedCommand(undefined, "--help")}`);
  return 2;
}
