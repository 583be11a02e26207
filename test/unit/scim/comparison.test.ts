import { describe, expect, test } from "@jest/globals";
import {
  emailKey,
  foldCase,
  mapUserName,
  nameKey,
  namePrefix,
  userNameKey,
  userNamePrefix,
} from "../../../functions/scim/paths.ts";
import { refusal } from "../../support/scimTypes.ts";

describe("userNames are equal under the mapping of RFC 8265", () => {
  test.each([
    ["case", "Bob@X.com", "bob@x.COM"],
    ["fullwidth letters", "ＢＯＢ", "bob"],
    ["composed and decomposed", "Ren\u00e9", "RENE\u0301"],
    ["the ideographic space", "a\u3000b", "a b"],
    ["halfwidth katakana with its voicing mark", "\uff76\uff9e", "\u30ac"],
    ["as many composed marks as a name can have, and their parts", "\u0dde".repeat(300), "\u0dd9\u0ddf".repeat(300)],
    ["three marks in one", "\u0ddd".repeat(300), "\u0dd9\u0dcf\u0dca".repeat(300)],
    ["halfwidth Hangul", "\uffa1\uffc2", "\u3131\u314f"],
    ["the fullwidth macron", "\uffe3", "\u00af"],
    ["the fullwidth won sign", "\uffe6", "\u20a9"],
    ["final sigma", "ΟΔΟΣ", "οδοσ"],
    ["the kelvin sign", "\u212a", "k"],
    ["final sigma inside, and before what is no letter", "ΣΑΣ.Σ ΌΣ1", "σας.ς όσ1"],
    ["Cherokee letters, whose small ones came later", "\u13a0\u13f0", "\uab70\u13f8"],
    ["the capital sharp s", "STRA\u1e9eE", "straße"],
    ["marks in another order", "a\u0323\u0307", "a\u0307\u0323"],
    ["a mark behind a fullwidth letter", "\uff25\u0301", "é"],
    ["Deseret, beyond the first plane", "\u{10400}", "\u{10428}"],
    ["the capital dotted i, which decomposes when it becomes small", "\u0130", "i\u0307"],
  ])("%s", (_name, left, right) => {
    expect(userNameKey(left)).toBe(userNameKey(right));
  });

  test.each([
    ["blanks around", " bob", "bob"],
    ["sharp s", "straße@x", "strasse@x"],
    ["a ligature", "\ufb01", "fi"],
    ["the Dutch digraph", "\u0133", "ij"],
    ["the dotless i", "\u0131", "i"],
    ["the capital dotted i", "\u0130", "i"],
    ["superscripts", "x\u00b2", "x2"],
    ["an accent", "é", "e"],
    ["letters that look alike", "\u0430", "a"],
  ])("but not by %s", (_name, left, right) => {
    expect(userNameKey(left)).not.toBe(userNameKey(right));
  });

  test("lower case does not depend on a locale: the I of a Turk is an i", () => {
    expect(userNameKey("IDA")).toBe("ida");
    expect(userNameKey("IDA")).not.toBe("IDA".toLocaleLowerCase("tr"));
    expect(userNameKey("I\u0307")).toBe("i\u0307");
  });

  test("the key of each letter there is, and of it with a mark behind it, is its own key and that of all its forms", () => {
    let letters = 0;
    for (let code = 0; code <= 0x10_ff_ff; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const letter = String.fromCodePoint(code);
      if (!/[\p{L}\p{M}\p{N}]/u.test(letter)) continue;
      letters += 1;
      for (const text of [letter, `${letter}\u0307`]) {
        const key = mapUserName(text);
        const forms = [key, text.normalize("NFC"), text.normalize("NFD"), text.toLowerCase()];
        const strange = forms.filter((form) => mapUserName(form) !== key);
        if (strange.length > 0) throw new Error(`U+${code.toString(16)}: ${JSON.stringify([text, key, strange])}`);
      }
    }
    expect(letters).toBeGreaterThan(130_000);
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

  test("a prefix is one of the keys of what begins so, and none can begin with more than a key holds", () => {
    expect(userNamePrefix("ＢＯ")).toBe("bo");
    expect(userNameKey(" Bob").startsWith(String(userNamePrefix(" ")))).toBe(true);
    expect(namePrefix("CRÈ")).toBe(nameKey("Crème").slice(0, 3));
    for (const prefix of [userNamePrefix, namePrefix]) {
      expect(prefix("x".repeat(900))).toHaveLength(900);
      expect(prefix("é".repeat(451))).toBeUndefined();
    }
  });

  test("a name's key is bounded", () => {
    expect(refusal(() => nameKey("é".repeat(451)))).toBe("400 invalidValue");
  });
});
