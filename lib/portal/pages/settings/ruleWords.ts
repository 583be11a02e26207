import { PRESETS, RULE_VALUES, type Rules } from "../../../../functions/store/rules.ts";
import type { Wording } from "../../app/wording.ts";
import type { PortalTexts } from "../../texts/en.ts";

export type RuleKey = keyof Rules;
export type RuleValue = string | number | boolean;
type RuleTexts = PortalTexts["settings"]["rules"];

/** In the order of their declaration. */
export const RULE_KEYS = Object.keys(RULE_VALUES) as readonly RuleKey[];

/** A rule's possible values, or its range of whole numbers. */
export function ruleChoices(rule: RuleKey): readonly RuleValue[] | { readonly least: number; readonly most: number } {
  return RULE_VALUES[rule];
}

/** The preset's value; undefined for a preset that these pages do not know. */
export function presetValue(preset: string, rule: RuleKey): RuleValue | undefined {
  return new Map<string, Rules>(Object.entries(PRESETS)).get(preset)?.[rule];
}

/** A value's effect for the organization; without words, the value itself. */
export function effectOf(texts: RuleTexts, wording: Wording, rule: RuleKey, value: RuleValue): string {
  if (rule === "teamNameMaxLength") return wording.counted(Number(value), texts.teamNameMaxLength.length);
  return new Map<string, string>(Object.entries(texts[rule])).get(`${value}`) ?? `${value}`;
}

/** The typed number; null: not a valid value of the rule. */
export function readWhole(text: string, { least, most }: { readonly least: number; readonly most: number }) {
  const value = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : null;
  return value !== null && value >= least && value <= most ? value : null;
}
