import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const threats = read("lib/docs/THREATS.md");
const rows = threats
  .split("\n")
  .filter((line) => /^\| (?!---|threat |attacker )/.test(line) && line.split("|").length === 5);

/** The tests that a row names: a file in backticks, then titles in quotes. */
function namedIn(row: string): [file: string, title: string][] {
  const [, , , cell = ""] = row.split("|");
  return [...cell.matchAll(/`([^`]+)`((?:[^"`]*"[^"]+")+)/g)].flatMap(([, file = "", titles = ""]) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]): [string, string] => [file, title]),
  );
}

describe("each threat is held by tests that exist", () => {
  test.each(rows.map((row) => [row.split("|")[1]?.trim() ?? "", row]))("%s", (_threat, row) => {
    const named = namedIn(row);
    expect(named.length).toBeGreaterThan(0);
    for (const [file, title] of named) {
      expect(`${file}: ${read(`test/${file}`).includes(title) ? "" : "no "}"${title}"`).toBe(`${file}: "${title}"`);
    }
  });

  test("and there are as many as one expects", () => {
    expect(rows.length).toBeGreaterThan(25);
  });
});
