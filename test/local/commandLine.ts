import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { reach } from "../../bin/rollcall/reach.ts";
import { type Printed, runPrinting, wordsOf } from "../support/rollcallOver.ts";
import { run } from "./processes.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The command line tool as somebody types it: a process, with its own outputs and exit code. */
export async function rollcallTyped(words: string, environment: Environment = {}): Promise<Printed> {
  const command = run(["bin/rollcall.ts", ...wordsOf(words)], environment);
  const code = Number(await command.ended);
  return { code, out: command.stdout(), err: command.stderr() };
}

/** The same commands as bin/rollcall.ts runs them, in this process: what a new one costs is ten times what most of them do. */
export async function rollcallHere(words: string | readonly string[], environment: Environment = {}): Promise<Printed> {
  const env = { ...environment };
  const given = typeof words === "string" ? wordsOf(words) : words;
  return runPrinting(COMMANDS, given, (place, actor, api) => reach(place, actor, env, api), env);
}
