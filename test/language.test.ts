import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

/** Lambda looks for the first in every entry, the portal for the second in every page. */
const EVERYWHERE = ["handler", "page"];

test("no exported name is declared twice: each has one meaning in all of functions, bin and lib", () => {
  const declared = new Map<string, string[]>();
  const files = filesOf("functions", "bin", "lib").filter((one) => /(?<!\.d)\.tsx?$/.test(one));
  // The client's types have the names of the published documents, for other programs; stand-ins of the package those of what
  // they stand in for.
  for (const file of files.filter((one) => !/^(?:lib\/client\/generated|bin\/package)\//.test(one))) {
    for (const name of exportedNames(readFileSync(file, "utf8")))
      declared.set(name, [...(declared.get(name) ?? []), file]);
  }
  expect(declared.size).toBeGreaterThan(500);
  const twice = [...declared].filter(([name, files]) => files.length > 1 && !EVERYWHERE.includes(name));
  expect(twice).toEqual([]);
});

/** What the house says no more, and in its place. Log fields, codes and what others call so keep their names. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bgladly\b/i, "leave it out"],
  [/\b(is|are|was|were) told\b(?! apart)/i, "say who does what: the client gets, the line says"],
  [/\bwhoever\b/i, "name who it is"],
  [/\bof before\b/i, "earlier"],
  [/\bfor ever\b(?! new)/i, "permanently, or without end"],
  [/\bgo(es)? on to \w/i, "then"],
  [/\bmend(ed|ing)?\b/i, "fix, repair"],
  [/\bretell/i, "publish again"],
  [/\bhopeless\b/i, "say what is wrong with it"],
  [/\bmanners\b/i, "say what is done"],
  [/\bestate\b/i, "org data"],
  [/\blosses\b/i, "removals"],
];

test("code and documents say what happens in the words of the glossary", () => {
  const found = filesOf("functions", "bin", "lib", "README.md")
    .filter((file) => /\.(tsx?|md)$/.test(file) && !file.includes("/generated/"))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line, index) =>
          WORDS.filter(([word]) => word.test(line)).map(
            ([, instead]) => `${file}:${index + 1} ${line.trim()} (${instead})`,
          ),
        ),
    );
  expect(found).toEqual([]);
});

/** Paths below the project: of a folder every file in it. */
function filesOf(...paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: "utf8" }).map((file) => join(path, file));
  });
}

function exportedNames(text: string): string[] {
  const declaration = /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type) (\w+)/gm;
  // An overloaded function is declared several times in one file.
  return [...new Set([...text.matchAll(declaration)].flatMap(([, name]) => name ?? []))];
}
