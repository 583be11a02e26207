import { describe, expect, test } from "@jest/globals";
import { emailKey, foldCase, nameKey, userNameKey } from "../../../functions/scim/comparison.ts";
import { refusal } from "../../support/scimTypes.ts";

describe("userNames are equal under the mapping of RFC 8265", () => {
  test.each([
    ["case", "Bob@X.com", "bob@x.COM"],
    ["fullwidth letters", "ＢＯＢ", "bob"],
    ["composed and decomposed", "Ren\u00e9", "RENE\u0301"],
    ["the ideographic space", "a\u3000b", "a b"],
    ["halfwidth katakana with its voicing mark", "\uff76\uff9e", "\u30ac"],
    ["halfwidth Hangul", "\uffa1\uffc2", "\u3131\u314f"],
    ["the fullwidth macron", "\uffe3", "\u00af"],
    ["the fullwidth won sign", "\uffe6", "\u20a9"],
    ["final sigma", "ΟΔΟΣ", "οδοσ"],
    ["the kelvin sign", "\u212a", "k"],
  ])("%s", (_name, left, right) => {
    expect(userNameKey(left)).toBe(userNameKey(right));
  });

  test.each([
    ["blanks around", " bob", "bob"],
    ["sharp s", "straße@x", "strasse@x"],
    ["a ligature", "\ufb01", "fi"],
  ])("but not by %s", (_name, left, right) => {
    expect(userNameKey(left)).not.toBe(userNameKey(right));
  });

  test("lower case does not depend on a locale", () => {
    expect(userNameKey("IDA")).toBe("ida");
  });

  test.each([
    "",
    "   ",
    "\u3000",
    "\u200b\u00ad\u2060",
    "\u180e\ufe0f",
    "a\u0007b",
    "a\u0085b",
    "x".repeat(901),
    "ü".repeat(451),
  ])("%j is no userName", (text) => {
    expect(refusal(() => userNameKey(text))).toBe("400 invalidValue");
  });

  test("spaces and 900 bytes are possible", () => {
    expect(userNameKey("Anna B")).toBe("anna b");
    expect(userNameKey("x".repeat(900))).toHaveLength(900);
  });
});

describe("names and addresses", () => {
  test("are equal without case and composed", () => {
    expect(nameKey("ÉQUIPE")).toBe(nameKey("e\u0301quipe"));
    expect(emailKey("A@X.Com")).toBe("a@x.com");
    expect(foldCase("ＡＢＣ")).not.toBe("abc");
  });

  test("a name's key is bounded", () => {
    expect(refusal(() => nameKey("é".repeat(451)))).toBe("400 invalidValue");
  });
});
