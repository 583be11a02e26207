import type { AdminClient, AdminTransport, Api } from "./adminClient.ts";
import type { CommandOptions, GivenOptions } from "./options.ts";
import type { Place, PlaceOption } from "./place.ts";

/** Where a command writes. */
export interface Terminal {
  /** Results. A line break is added. */
  out(text: string): void;
  /** Warnings, progress and reasons of failure. A line break is added. */
  err(text: string): void;
}

export interface Invocation {
  /** One for each word of `Command.arguments`; "" for an absent optional one. */
  readonly arguments: readonly string[];
  readonly options: GivenOptions;
  /** `--json`: the result is one JSON document on standard output. */
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly place: Place;
  /** Reaches an API of the place that the options name, by default the administration. It is closed when the command ends. */
  connect(api?: Api): Promise<AdminClient>;
  /** Opens a new connection to an API; the caller closes it. @throws Refused, UsageError */
  open(api: Api): Promise<AdminTransport>;
  /** Prints a result: the document with `--json`, else the text of `forPeople`, which may also write itself. */
  print(document: unknown, forPeople: () => string | undefined): void;
}

/** One command of the tool. `bin/rollcall/commands.ts` lists them all. */
export interface Command {
  /** One to three words, as typed. */
  readonly name: string;
  /** e.g. `["ORG", "[NAME]"]`: brackets mark optional ones. */
  readonly arguments: readonly string[];
  readonly summary: string;
  /** Forms of the command in its help, where arguments and options do not show them. */
  readonly usages?: readonly string[];
  /** The last sentence of its help. */
  readonly note?: string;
  /** Besides the options of every command. */
  readonly options?: CommandOptions;
  /** Options of every command that would do nothing here: they are refused. */
  readonly refuses?: readonly PlaceOption[];
  /** The command may create a Rollcall in an empty data folder; every other command needs an existing one. */
  readonly begins?: true;
  /** @returns the exit code; undefined: 0 @throws Refused, UsageError */
  run(invocation: Invocation): Promise<number | undefined>;
}
