import { edit } from "../../drills/edited.ts";
import { MISTAKES } from "./mistakes.ts";

/**
 * `node findMistake.ts NAME MOST`: loads the code as if somebody had made the mistake, and runs the simulation until it is
 * found. Prints `SEED PROBLEM`, or nothing after so many runs.
 */
const [name = "", most = "0"] = process.argv.slice(2);
const edits = MISTAKES[name];
if (edits === undefined) throw new Error(`no mistake ${name}`);
edit(edits);
const { simulateLog } = await import("./simulateLog.ts");
for (let seed = 1; seed <= Number(most); seed += 1) {
  const [problem] = (await simulateLog(seed)).problems;
  if (problem === undefined) continue;
  console.log(`${seed} ${problem.split("\n")[0]}`);
  break;
}
