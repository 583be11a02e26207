import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { amountOf, SEED } from "../../support/proof.ts";
import { unfound } from "../findMistakes.ts";
import { WEBHOOK_MISTAKES } from "./mistakes.ts";
import { simulateWebhooks } from "./simulateWebhooks.ts";

const RUNS = amountOf("webhookSimulation");
const FOUND_WITHIN = amountOf("webhookMistakesFoundWithin");
const SCRIPT = fileURLToPath(new URL("./findMistake.ts", import.meta.url));

test(`whatever comes between, each message arrives, is given up, or its endpoint is no more: ${RUNS} runs from seed ${SEED}`, async () => {
  let [messages, attempts] = [0, 0];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const outcome = await simulateWebhooks(seed);
    if (outcome.problems.length > 0) throw new Error(`seed ${seed}: ${outcome.problems.join("\n")}`);
    messages += outcome.messages;
    attempts += outcome.attempts;
  }
  expect(messages).toBeGreaterThan(5 * RUNS);
  expect(attempts).toBeGreaterThan(messages);
}, 600_000);

test("the same seed is the same run of webhooks", async () => {
  for (let seed = 1; seed < 6; seed += 1) expect(await simulateWebhooks(seed)).toEqual(await simulateWebhooks(seed));
});

test(`the simulation finds each of the ${Object.keys(WEBHOOK_MISTAKES).length} deliberate mistakes of webhooks`, async () => {
  expect(await unfound(SCRIPT, WEBHOOK_MISTAKES, FOUND_WITHIN)).toEqual([]);
}, 600_000);
