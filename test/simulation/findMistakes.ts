import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inParallel } from "../../functions/store/database.ts";
import { type Edit, edit } from "../drills/edited.ts";

/** A mistake that somebody could make in the code, and the seed under which a simulation found it last. */
export interface Mistake {
  /** Where the search begins. When the code has changed and that run finds nothing, it goes on with all seeds from 1. */
  readonly foundBy: number;
  readonly edits: readonly Edit[];
}

type Simulation = (seed: number) => Promise<{ readonly problems: readonly string[] }>;

const AT_ONCE = 2;

/** The seed that found it last, then all from 1. */
export function* seedsFrom(foundBy: number, most: number): Generator<number> {
  yield foundBy;
  for (let seed = 1; seed <= most; seed += 1) yield seed;
}

/**
 * Loads the code as if somebody had made the mistake that the command line names (`NAME MOST`), and runs the simulation until
 * it is found. Prints `SEED PROBLEM`, or nothing after so many runs.
 */
export async function printFind(
  mistakes: Readonly<Record<string, Mistake>>,
  load: () => Promise<Simulation>,
): Promise<void> {
  const [name = "", most = "0"] = process.argv.slice(2);
  const mistake = mistakes[name];
  if (mistake === undefined) throw new Error(`no mistake ${name}`);
  edit(mistake.edits);
  const simulate = await load();
  for (const seed of seedsFrom(mistake.foundBy, Number(most))) {
    const [problem] = (await simulate(seed)).problems;
    if (problem === undefined) continue;
    console.log(`${seed} ${problem.split("\n")[0]}`);
    break;
  }
}

/**
 * Each mistake in a process of its own.
 * @param script calls `printFind`
 * @param most so many runs at most for each mistake
 * @returns the names of those that are not found
 */
export async function unfound(
  script: string,
  mistakes: Readonly<Record<string, Mistake>>,
  most: number,
): Promise<string[]> {
  const left = Object.entries(mistakes);
  const missed: string[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, { foundBy }] = next;
      const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", script, name, String(most)]);
      // A slip of the edit itself is no find.
      const [, seed] = /^(\d+) (?!\w*(?:Reference|Syntax|Type)Error)/.exec(stdout) ?? [];
      if (seed === undefined) missed.push(name);
      else if (Number(seed) !== foundBy) process.stdout.write(`foundBy of "${name}" is ${seed} now\n`);
    }
  };
  await inParallel(
    Array.from({ length: AT_ONCE }, () => lane),
    (work) => work(),
  );
  return missed;
}
