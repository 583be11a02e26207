import { describe, expect, test } from "@jest/globals";
import { OPERATORS_WORDS } from "../../bin/generate/portalRemedies.ts";
import { DETAIL_CODES, isOperatorCode, OAUTH_CODES } from "../../bin/rollcall/errors/errors.ts";
import { QUIRKS } from "../../bin/rollcall/log/quirks.ts";
import { RULE_NAMES } from "../../functions/provisioning/orgSettings.ts";
import { RULE_VALUES } from "../../functions/store/rules.ts";
import { portalRemedy, quirkText } from "../../lib/portal/app/remedies.ts";
import { AGAIN_TEXTS, QUIRK_TEXTS, REMEDIES } from "../../lib/portal/generated/remedies.ts";

const remedies = Object.keys(REMEDIES).flatMap((code) => {
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
    expect(Object.keys(REMEDIES).sort()).toEqual(codes.sort());
    expect(Object.keys(QUIRK_TEXTS)).toEqual(Object.keys(QUIRKS));
    expect([portalRemedy("toString"), quirkText("toString"), portalRemedy("of.tomorrow")]).toEqual(
      Array(3).fill(undefined),
    );
    expect(quirkText("stringBoolean:active")).toContain("true or false");
  });

  test("has no empty text, and no command, log or table of the operator's", () => {
    const others = [AGAIN_TEXTS, QUIRK_TEXTS].flatMap((table) =>
      Object.entries(table).map(([code, text]) => ({ code, part: "text", text })),
    );
    const wrong = [...texts, ...others].filter(
      ({ text }) => text.trim() === "" || OPERATORS_WORDS.test(text) || /\bORG\b|--|Rollcall|npm |›\s*,/.test(text),
    );
    expect(wrong).toEqual([]);
  });

  test("has titles that fit a line of a list", () => {
    expect(remedies.filter(([, { title }]) => title.length > 90 || title.endsWith("."))).toEqual([]);
  });

  test("names rules that there are, with values that they take", () => {
    const named = remedies.flatMap(([, { rule, changes = [] }]) =>
      [rule ?? [], ...changes.map((one) => one.rule)].flat(),
    );
    expect(named.filter((rule) => !RULE_NAMES.includes(rule))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(8);
    const changes = remedies.flatMap(([, remedy]) => remedy.changes ?? []);
    const impossible = changes.filter(({ rule, value }) => {
      const values: unknown = Object.entries(RULE_VALUES).find(([name]) => name === rule)?.[1];
      return Array.isArray(values) ? !values.map(String).includes(value) : value !== "N";
    });
    expect(impossible).toEqual([]);
    expect(portalRemedy("mutability.userName")?.changes).toEqual([{ rule: "userNameMutability", value: "readWrite" }]);
  });
});
