import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { optionLines } from "./rollcall/help.ts";

/** An option of an npm script, as `parseArgs` takes it, with the words of its help. */
interface ScriptOption extends ParseArgsOptionDescriptor {
  /** The placeholder in the help, e.g. `N`. */
  readonly value?: string;
  readonly help: string;
}

interface ScriptUsage<T extends Readonly<Record<string, ScriptOption>>> {
  /** After `npm run`, e.g. `simulate` or `bench -- parts`. */
  readonly script: string;
  /** One sentence, without its full stop. */
  readonly summary: string;
  readonly options: T;
  /** Words besides the options, as the usage shows them, e.g. `[FILE...]`. Without it there are none. */
  readonly words?: string;
}

/**
 * The options and words of an npm script. `--help` prints the usage and ends the process with 0, something unknown prints one
 * line and ends it with 2: before the script begins its work.
 */
export function scriptOptions<const T extends Readonly<Record<string, ScriptOption>>>(
  usage: ScriptUsage<T>,
  args: readonly string[] = process.argv.slice(2),
) {
  if (args.includes("--help")) {
    console.log(usageText(usage));
    process.exit(0);
  }
  const { options, words } = usage;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: words !== undefined });
  } catch (error) {
    // Node's first sentence names the option; the others are about positionals.
    const [sentence = ""] = String(error instanceof Error ? error.message : error).split(". ");
    return wrongWords(`${sentence.replace(/\.$/, "")}.`, usage.script);
  }
}

/** Ends the process. @param script after `npm run` */
export function wrongWords(sentence: string, script: string): never {
  console.error(`${sentence} See: ${called(script)} --help`);
  process.exit(2);
}

function usageText({ options, script, summary, words = "" }: ScriptUsage<Readonly<Record<string, ScriptOption>>>) {
  const shown = { ...options, help: { type: "boolean", help: "print this help" } } as const;
  return [`Usage: ${called(script)} [OPTIONS] ${words}`.trimEnd(), "", `${summary}.`, "", ...optionLines(shown)].join(
    "\n",
  );
}

/** @returns what options follow */
function called(script: string): string {
  return script.includes(" -- ") ? `npm run ${script}` : `npm run ${script} --`;
}
