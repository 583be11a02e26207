import { printFind } from "../findMistakes.ts";
import { MISTAKES } from "./mistakes.ts";

await printFind(MISTAKES, async () => (await import("./simulateLog.ts")).simulateLog);
