import type { Invocation } from "../../bin/rollcall/command.ts";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { UsageError } from "../../bin/rollcall/refused.ts";
import { run } from "../../bin/rollcall/run.ts";

/** Commands that look at their options themselves before they ask the admin API, and do nothing else until it answered. */
const ASKING = [
  "access",
  "adopt",
  "app-key",
  "client",
  "doctor",
  "erase",
  "events",
  "fsck",
  "history",
  "link",
  "mappings",
  "org",
  "portal",
  "role",
  "team",
  "teams",
  "token",
  "unlink",
  "users",
  "webhook",
];

/** What the command line says against the words after `rollcall`; empty when it would run them. */
export async function refusalOf(words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const understood = COMMANDS.map((command) => ({
    ...command,
    run: async (invocation: Invocation) => {
      const isWhole = !words.includes("…");
      if (!ASKING.includes(words[0] ?? "") || !isWhole || words.some((word) => word.endsWith("-file"))) return 0;
      try {
        await command.run(invocation);
      } catch (error) {
        if (error instanceof UsageError) throw error;
      }
      return 0;
    },
  }));
  const code = await run(understood, words, {
    env: { AWS_REGION: "eu-central-1" },
    terminal: { out: () => undefined, err: (text) => said.push(text) },
    reach: () => Promise.reject(new Error("nobody is asked")),
  });
  return code === 0 ? "" : said.join(" ");
}
