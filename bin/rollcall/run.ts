import { parseArgs } from "node:util";
import { StartRefused } from "../local/startRefused.ts";
import { AdminClient, type AdminTransport, type Api } from "./adminClient.ts";
import type { Command, Terminal } from "./command.ts";
import { commandHelp, overview } from "./help.ts";
import { didYouMean } from "./nearest.ts";
import { type CommandOptions, type GivenOptions, textOption } from "./options.ts";
import { withLoginName } from "./orgName.ts";
import { PLACE_OPTIONS, type Place, placeOf } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Misused, Refused } from "./refused.ts";

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** @throws Refused when there is nobody to reach */
  reach(place: Place, actor: string | undefined, api: Api): Promise<AdminTransport>;
}

const EVERY_COMMAND: CommandOptions = {
  json: { type: "boolean", help: "print the result as JSON" },
  help: { type: "boolean", help: "print this help" },
  ...PLACE_OPTIONS,
};

/**
 * Runs the command that `words` name.
 * @returns the exit code: 0 done, 1 refused or not found, 2 not understood; a surprise is thrown
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
  const command = commands.find(({ name }) => name === words.slice(0, name.split(" ").length).join(" "));
  if (command === undefined) return explainUnknown(commands, words, terminal);
  try {
    return await runOne(command, words.slice(command.name.split(" ").length), surroundings);
  } catch (error) {
    if (error instanceof Refused || error instanceof StartRefused) {
      terminal.err(error.message);
      return 1;
    }
    if (error instanceof Misused) {
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
  const { options, positionals } = parse(command, words);
  if (options.help === true) {
    terminal.out(commandHelp(command, optionsOfEvery(command)));
    return 0;
  }
  const required = command.arguments.filter((name) => !name.startsWith("["));
  if (positionals.length < required.length) throw new Misused(`${required[positionals.length]} is missing.`);
  if (positionals.length > command.arguments.length) {
    throw new Misused(
      `There is a word too many${positionals.some((word) => word.includes(" ")) ? "" : "; quote names with spaces"}.`,
    );
  }
  refuseWhatDoesNothing(command, options);
  const named = placeOf(options, env);
  const place = command.begins === true && named.kind === "local" ? { ...named, begin: command.begins } : named;
  const transports = new Map<Api, AdminTransport>();
  const connect = async (api: Api = "admin"): Promise<AdminClient> => {
    const transport = transports.get(api) ?? (await reach(place, textOption(options, "actor"), api));
    transports.set(api, transport);
    return new AdminClient(transport, undefined, place);
  };
  try {
    const named = await withLoginName(command, positionals, connect);
    const code = await command.run({
      arguments: command.arguments.map((_, index) => named[index] ?? ""),
      options,
      json: options.json === true,
      terminal,
      place,
      connect,
    });
    return code ?? 0;
  } finally {
    for (const transport of transports.values()) await transport.close();
  }
}

/** The options of every command, without those that this one refuses. */
function optionsOfEvery({ refuses = [] }: Command): CommandOptions {
  return Object.fromEntries(Object.entries(EVERY_COMMAND).filter(([name]) => !refuses.some((one) => one === name)));
}

/** Who gives an option that does nothing believes that it did something. @throws Misused */
function refuseWhatDoesNothing(command: Command, options: GivenOptions): void {
  for (const name of command.refuses ?? []) {
    if (options[name] !== undefined) throw new Misused(`${command.name} takes no --${name}.`);
  }
  if (options.url === undefined || command.options.url === undefined) return;
  // Whoever has a token signs nothing: there is no region to sign for, and nobody to keep.
  for (const name of ["region", "actor"] as const) {
    if (options[name] !== undefined) throw new Misused(`--${name} does not go with --url, a Tenant URL here.`);
  }
}

/** @throws Misused */
function parse(command: Command, words: readonly string[]): { options: GivenOptions; positionals: readonly string[] } {
  const known = Object.entries({ ...EVERY_COMMAND, ...command.options });
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: Object.fromEntries(
        known.map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
      ),
      allowPositionals: true,
      strict: true,
    });
    return { options: values, positionals };
  } catch (error) {
    const message = parseProblem(error);
    // Node's own words name the option; what follows the first sentence is about positionals.
    if (message === undefined) throw error;
    const [, unknown] = /^Unknown option '--([^']*)'/.exec(message) ?? [];
    const options = known.map(([name]) => name).filter((name) => !command.refuses?.some((one) => one === name));
    const hint = unknown === undefined ? "" : didYouMean(unknown, options).replace("mean ", "mean --");
    throw new Misused(`${message.split(". ")[0]?.replace(/\.$/, "")}.${hint}`);
  }
}

function parseProblem(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return undefined;
  return String(error.code).startsWith("ERR_PARSE_ARGS_") ? String(error.message) : undefined;
}

function explainUnknown(commands: readonly Command[], words: readonly string[], terminal: Terminal): number {
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
