import type { Json } from "../scim/json.ts";
import type { SingleSignOn } from "../store/records.ts";
import { isPreset, PRESETS, type Preset, RULE_VALUES, type Rules } from "../store/rules.ts";
import { RETENTION_DAYS } from "./events/logSettings.ts";
import { OperatorError } from "./operatorError.ts";

/** Checks of an org's settings. Each returns the checked value, or throws `ScimError 400 invalidValue` that names the setting. */

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names with a meaning in URLs of ours or of the application, and names that faulty programs produce, such as `undefined`. */
const RESERVED = new Set(
  (
    "admin administrator api app auth billing bulk default directory events false groups health help internal login logout me " +
    "metrics new null oauth operator org orgs ping public resourcetypes rollcall root saml schemas scim serviceproviderconfig " +
    "sping sso static status support system teams test tokens true undefined users v1 v2 www"
  ).split(" "),
);

/** Whether an org may have this login name. Other texts are never looked up. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

export function checkSlug(text: string): string {
  if (!SLUG.test(text)) {
    throw OperatorError.invalidValue("orgName");
  }
  if (RESERVED.has(text)) throw OperatorError.invalidValue("orgReserved", text);
  return text;
}

/** @param limit Unicode code points */
export function checkLine(name: string, text: string, limit: number): string {
  if (!text.isWellFormed() || /\p{Cc}/u.test(text) || [...text].length > limit) {
    throw OperatorError.invalidValue("line", name, limit);
  }
  return text;
}

export function checkWhole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw OperatorError.invalidValue("range", name, least, most);
}

/** @param most days for which the deployment keeps events @returns undefined: the deployment's number */
export function checkRetention(days: number | null, most: number): number | undefined {
  return days === null ? undefined : checkWhole("eventRetentionDays", days, RETENTION_DAYS.least, most);
}

export function checkDisplayName(text: string): string {
  if (text.trim() === "") throw OperatorError.invalidValue("displayNameEmpty");
  return checkLine("displayName", text, 200);
}

export function checkAdmins(ids: readonly string[]): readonly string[] {
  if (ids.length > 50) throw OperatorError.invalidValue("adminCount", 50);
  for (const id of ids) {
    if (id.trim() === "") throw OperatorError.invalidValue("adminEmpty");
    checkLine("An entry of admins", id, 128);
  }
  return [...new Set(ids)];
}

/** An empty object is allowed: the application states that SAML SSO is configured, and keeps the details itself. */
export function checkSingleSignOn(sso: SingleSignOn): SingleSignOn {
  if (sso.url !== undefined && !/^https?:$/.test(URL.parse(checkLine("sso.url", sso.url, 2048))?.protocol ?? "")) {
    throw OperatorError.invalidValue("ssoUrl");
  }
  if (sso.entityId?.trim() === "") throw OperatorError.invalidValue("ssoEntityId");
  // 1,024 characters: SAML core, section 8.3.6.
  if (sso.entityId !== undefined) checkLine("sso.entityId", sso.entityId, 1024);
  return {
    ...(sso.url === undefined ? {} : { url: sso.url }),
    ...(sso.entityId === undefined ? {} : { entityId: sso.entityId }),
  };
}

export function checkPreset(name: Json): Preset {
  if (isPreset(name)) return name;
  throw OperatorError.invalidValue("preset", Object.keys(PRESETS).join(", "));
}

export const RULE_NAMES: readonly string[] = Object.keys(RULE_VALUES);

function isRule(name: string): name is keyof Rules {
  return Object.hasOwn(RULE_VALUES, name);
}

function mayBe(rule: keyof Rules, value: Json): boolean {
  const values: readonly Json[] | { readonly least: number; readonly most: number } = RULE_VALUES[rule];
  if (!("least" in values)) return values.includes(value);
  return typeof value === "number" && Number.isInteger(value) && value >= values.least && value <= values.most;
}

function inWords(rule: keyof Rules): string {
  const values: readonly Json[] | { readonly least: number; readonly most: number } = RULE_VALUES[rule];
  return "least" in values ? `a whole number from ${values.least} to ${values.most}` : values.join(" or ");
}

/** `changed` with each rule in `wishes` set. A wish of null returns the rule to the preset. */
export function changeRules(changed: Partial<Rules>, wishes: Readonly<Record<string, Json>>): Partial<Rules> {
  const next: Record<string, Json> = { ...changed };
  for (const [name, value] of Object.entries(wishes)) {
    if (!isRule(name)) {
      throw OperatorError.invalidValue("rule", RULE_NAMES.join(", "));
    }
    if (value === null) delete next[name];
    else if (mayBe(name, value)) next[name] = value;
    else throw OperatorError.invalidValue("ruleValue", name, inWords(name));
  }
  // RULE_VALUES has every name and allows every value.
  return next as Partial<Rules>;
}
