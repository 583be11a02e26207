import { edit } from "../../drills/edited.ts";
import { WEBHOOK_MISTAKES } from "./mistakes.ts";

/** As that of the event log: `node findMistake.ts NAME MOST` prints `SEED PROBLEM`, or nothing after so many runs. */
const [name = "", most = "0"] = process.argv.slice(2);
const edits = WEBHOOK_MISTAKES[name];
if (edits === undefined) throw new Error(`no mistake ${name}`);
edit(edits);
const { simulateWebhooks } = await import("./simulateWebhooks.ts");
for (let seed = 1; seed <= Number(most); seed += 1) {
  const [problem] = (await simulateWebhooks(seed)).problems;
  if (problem === undefined) continue;
  console.log(`${seed} ${problem.split("\n")[0]}`);
  break;
}
