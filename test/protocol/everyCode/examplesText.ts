import type { Example } from "../../../bin/rollcall/errors/errors.ts";
import { exampleOf } from "./example.ts";
import { ANYBODY, API_GATEWAY_TYPES, LOCAL_REFUSALS, refusedByApiGateway, refusedLocally } from "./gatewayCodes.ts";
import { FUNCTION_CODES, provoke } from "./provoke.ts";

/** Sends the example of every code, and keeps what was sent and what came back. @returns examples.json */
export async function examplesText(): Promise<string> {
  const examples: Record<string, Example> = {};
  for (const code of FUNCTION_CODES) {
    const provoked = await provoke(code);
    if (provoked !== undefined) examples[code] = exampleOf(provoked, provoked.setup.org, provoked.rules);
  }
  for (const refusal of LOCAL_REFUSALS) {
    examples[`gateway.${refusal}`] = exampleOf(await refusedLocally(refusal), ANYBODY, undefined);
  }
  for (const type of API_GATEWAY_TYPES) {
    examples[`gateway.${type}`] = exampleOf(refusedByApiGateway(type), ANYBODY, undefined);
  }
  return `${JSON.stringify(examples, undefined, 2)}\n`;
}
