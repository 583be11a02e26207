import type { Json } from "../scim/json.ts";
import type { SingleSignOn } from "../store/records.ts";
import { isPreset, PRESETS, type Preset, type Rules } from "../store/rules.ts";
import { OperatorError } from "./operatorError.ts";

/** What an org's settings may be. Every function gives the value back, or throws `ScimError 400 invalidValue` naming the setting. */

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that mean something in a URL, of ours or of the application's, or that a careless program makes out of nothing. */
const RESERVED = new Set(
  (
    "admin administrator api app auth billing bulk default directory events false groups health help internal login logout me " +
    "metrics new null oauth operator org orgs ping public resourcetypes rollcall root saml schemas scim serviceproviderconfig " +
    "sping sso static status support system teams test tokens true undefined users v1 v2 www"
  ).split(" "),
);

/** Whether an org could have this login name: what has another form is never looked up. */
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

/** An empty object is allowed: the application vouches that SAML SSO is configured and keeps the particulars itself. */
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

const choice =
  (...values: readonly Json[]) =>
  (value: Json) =>
    values.includes(value);

/** Per rule: what it may be, tested and in words. */
const RULES: { readonly [R in keyof Rules]: { readonly holds: (value: Json) => boolean; readonly words: string } } = {
  userNameMutability: { holds: choice("immutable", "readWrite"), words: "immutable or readWrite" },
  workEmailRequired: { holds: choice(true, false), words: "true or false" },
  teamNameMaxLength: {
    holds: (value) => typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 256,
    words: "a whole number from 1 to 256",
  },
  groupNameUnique: { holds: choice(true, false), words: "true or false" },
  liveTokens: { holds: choice("one", "many"), words: "one or many" },
  unknownMembers: { holds: choice("skip", "refuse"), words: "skip or refuse" },
  additiveMembersReplace: { holds: choice(true, false), words: "true or false" },
  replaceWithoutTarget: { holds: choice("create", "refuse"), words: "create or refuse" },
  unknownAttributes: { holds: choice("ignore", "refuse"), words: "ignore or refuse" },
  unknownPaths: { holds: choice("ignore", "refuse"), words: "ignore or refuse" },
  groupPatchAnswer: { holds: choice(204, 200), words: "204 or 200" },
  membersOmittedInPut: { holds: choice("clear", "keep"), words: "clear or keep" },
  schemasRequired: { holds: choice(true, false), words: "true or false" },
  activeNullOnCreate: { holds: choice("default", "unassign"), words: "default or unassign" },
  activeUnassign: { holds: choice("refuse", "allow"), words: "refuse or allow" },
  readOnlyPaths: { holds: choice("ignore", "refuse"), words: "ignore or refuse" },
  jsonTextValue: { holds: choice("parse", "refuse"), words: "parse or refuse" },
  passwordListed: { holds: choice(true, false), words: "true or false" },
};

export const RULE_NAMES: readonly string[] = Object.keys(RULES);

function isRule(name: string): name is keyof Rules {
  return Object.hasOwn(RULES, name);
}

/** `changed` with each rule of `wishes` set, or given back to the preset where the wish is null. */
export function changeRules(changed: Partial<Rules>, wishes: Readonly<Record<string, Json>>): Partial<Rules> {
  const next: Record<string, Json> = { ...changed };
  for (const [name, value] of Object.entries(wishes)) {
    if (!isRule(name)) {
      throw OperatorError.invalidValue("rule", RULE_NAMES.join(", "));
    }
    if (value === null) delete next[name];
    else if (RULES[name].holds(value)) next[name] = value;
    else throw OperatorError.invalidValue("ruleValue", name, RULES[name].words);
  }
  // Every name was found in RULES and every value held there.
  return next as Partial<Rules>;
}
