import { text as readAll } from "node:stream/consumers";
import type { Command, Invocation } from "./command.ts";
import { EXPLAIN_SINCE, type Explanation, explainText } from "./log/explainText.ts";
import type { Section } from "./log/explanationInWords.ts";
import { text, textOption } from "./options.ts";
import { openLog } from "./reach.ts";

export const explainCommand: Command = {
  name: "explain",
  arguments: ["[REFERENCE]"],
  summary:
    "explain what happened to a request, and what to do. REFERENCE is its reference, or the whole error as you pasted it; without REFERENCE, or with -, explain reads the error from standard input",
  options: { since: text("TIME", "how far back to look, e.g. 12h or 30d (default 14d)") },
  run: explain,
};

/** @returns 1 where any reference was not found */
async function explain({ arguments: words, connect, options, json, place, terminal }: Invocation): Promise<number> {
  const text = await pasted(words[0] ?? "", terminal.err);
  const since = textOption(options, "since") ?? EXPLAIN_SINCE;
  const open = () => openLog(place, terminal.err);
  const { found, missing, rest, several } = await explainText({ place, connect, open }, text, since);
  if (json) terminal.out(JSON.stringify(several ? found : found[0], undefined, 2));
  else {
    // Loads an example of every refusal, which no other command needs.
    const { sectionsOf } = await import("./log/explanationInWords.ts");
    terminal.out(found.map((one) => inWords(one, sectionsOf(one, place))).join("\n\n\n"));
  }
  for (const sentence of missing) terminal.err(sentence);
  if (rest.length > 0) terminal.err(`The text has more references; explain these separately: ${rest.join(", ")}`);
  return missing.length === 0 ? 0 : 1;
}

function inWords({ reference }: Explanation, sections: readonly Section[]): string {
  const parts = sections.flatMap(({ title, lines }) => ["", title, ...lines.map((line) => `  ${line}`)]);
  return [`Reference ${reference}`, ...parts].join("\n");
}

/** A text of several lines with quotes is easier to give on standard input. */
async function pasted(word: string, say: (text: string) => void): Promise<string> {
  if (word !== "" && word !== "-") return word;
  if (process.stdin.isTTY) say("Paste the error, then press Enter and Ctrl-D.");
  return readAll(process.stdin);
}
