import { isObject, type Json } from "../../scim/json.ts";
import { RULE_VALUES, type Rules } from "../../store/rules.ts";

export type RuleName = keyof Rules;

/** A deployment's settings of its portal. */
export interface PortalSettings {
  /** Origins of pages that may embed the component: `https://app.example.com`. */
  readonly origins: readonly string[];
  /** Rules that every org may change itself. */
  readonly rules: readonly RuleName[];
}

export function isRuleName(text: unknown): text is RuleName {
  return typeof text === "string" && Object.hasOwn(RULE_VALUES, text);
}

/** Rules that an operator may change for every org. */
export const EVERY_RULE: readonly RuleName[] = Object.keys(RULE_VALUES).filter(isRuleName);

/** Whether a text is an origin in a browser's spelling, so that the two can be compared. */
export function isOrigin(text: unknown): text is string {
  if (typeof text !== "string") return false;
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

/**
 * Reads the stack's setting: JSON of `PortalSettings`.
 * @throws Error for any other text
 */
export function readPortalSettings(text: string): PortalSettings {
  const json: Json = JSON.parse(text);
  if (isObject(json)) {
    const { origins, rules } = json;
    if (Array.isArray(origins) && origins.every(isOrigin) && Array.isArray(rules) && rules.every(isRuleName)) {
      return { origins, rules };
    }
  }
  throw new Error(
    'settings of the portal are JSON such as {"origins":["https://app.example.com"],"rules":["unknownMembers"]}',
  );
}
