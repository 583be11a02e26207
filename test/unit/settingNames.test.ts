import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { CONTEXT_KEYS, KNOWN_KEYS } from "../../lib/config.ts";

const root = join(import.meta.dirname, "../..");
/** Of `cdk -c`, and of no deployment: which settings are read, and what is accepted once. */
const ONLY_TYPED = ["settings", "accept"];

interface Text {
  readonly file: string;
  readonly text: string;
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** What people read: documents as a whole, and the texts in the source of what prints or answers. */
function texts(): Text[] {
  const documents = ["README.md", ...filesIn("lib", ".md")].map((file) => ({
    file,
    text: readFileSync(join(root, file), "utf8"),
  }));
  const printed = ["bin", "functions", "lib"]
    .flatMap((folder) => filesIn(folder, ".ts"))
    .flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|'[^'\n]*'/g)].map(
        ([quoted]) => ({
          file,
          text: quoted.slice(1, -1),
        }),
      ),
    );
  return [...documents, ...printed];
}

function namesIn(text: string): string[] {
  const aboutSettings = text.split(/(?<=[.;:!?])\s/).filter((sentence) => sentence.includes("rollcall.json"));
  return [
    ...aboutSettings.flatMap((sentence) => [
      ...sentence.matchAll(/\b([a-z]+[A-Z]\w*)\b/g),
      ...sentence.matchAll(/\b(?:set|raise|lower|add|remove|option|setting)\s+[`"]*([a-z]\w*)\b/gi),
    ]),
    // As it is written into the file, and as one option among others.
    ...text.matchAll(/^"([a-z]\w*)": /g),
    ...text.matchAll(/\boptions? `([a-z]\w*)`|\bthe option ([a-z]\w*)/g),
  ].map(([, first, second]) => first ?? second ?? "");
}

describe("a setting that a text speaks of", () => {
  test("is one that rollcall.json takes", () => {
    const named = texts().flatMap(({ file, text }) => namesIn(text).map((name) => ({ file, name })));
    expect(new Set(named.map(({ name }) => name)).size).toBeGreaterThan(5);
    expect(named.filter(({ name }) => !KNOWN_KEYS.includes(name))).toEqual([]);
  });

  test("after -c is one that the command line takes", () => {
    const typed = texts().flatMap(({ file, text }) =>
      [...text.matchAll(/(?:^|[\s`])-c ([a-z]\w*)=/g)].map(([, name = ""]) => ({ file, name })),
    );
    expect(typed.length).toBeGreaterThan(2);
    const taken: readonly string[] = [...CONTEXT_KEYS, ...ONLY_TYPED];
    expect(typed.filter(({ name }) => !taken.includes(name))).toEqual([]);
  });

  test("has an example in lib/rollcall.example.json, and each setting has but the one that excludes others", () => {
    const example: object = JSON.parse(readFileSync(join(root, "lib/rollcall.example.json"), "utf8"));
    // Of a restored table, whose throughput is not the stack's to change: the runbook prints it.
    expect([...Object.keys(example), "tableStreamArn"].sort()).toEqual([...KNOWN_KEYS].sort());
  });
});
