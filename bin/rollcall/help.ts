import type { Command } from "./command.ts";
import type { CommandOptions } from "./options.ts";
import { printedCommand } from "./printedCommand.ts";

/** The list of commands; a given beginning limits it to matching names. */
export function overview(commands: readonly Command[], beginning: string): string {
  const shown = commands.filter(({ name }) => name.startsWith(beginning));
  const lines = (shown.length > 0 ? shown : commands).map(({ name, arguments: words, summary }) => [
    [name, ...words].join(" "),
    summary,
  ]);
  return [
    `Usage: ${printedCommand(undefined, "COMMAND [OPTIONS]")}`,
    "",
    ...columns(lines),
    "",
    `Options of a command: ${printedCommand(undefined, "COMMAND --help")}`,
    `The release: ${printedCommand(undefined, "--version")}`,
    "Exit code: 0 done, 1 refused or not found, 2 wrong command or option.",
  ].join("\n");
}

export function commandHelp(command: Command, everywhere: CommandOptions): string {
  const [first = "", ...others] = command.usages ?? [[...command.arguments, "[OPTIONS]"].join(" ")];
  return [
    `Usage: ${printedCommand(undefined, `${command.name} ${first}`)}`,
    ...others.map((usage) => `       ${printedCommand(undefined, `${command.name} ${usage}`)}`),
    "",
    `${command.summary}.`,
    "",
    // A command's own words for an option replace the general ones.
    ...optionLines({ ...command.options, ...everywhere, ...command.options }),
    ...(command.note === undefined ? [] : ["", command.note]),
  ].join("\n");
}

export function optionLines(options: CommandOptions): string[] {
  return columns(
    Object.entries(options).map(([name, { value, help }]) => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      help,
    ]),
  );
}

function columns(lines: readonly (readonly string[])[]): string[] {
  const width = Math.max(...lines.map(([left = ""]) => left.length));
  return lines.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`);
}
