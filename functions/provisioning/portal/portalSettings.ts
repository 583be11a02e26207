import { isObject, type Json } from "../../scim/json.ts";
import { RULE_VALUES, type Rules } from "../../store/rules.ts";

export type RuleName = keyof Rules;

/** What the deployment says of its portal. */
export interface PortalSettings {
  /** Of pages that may embed the component: `https://app.example.com`. */
  readonly origins: readonly string[];
  /** That the operator lets every org change itself. */
  readonly rules: readonly RuleName[];
}

export function isRuleName(text: unknown): text is RuleName {
  return typeof text === "string" && Object.hasOwn(RULE_VALUES, text);
}

/** What an operator may change of every org. */
export const EVERY_RULE: readonly RuleName[] = Object.keys(RULE_VALUES).filter(isRuleName);

/** As a browser writes an origin, so that it can be compared with one. */
export function isOrigin(text: unknown): text is string {
  if (typeof text !== "string") return false;
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

/**
 * Reads what the stack sets: JSON of `PortalSettings`.
 * @throws Error for anything else
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
