import { describe, expect, test } from "@jest/globals";
import { numberedRemedies, OPERATORS_WORDS, portalRemedies } from "../../bin/generate/portalRemedies.ts";
import { DETAIL_CODES, isOperatorCode, OAUTH_CODES, textOf } from "../../bin/rollcall/errors/errors.ts";
import { QUIRKS } from "../../bin/rollcall/log/quirks.ts";
import { RULE_NAMES } from "../../functions/provisioning/orgSettings.ts";
import germanTexts from "../../lib/portal/texts/de/remedies.json" with { type: "json" };
import { de as germanPages } from "../../lib/portal/texts/de.ts";

const tables = portalRemedies();
const { numbered, en, de } = numberedRemedies(tables);
Object.assign(globalThis, { PORTAL_REMEDIES: numbered, PORTAL_REMEDIES_EN: JSON.stringify(en) });
const { catalogueOf } = await import("../../lib/portal/app/remedies.ts");
const { portalRemedy, quirkText } = catalogueOf();
const inGerman = catalogueOf(de);
/** What stays as it is in another language: text in quotes, attributes, paths, methods, numbers. */
const NAMED = /"[^"]*"|\/[A-Z]\w+|\b[a-z]+[A-Z]\w*\b|\b[A-Z]{3,}\b|\b\d[\d.]*\d?\b|\w+\[.*?\](?:\.\w+)*/g;

const remedies = Object.keys(tables.remedies).flatMap((code) => {
  const remedy = portalRemedy(code);
  return remedy === undefined ? [] : [[code, remedy] as const];
});
/** What reaches the customer's administrator of each. */
const texts = remedies.flatMap(([code, { title, happened, entra, okta, elsewhere }]) =>
  Object.entries({ title, happened, entra, okta, elsewhere }).map(([part, text]) => ({ code, part, text })),
);

describe("what the portal says of refusals", () => {
  test("covers every code that an identity provider can cause, and members who were left out", () => {
    const codes = [...DETAIL_CODES.filter((code) => !isOperatorCode(code)), ...OAUTH_CODES, "skippedMembers"];
    expect(Object.keys(tables.remedies).sort()).toEqual(codes.sort());
    expect(Object.keys(tables.quirks)).toEqual(Object.keys(QUIRKS));
    expect([portalRemedy("toString"), quirkText("toString"), portalRemedy("of.tomorrow")]).toEqual(
      Array(3).fill(undefined),
    );
    expect(quirkText("stringBoolean:active")).toContain("true or false");
  });

  test("never says to change nothing where the error says what to change", () => {
    const idle = DETAIL_CODES.filter((code) => {
      const isAskedFor = /Entra ID|Correct the|Remove the/.test(textOf(code, () => ""));
      return isAskedFor && portalRemedy(code)?.entra.startsWith("Change nothing in the console");
    });
    expect(idle).toEqual([]);
  });

  test("does not begin with the name of the console, which stands before it", () => {
    const doubled = texts.filter(({ part, text }) => /^(?:Entra ID|Okta)\b/.test(text) && /entra|okta/.test(part));
    expect(doubled).toEqual([]);
  });

  test("has no empty text, and no command, log or table of the operator's", () => {
    const others = [tables.again, tables.quirks].flatMap((table) =>
      Object.entries(table).map(([code, text]) => ({ code, part: "text", text })),
    );
    const wrong = [...texts, ...others].filter(
      ({ text }) => text.trim() === "" || OPERATORS_WORDS.test(text) || /\bORG\b|--|Rollcall|npm |›\s*,/.test(text),
    );
    expect(wrong).toEqual([]);
  });

  test("sends nobody to the provider because of the operator of a filter", () => {
    const wrong = texts.filter(
      ({ code, text }) => code.includes("filter") && text.includes("provider of your product"),
    );
    expect(wrong).toEqual([]);
  });

  test("has titles that fit a line of a list", () => {
    expect(remedies.filter(([, { title }]) => title.length > 90 || title.endsWith("."))).toEqual([]);
  });

  test("is all in German too, with the same attributes, numbers and examples", () => {
    const both = en.map((text, number) => [text, de[number] ?? ""] as const);
    expect(both.filter(([text, german]) => german === text || german.trim() === "")).toEqual([]);
    expect(Object.keys(germanTexts).filter((text) => !en.includes(text))).toEqual([]);
    const named = both.map((pair) => pair.map((text) => [...text.matchAll(NAMED)].map(String).sort().join(" ")));
    expect(named.filter(([text, german]) => text !== german)).toEqual([]);
    const shown = Object.keys(tables.remedies).map((code) => inGerman.portalRemedy(code));
    expect(shown.filter((remedy) => !/^.{1,89}[^.]$/u.test(remedy?.title ?? ""))).toEqual([]);
    expect(shown.filter((remedy) => remedy === undefined || !de.includes(inGerman.againText(remedy)))).toEqual([]);
  });

  test("calls rules, pages and buttons in German as the pages do", () => {
    const rules = Object.values(germanPages.settings.rules).map(({ title }) => `„${title}“`);
    const { rotate, regenerate, createSecret } = germanPages.credentials;
    const found = (within: RegExp) => de.flatMap((text) => [...text.matchAll(within)].flatMap(([, said = ""]) => said));
    const settings = found(/Einstellungen › (.+?), oder fragen/g).flatMap((said) => said.split(/, (?=„)/));
    expect(settings.length).toBeGreaterThan(8);
    expect(settings.filter((said) => !rules.includes(said))).toEqual([]);
    const buttons = found(/Zugangsdaten › (.+?)(?= erstellt| zeigt|\)|\.)/g);
    expect(new Set(buttons)).toEqual(new Set([rotate, regenerate, createSecret]));
    const { credentials, settings: rulesPage, people } = germanPages.nav;
    expect([credentials, rulesPage, people]).toEqual(["Zugangsdaten", "Einstellungen", "Personen"]);
  });

  test("names rules that there are", () => {
    const named = remedies.flatMap(([, { rule }]) => rule ?? []);
    expect(named.filter((rule) => !RULE_NAMES.includes(rule))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(8);
  });
});
