import { printFind } from "../findMistakes.ts";
import { WEBHOOK_MISTAKES } from "./mistakes.ts";

await printFind(WEBHOOK_MISTAKES, async () => (await import("./simulateWebhooks.ts")).simulateWebhooks);
