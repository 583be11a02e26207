import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inParallel } from "../../functions/store/database.ts";
import { type Edit, edit } from "../drills/edited.ts";

/** A possible mistake in the code, and the last seed that found it. */
export interface Mistake {
  /** The search begins with this seed. If that run finds nothing in changed code, it tries all seeds from 1. */
  readonly foundBy: number;
  readonly edits: readonly Edit[];
}

type Simulation = (seed: number) => Promise<{ readonly problems: readonly string[] }>;

const AT_ONCE = 2;

/** The last successful seed, then all from 1. */
export function* seedsFrom(foundBy: number, most: number): Generator<number> {
  yield foundBy;
  for (let seed = 1; seed <= most; seed += 1) yield seed;
}

/**
 * Loads the code with the mistake that the command line names (`NAME MOST`), and runs the simulation until it is found. Prints
 * `SEED PROBLEM`, or nothing after `MOST` runs.
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
 * Tries each mistake in its own process.
 * @param script calls `printFind`
 * @param most runs for each mistake
 * @returns the names of unfound mistakes
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
      // A mistake in the edit itself does not count.
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
