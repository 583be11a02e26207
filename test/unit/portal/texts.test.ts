import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { chooseLanguage, mergeTexts } from "../../../lib/portal/app/languages.ts";
import { wordingOf } from "../../../lib/portal/app/wording.ts";
import { de } from "../../../lib/portal/texts/de.ts";
import { en } from "../../../lib/portal/texts/en.ts";

describe("texts", () => {
  test("German says what English says, with the same placeholders", () => {
    const english = new Map(leaves(en));
    const german = new Map(leaves(de));
    expect([...german.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of english) {
      expect({ path, names: placeholders(german.get(path) ?? "") }).toEqual({ path, names: placeholders(text) });
      expect({ path, text: german.get(path)?.trim() }).not.toEqual({ path, text: "" });
    }
  });

  test("have a reason for every state in which credentials are refused", () => {
    const sources = ["changeOrg", "tokens", "clientSecrets"].map((name) =>
      readFileSync(new URL(`../../../functions/provisioning/${name}.ts`, import.meta.url), "utf8"),
    );
    const thrown = sources.flatMap((text) => [...text.matchAll(/\.conflict\("(\w+)"/g)].map(([, code]) => code));
    // The rules that forbid a kind of credentials name their refusal themselves.
    const codes = [...thrown, "bearerTokens", "clientSecrets"].map((code) => `conflict.${code}`);
    expect(Object.keys(en.credentials.reasons).sort()).toEqual([...new Set(codes)].sort());
  });

  test("a host's own words stand in the place of ours, and what is none of our texts is left out", () => {
    const own = { redeem: { title: "Come in" }, nobody: { knows: "this" } };
    const merged = mergeTexts(en, own);
    expect(merged.redeem).toEqual({ ...en.redeem, title: "Come in" });
    expect(Object.keys(merged)).toEqual(Object.keys(en));
    expect(mergeTexts(en, { redeem: "nonsense" } as never)).toEqual(en);
  });

  test("the language is the first one wanted that there are texts in", () => {
    expect(chooseLanguage(["", "fr-CA", "de-AT", "en"])).toBe("de");
    expect(chooseLanguage(["EN-gb", "de"])).toBe("en");
    expect(chooseLanguage([])).toBe("en");
  });
});

describe("wording", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

  test("says how long ago in the largest whole unit, and how soon", () => {
    const { relative } = wordingOf("en");
    const said = [0, 3, 59, 60, 3599, 7200, 86_400 * 6, 86_400 * 13, 86_400 * 40, -86_400 * 400].map((seconds) =>
      relative(ago(seconds), now),
    );
    expect(said).toEqual([
      "0 seconds ago",
      "3 seconds ago",
      "59 seconds ago",
      "1 minute ago",
      "59 minutes ago",
      "2 hours ago",
      "6 days ago",
      "1 week ago",
      "1 month ago",
      "in 1 year",
    ]);
    expect(wordingOf("de").relative(ago(3), now)).toBe("vor 3 Sekunden");
  });

  test("a time of day says its time zone", () => {
    for (const lang of ["en", "de"])
      expect(wordingOf(lang).dateTime("2026-01-02T03:04:05Z")).toMatch(/ [A-Z]{2,5}\S*$/);
  });

  test("counts and fills as the language does, and leaves a placeholder without a value", () => {
    const text = { one: "{n} user of {org}", other: "{n} users of {org}" };
    expect(wordingOf("en").counted(1, text, { org: "acme" })).toBe("1 user of acme");
    expect(wordingOf("de").counted(12_000, text, { org: "acme" })).toBe("12.000 users of acme");
    expect(wordingOf("en").fill("{a} {b} {constructor}", { a: "x" })).toBe("x {b} {constructor}");
  });
});

function leaves(tree: object, above = ""): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "string" ? [[`${above}${name}`, value] as const] : leaves(value, `${above}${name}.`),
  ) as [string, string][];
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();
}
