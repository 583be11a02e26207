import type { OperatorCode, Values } from "../../functions/scim/catalogue/catalogue.ts";
import { OPERATOR_TEXTS } from "../../functions/scim/catalogue/operatorTexts.ts";
import { isObject, type JsonObject, own } from "../../functions/scim/json.ts";
import { didYouMean } from "./nearest.ts";
import type { Place } from "./place.ts";
import { withCommands } from "./printedCommand.ts";

/** What a refused call of a signed API asked for, and where. */
export interface Asked {
  /** Below the API's root. */
  readonly path: string;
  readonly body: JsonObject | undefined;
  readonly place: Place | undefined;
}

/** Its commands stand in backticks, with ORG for the organization. */
type Words<C extends OperatorCode> = string | ((asked: Asked, ...values: Values<C>) => string);

/** The text of the API holds for the command line as it is. */
const ITS_OWN = Symbol("its own");

/** What the API calls something, and what the command line calls it. */
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
  boundTo: "--bound-to",
  onFirstUse: "--on-first-use",
  reason: "--reason",
  email: "--email",
  userName: "--user-name",
  externalId: "--external-id",
  count: "--limit",
  startIndex: "--limit",
};

const AGAIN = "The place to go on from is not valid any more: run the command again.";
const OTHER_RELEASE = "This command line and the deployment are of different releases: use the one of the deployment.";

/** What the command line says of each refusal of an operator. Of every code, or it does not compile. */
const REFUSAL_WORDS: { readonly [C in OperatorCode]: Words<C> | typeof ITS_OWN } = {
  "signature.missing": "The call was not signed: use AWS credentials that may call the API.",
  "notFound.apiPath": `The deployment does not know this command. ${OTHER_RELEASE}`,
  "value.actor":
    "--actor is 1 to 64 of the characters A-Z a-z 0-9 : . _ -, for example your own id of the person. It is logged, so it must not be an e-mail address.",
  "value.memberType": (_, name, expected) => `${nameOf(name)} must be ${expected}.`,
  "value.unknownMember": `The deployment does not know all that this command sends. ${OTHER_RELEASE}`,
  "value.wholeNumber": (_, name) => `${nameOf(name)} is a whole number from 1.`,
  "value.range": (_, name, least, most) =>
    name === "overlapSeconds"
      ? `--overlap is from ${durationOf(least)} to ${durationOf(most)}.`
      : `${nameOf(name)} is a whole number from ${least} to ${most}.`,
  "value.line": (_, name, most) => `${nameOf(name)} is one line of at most ${most} characters.`,
  "value.after": AGAIN,
  "value.directoryCursor": AGAIN,
  "value.from": AGAIN,
  "value.orgMissing": "ORG is missing: the login name of the new organization.",
  "value.orgName": ITS_OWN,
  "value.orgReserved": ITS_OWN,
  "value.orgId": "The id of an organization has 8 characters.",
  "value.displayNameEmpty": "--display-name must not be empty.",
  "value.adminCount": (_, most) => `--admin names at most ${most} administrators.`,
  "value.adminEmpty": "--admin must not be empty.",
  "value.ssoUrl": "--sso-url is the http(s) address of the identity provider's SAML endpoint.",
  "value.ssoEntityId": "--sso-entity-id must not be empty.",
  "value.preset": ({ body }, known) =>
    `--preset is one of ${known}.${didYouMean(String(body?.preset), known.split(", "))}`,
  "value.rule": ({ body }, known) => {
    const rules = known.split(", ");
    const [unknown = ""] = Object.keys(changedRulesOf(body)).filter((name) => !rules.includes(name));
    return `There is no rule ${JSON.stringify(unknown)}.${didYouMean(unknown, rules)} The rules are ${known}.`;
  },
  "value.ruleValue": ({ body }, rule, expected) =>
    `The rule ${rule} is ${expected}.${didYouMean(String(changedRulesOf(body)[rule]), expected.split(" or "))}`,
  "value.reason": "Say why, in one line: --reason.",
  "value.confirm": "A purge has to repeat the login name of the organization: it cannot be undone.",
  "value.boundTo":
    "--bound-to takes the id of an active user of this organization: `users ORG` shows them. Without such a user the token would not count.",
  "value.teamNameMissing": "The name of the team is missing.",
  "value.include": `The deployment does not know all that this command asks for. ${OTHER_RELEASE}`,
  "value.person": "Give exactly one of --email, --user-name and --external-id.",
  "value.personText": (_, by) => `${nameOf(by)} must be text, and not empty.`,
  "tooMany.candidates": (_, most) =>
    `More than ${most} users have this value. Ask by --user-name, which only one user of each side can have.`,
  "value.file": `The deployment does not take this file. ${OTHER_RELEASE}`,
  "value.importLine": ITS_OWN,
  "notFound.side": ITS_OWN,
  "notFound.org":
    "No organization has this login name. It is the name in the Tenant URL, not the display name; `org list` shows them all.",
  "notFound.orgUser": "This organization has no user of this id. `users ORG` shows the ids.",
  "notFound.team": ITS_OWN,
  "notFound.teamNamed": "This organization has no team of this id or name. `teams ORG` shows them.",
  "notFound.deletion": ITS_OWN,
  "notFound.token": "This organization has no token of this id. `token list ORG` shows the ids.",
  "notFound.clientSecret": "This organization has no client secret of this id. `client list ORG` shows the ids.",
  "conflict.orgExists": ITS_OWN,
  "conflict.purging":
    "This organization is being purged: nothing of it can be changed any more. Finish with `org purge ORG`; its login name is free afterwards.",
  "conflict.inspectionPurging":
    "This organization is being purged: nothing of it has to be in order any more. Finish with `org purge ORG`.",
  "conflict.deletionScheduled":
    "This organization is scheduled for deletion: nothing of it can be changed. `org restore ORG` takes that back.",
  "conflict.tokenOfDeletion":
    "This organization is scheduled for deletion, so it cannot have a token. First: `org restore ORG`.",
  "conflict.notPaused": "So that nobody is served half of it, pause the organization first: `org pause ORG`.",
  "conflict.notUntouched": ITS_OWN,
  "conflict.otherImport": ITS_OWN,
  "conflict.noImport": "No import is under way in this organization: begin it with `import ORG FILE`.",
  "conflict.importUnderWay":
    "An import into this organization is not finished: repeat `import ORG FILE` with the same file, which goes on where it was, then `org resume ORG`. To give it up: `org delete ORG`, then `org purge ORG`.",
  "conflict.importedUser": ITS_OWN,
  "conflict.importedGroup": ITS_OWN,
  "conflict.importedMember": ITS_OWN,
  "conflict.importCount": ITS_OWN,
  "conflict.notScheduled": "Schedule the deletion first: `org delete ORG`. Then purge the organization.",
  "conflict.notEntitled":
    "This organization is not entitled to SCIM, so it cannot have a token. Once its plan includes it: `org update ORG --entitled`.",
  "conflict.ssoMissing":
    "SCIM needs SAML SSO: configure it for this organization and say so with `org update ORG --sso`, then make the token.",
  "conflict.tokenLives":
    "A token of this organization lives, and only one may. `token regenerate ORG` makes one and ends every earlier one at once; with `token rotate ORG` the earlier one goes on to work for a while.",
  "conflict.noTokenLives":
    "No token of this organization lives, so there is nothing to rotate. Make one: `token generate ORG`.",
  "conflict.rotationUnderWay":
    "An earlier rotation is under way: two tokens live. Wait until the older one expires, revoke one of them (`token revoke ORG TOKEN_ID`), or use `token regenerate ORG`.",
  "conflict.tooManyTokens": (_, most) =>
    `${most} tokens of this organization live, which is the most. Revoke those that are no longer used: \`token list ORG\` shows them.`,
  "conflict.tooManySecrets": (_, most) =>
    `${most} client secrets of this organization live, which is the most. Revoke those that are no longer used: \`client list ORG\` shows them.`,
  "conflict.tooManyProtected": ITS_OWN,
  "conflict.teamName": ITS_OWN,
  "conflict.managed": ITS_OWN,
};

