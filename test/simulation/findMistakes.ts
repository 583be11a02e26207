import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Edit, withEdited } from "../drills/edited.ts";

/** A possible mistake in the code, and the last seed that found it. */
export interface Mistake {
  /** The search begins with this seed. If that run finds nothing in changed code, it tries all seeds from 1. */
  readonly foundBy: number;
  readonly edits: readonly Edit[];
}

type Simulation = (seed: number) => Promise<{ readonly problems: readonly string[] }>;

/** What `printFinds` prints, a line of JSON for each mistake that it finds. */
interface Find {
  readonly name: string;
  readonly seed: number;
  readonly problem: string;
}

/** The last successful seed, then all from 1. */
export function* seedsFrom(foundBy: number, most: number): Generator<number> {
  yield foundBy;
  for (let seed = 1; seed <= most; seed += 1) yield seed;
}

/**
 * Runs the simulation on the code with each mistake that the command line names (`MOST NAME...`), until it is found or `MOST`
 * runs found nothing.
 * @param path the simulation's module below the project
 * @param simulation its function there
 */
export async function printFinds(
  mistakes: Readonly<Record<string, Mistake>>,
  path: string,
  simulation: string,
): Promise<void> {
  const [most = "0", ...names] = process.argv.slice(2);
  for (const name of names) {
    const mistake = mistakes[name];
    if (mistake === undefined) throw new Error(`no mistake ${name}`);
    await withEdited(mistake.edits, path, async (module) => {
      const simulate = module[simulation] as Simulation;
      for (const seed of seedsFrom(mistake.foundBy, Number(most))) {
        const [problem] = (await simulate(seed)).problems;
        if (problem === undefined) continue;
        console.log(JSON.stringify({ name, seed, problem } satisfies Find));
        break;
      }
    });
  }
}

/**
 * Tries all mistakes in one process.
 * @param script calls `printFinds`
 * @param most runs for each mistake
 * @returns the names of unfound mistakes
 */
export async function unfound(
  script: string,
  mistakes: Readonly<Record<string, Mistake>>,
  most: number,
): Promise<string[]> {
  const names = Object.keys(mistakes);
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", script, String(most), ...names]);
  const finds = stdout
    .trimEnd()
    .split("\n")
    .map((line): Find => JSON.parse(line));
  for (const { name, seed } of finds) {
    if (seed !== mistakes[name]?.foundBy) process.stdout.write(`foundBy of "${name}" is ${seed} now\n`);
  }
  // A mistake in the edit itself does not count.
  const found = finds.filter(({ problem }) => !/^\w*(?:Reference|Syntax|Type)Error/.test(problem));
  return names.filter((name) => !found.some((one) => one.name === name));
}
