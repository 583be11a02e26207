import { readFileSync } from "node:fs";
import type { Example } from "../rollcall/errors/errors.ts";

export const EXAMPLES_FILE = "bin/rollcall/errors/examples.json";

/** As they are written now, by detail code; none for one that no request can cause. What runs imports the file. */
export function readExamples(): Readonly<Record<string, Example>> {
  return JSON.parse(readFileSync(new URL(`../../${EXAMPLES_FILE}`, import.meta.url), "utf8"));
}