/**
 * A refusal of the signed APIs in the words of the command line: its options and commands in place of names of the API.
 * @param error the body of the answer
 * @returns undefined where the words of the API serve as well, or nothing is known of this refusal
 */
export function refusalInWords({ code, detail, values }: JsonObject, asked: Asked): string | undefined {
  if (typeof code !== "string" || !isOperatorCode(code)) return undefined;
  const words: unknown = REFUSAL_WORDS[code];
  if (words === ITS_OWN) return undefined;
  const text =
    typeof words === "function" ? String(words(asked, ...(Array.isArray(values) ? values : []))) : String(words);
  const [, slug = ""] = /^orgs\/([^/?]+)/.exec(asked.path) ?? [];
  const [reference = ""] = / \(ref: [^()]*\)$/.exec(String(detail)) ?? [];
  return withCommands(text, asked.place, decodeURIComponent(slug)) + reference;
}

function isOperatorCode(code: string): code is OperatorCode {
  return Object.hasOwn(OPERATOR_TEXTS, code);
}

function nameOf(member: string): string {
  return own(NAMES, member) ?? member;
}

function changedRulesOf(body: JsonObject | undefined): JsonObject {
  return isObject(body?.changedRules) ? body.changedRules : {};
}

/** As `--overlap` takes it. @param seconds of whole days, or few */
function durationOf(seconds: number): string {
  return seconds > 0 && seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`;
}
