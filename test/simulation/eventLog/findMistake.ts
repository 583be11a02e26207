import { printFinds } from "../findMistakes.ts";
import { MISTAKES } from "./mistakes.ts";

await printFinds(MISTAKES, "test/simulation/eventLog/simulateLog.ts", "simulateLog");
