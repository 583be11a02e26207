import { printFinds } from "../findMistakes.ts";
import { WEBHOOK_MISTAKES } from "./mistakes.ts";

await printFinds(WEBHOOK_MISTAKES, "test/simulation/webhooks/simulateWebhooks.ts", "simulateWebhooks");
