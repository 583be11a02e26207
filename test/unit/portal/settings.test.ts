import { expect, test } from "@jest/globals";
import { RULE_VALUES } from "../../../functions/store/rules.ts";
import { errorWords, PortalError, readPortalError } from "../../../lib/portal/app/portalError.ts";
import { wordingOf } from "../../../lib/portal/app/wording.ts";
import {
  endingTokens,
  isUsedLately,
  replacedTokens,
  type TokenLine,
} from "../../../lib/portal/pages/credentials/credentialWords.ts";
import { effectOf, presetValue, RULE_KEYS, readWhole } from "../../../lib/portal/pages/settings/ruleWords.ts";
import { de } from "../../../lib/portal/texts/de.ts";
import { en } from "../../../lib/portal/texts/en.ts";

test.each(["en", "de"] as const)("%s says of every rule what each of its values means", (lang) => {
  const { rules } = { en, de }[lang].settings;
  for (const rule of RULE_KEYS) {
    const values = RULE_VALUES[rule];
    const all = "least" in values ? [values.least, values.most] : values;
    const words = all.map((value) => effectOf(rules, wordingOf(lang), rule, value));
    for (const [index, text] of words.entries()) {
      expect(text).toMatch(/\.$/);
      expect(text).not.toBe(`${all[index]}`);
    }
    expect(new Set(words).size).toBe(all.length);
  }
  expect(effectOf(rules, wordingOf(lang), "teamNameMaxLength", 100)).toContain("100");
});

test("what is typed for a number is taken within its bounds, and a preset's value is known", () => {
  const bounds = { least: 1, most: 256 };
  expect(["40", " 256 ", "0", "257", "4.5", "-1", "", "1e2"].map((text) => readWhole(text, bounds))).toEqual([
    40,
    256,
    ...Array(6).fill(null),
  ]);
  expect([presetValue("rfc", "unknownMembers"), presetValue("constructor", "unknownMembers")]).toEqual([
    "refuse",
    undefined,
  ]);
});

const token = (id: string, wishes: Partial<TokenLine> = {}): TokenLine => ({
  id,
  description: "",
  status: "live",
  createdAt: "2026-03-01T00:00:00.000Z",
  createdBy: "u",
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  boundTo: null,
  retiredBy: null,
  ...wishes,
});

test("tokens that are being replaced: those that end with another's first use, and where one may live, the earlier", () => {
  const tokens = [token("c"), token("b", { retiredBy: "c" }), token("a"), token("x", { status: "revoked" })];
  expect([...endingTokens(tokens, false)]).toEqual(["b"]);
  expect([...endingTokens(tokens, true)]).toEqual(["b", "a"]);
});

test("a token in whose place a later one is in use may end: not while it is used itself, or the later one is not", () => {
  const [early, late] = ["2026-03-01T10:00:00.000Z", "2026-03-01T11:00:00.000Z"];
  const replaced = (newer: string | null, older: string | null) => [
    ...replacedTokens([token("new", { lastUsedAt: newer }), token("old", { lastUsedAt: older })]),
  ];
  expect([replaced(late, early), replaced(late, null)]).toEqual([["old"], ["old"]]);
  expect([replaced(early, late), replaced(null, early), replaced(null, null)]).toEqual([[], [], []]);
});

test("a token that was marked as used within two hours may be in use", () => {
  const now = Date.parse("2026-03-01T12:00:00.000Z");
  const used = (lastUsedAt: string | null) => isUsedLately(token("a", { lastUsedAt }), now);
  expect([used("2026-03-01T10:30:00.000Z"), used("2026-03-01T09:59:00.000Z"), used(null)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("an expected refusal is said in the reader's language, by our name of its reason", () => {
  const body = { status: "409", detail: "Use rotate. (ref: abc)", code: "conflict.tokenLives", values: [] };
  const error = readPortalError(409, JSON.stringify(body));
  expect(error).toMatchObject({ code: "conflict.tokenLives", reference: "abc" });
  const words = (one: PortalError) => errorWords(one, de, wordingOf("de"));
  const title = de.errors.refused;
  expect(words(error)).toEqual({ title, text: de.credentials.reasons["conflict.tokenLives"] });
  const other = new PortalError(409, "constructor", "As it is.", null);
  expect(words(other)).toEqual({ title, text: "As it is.", lang: "en" });
});
