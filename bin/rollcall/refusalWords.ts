import { PLACE } from "../../functions/scim/errors/family.ts";
import { isObject, type Json, type JsonObject, own } from "../../functions/scim/json.ts";
import { HELP, isOperatorCode, type OperatorCode, type OperatorValues, valueNamesOf } from "./errors/errors.ts";
import { didYouMean } from "./nearest.ts";
import type { Place } from "./place.ts";
import { withCommands } from "./printedCommand.ts";

/** A refused call of a signed API. */
export interface Asked {
  /** Below the API's root. */
  readonly path: string;
  readonly body: JsonObject | undefined;
  readonly place: Place | undefined;
}

/** The API's names and the command line's names. */
const NAMES = {
  org: "ORG",
  displayName: "--display-name",
  entitled: "--entitled",
  sso: "--sso",
  url: "--sso-url",
  "sso.url": "--sso-url",
  entityId: "--sso-entity-id",
  "sso.entityId": "--sso-entity-id",
  admins: "--admin",
  "An entry of admins": "--admin",
  preset: "--preset",
  changedRules: "--set",
  description: "--description",
  expiresInDays: "--expires-in-days",
  scope: "--scope",
  boundTo: "--bound-to",
  onFirstUse: "--on-first-use",
  reason: "--reason",
  email: "--email",
  userName: "--user-name",
  externalId: "--external-id",
  count: "--limit",
  startIndex: "--limit",
  eventRetentionDays: "--event-retention-days",
};

/** Words that depend on the call; all others are beside their code (functions/provisioning/errors). */
const ASKED_WORDS: { readonly [C in OperatorCode]?: (asked: Asked, ...values: OperatorValues<C>) => string } = {
  "value.range": (_, name, least, most) =>
    name === "overlapSeconds"
      ? `--overlap is from ${durationOf(least)} to ${durationOf(most)}.`
      : `${nameOf(name)} is a whole number from ${least} to ${most}.`,
  "value.preset": ({ body }, known) =>
    `--preset is one of ${known}.${didYouMean(String(body?.preset), known.split(", "))}`,
  "value.rule": ({ body }, known) => {
    const rules = known.split(", ");
    const [unknown = ""] = Object.keys(changedRulesOf(body)).filter((name) => !rules.includes(name));
    return `There is no rule ${JSON.stringify(unknown)}.${didYouMean(unknown, rules)} The rules are ${known}.`;
  },
  "value.ruleValue": ({ body }, rule, expected) =>
    `The rule ${rule} is ${expected}.${didYouMean(String(changedRulesOf(body)[rule]), expected.split(" or "))}`,
};

/**
 * A refusal of the signed APIs in the command line's words: options and commands instead of API names.
 * @param error the body of the answer
 * @returns undefined where the API's words fit as well, or the refusal is unknown
 */
export function refusalInWords({ code, detail, values }: JsonObject, asked: Asked): string | undefined {
  if (typeof code !== "string" || !isOperatorCode(code)) return undefined;
  const text = wordsOf(code, asked, Array.isArray(values) ? values : []);
  if (text === undefined) return undefined;
  const [, slug = ""] = /^orgs\/([^/?]+)/.exec(asked.path) ?? [];
  const [reference = ""] = / \(ref: [^()]*\)$/.exec(String(detail)) ?? [];
  return withCommands(aboutWebhook(text, asked.path), asked.place, decodeURIComponent(slug)) + reference;
}

function wordsOf(code: OperatorCode, asked: Asked, values: readonly Json[]): string | undefined {
  const special: unknown = ASKED_WORDS[code];
  if (typeof special === "function") return String(special(asked, ...values));
  const names = valueNamesOf(code);
  return HELP[code].words?.replace(PLACE, (_place, name: string) => {
    const value = String(values[names.indexOf(name)]);
    return name === "name" || name === "by" ? nameOf(value) : value;
  });
}

/** Commands about a webhook name the webhook of the call, and no org for a webhook of the deployment. */
function aboutWebhook(text: string, path: string): string {
  const [, id] = /^(?:orgs\/[^/]+\/)?webhooks\/([0-9A-Za-z]{12})(?:\/|$)/.exec(path) ?? [];
  return text.replaceAll(/`webhook [^`]+`/g, (command) => {
    const named = id === undefined ? command : command.replace("WEBHOOK_ID", id);
    return path.startsWith("webhooks") ? named.replace(" ORG", "") : named;
  });
}

function nameOf(member: string): string {
  return own(NAMES, member) ?? member;
}

function changedRulesOf(body: JsonObject | undefined): JsonObject {
  return isObject(body?.changedRules) ? body.changedRules : {};
}

/** In the form of `--overlap`. @param seconds of whole days, or few */
function durationOf(seconds: number): string {
  return seconds > 0 && seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`;
}
