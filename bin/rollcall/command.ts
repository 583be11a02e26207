import type { AdminClient, AdminTransport, Api } from "./adminClient.ts";
import type { CommandOptions, GivenOptions } from "./options.ts";
import type { Place, PlaceOption } from "./place.ts";

/** Where a command writes to. */
export interface Terminal {
  /** Results. A line break is added. */
  out(text: string): void;
  /** Warnings, progress and reasons of failure. A line break is added. */
  err(text: string): void;
}

export interface Invocation {
  /** One per word of `Command.arguments`; "" for one that may be left out and was. */
  readonly arguments: readonly string[];
  readonly options: GivenOptions;
  /** `--json`: a result is one JSON document on standard output. */
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly place: Place;
  /** Reaches an API, the administration's by default, that the options name. It is closed when the command ends. */
  connect(api?: Api): Promise<AdminClient>;
  /** Opens the way to an API anew; who opens it closes it. @throws Refused, UsageError */
  open(api: Api): Promise<AdminTransport>;
  /** Prints a result: the document with `--json`, else what `forPeople` returns; it may also write itself. */
  print(document: unknown, forPeople: () => string | undefined): void;
}

/** One command of the tool. `bin/rollcall/commands.ts` lists them all. */
export interface Command {
  /** One to three words, as typed. */
  readonly name: string;
  /** e.g. `["ORG", "[NAME]"]`: those in brackets may be left out. */
  readonly arguments: readonly string[];
  readonly summary: string;
  /** What may follow the name, for its help, where it is not the arguments and options alone. */
  readonly usages?: readonly string[];
  /** The last sentence of its help. */
  readonly note?: string;
  /** Beside those of every command. */
  readonly options?: CommandOptions;
  /** Options that every other command takes and that would do nothing here: they are refused. */
  readonly refuses?: readonly PlaceOption[];
  /** It may begin a Rollcall in a data folder that holds none; every other command finds one or says so. */
  readonly begins?: true;
  /** @returns the exit code, 0 when nothing is returned @throws Refused, UsageError */
  run(invocation: Invocation): Promise<number | undefined>;
}
