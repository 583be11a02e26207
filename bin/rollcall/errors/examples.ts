import { readFileSync } from "node:fs";

/** A request that is refused, and what it gets. Made by running it: `npm run generate` writes them, a test holds them. */
export interface Example {
  /** The rules of the organization, where they are not those of a new one. */
  readonly under?: string;
  /** Method and address, what is out of the ordinary of its headers, and the body; of what is long, the beginning. */
  readonly request: string;
  /** Status and body. */
  readonly answer: string;
}

export const EXAMPLES_FILE = "bin/rollcall/errors/examples.json";

/** By detail code; none for one that no request can cause. */
export function readExamples(): Readonly<Record<string, Example>> {
  return JSON.parse(readFileSync(new URL("examples.json", import.meta.url), "utf8"));
}
