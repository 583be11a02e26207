import { readFileSync } from "node:fs";
import type { Example } from "../rollcall/errors/errors.ts";

export const EXAMPLES_FILE = "bin/rollcall/errors/examples.json";

/** The examples as committed, by detail code; a code that no request can cause has none. */
export function readExamples(): Readonly<Record<string, Example>> {
  return JSON.parse(readFileSync(new URL(`../../${EXAMPLES_FILE}`, import.meta.url), "utf8"));
}
