import type { ConsoleSteps, PortalRemedy, RemedyTables } from "../../lib/portal/app/remedies.ts";
import german from "../../lib/portal/texts/de/remedies.json" with { type: "json" };
import { settingsTexts } from "../../lib/portal/texts/en/settings.ts";
import { AGAIN, CONSOLES } from "../rollcall/errors/consoles.ts";
import {
  adviceOn,
  DETAIL_CODES,
  type DetailCode,
  isDetailCode,
  isOperatorCode,
  OAUTH_CODES,
  ruleOf,
  SKIPPED_MEMBERS,
  textOf,
  valueNamesOf,
} from "../rollcall/errors/errors.ts";
import { QUIRKS } from "../rollcall/log/quirks.ts";

/**
 * The catalogue of errors in the portal's words. Its reader is the customer's administrator, who has no command line, log or
 * table: commands of the operator become pages of the portal, and steps that only the operator can take become "ask the
 * provider of your product".
 */

/** The portal's words for commands in backticks and for our name. All other commands are the operator's alone. */
const OWN_WORDS: readonly (readonly [operators: RegExp, words: string])[] = [
  [/`org update ORG((?: --set \w+=\w+)+)`/g, "Settings ›$1, or ask the provider of your product"],
  // The page shows rules by their titles.
  ...Object.entries(settingsTexts.settings.rules).map(([rule, { title }]): readonly [RegExp, string] => [
    new RegExp(` --set ${rule}=\\w+`, "g"),
    ` “${title}”`,
  ]),
  [/” “/g, "”, “"],
  [/`token regenerate ORG`/g, "Credentials › Regenerate"],
  [/`token rotate ORG`/g, "Credentials › Rotate"],
  [/`token list ORG`/g, "Credentials"],
  [/`client list ORG` shows which one it was/g, "Credentials shows which client secret it was"],
  [/`client create ORG --help` shows how to make a trust/g, "ask the provider of your product for a trust"],
  [/`org unprotect ORG USER_ID`/g, "ask the provider of your product to end the protection"],
  [/`client create ORG`/g, "Credentials › New client secret"],
  [/`org (?:setup ORG --idp \w+|show ORG)` prints/g, "Connect shows"],
  [/`history ORG user ID`/g, "People › History"],
  [/`history ORG team ID`/g, "Groups › History"],
  [/`users ORG` lists/g, "People shows"],
  [/`teams ORG` lists/g, "Groups shows"],
  [/ \(the log line has the (\w+)'s id\)/g, " (Activity shows which $1)"],
  [/ \(patchPaths on the log line shows the operations\)/g, ""],
  [/is not a Rollcall one/g, "is not from this service"],
  [/^Rollcall\b/g, "This service"],
  [/\bRollcall\b/g, "this service"],
  [/\b([Tt]he) operator (?=is importing|can also make|makes a )/g, "$1 provider of your product "],
  [/\bthe operator of this service\b/gi, "the provider of your product"],
];

/** Words that mean nothing to the reader of a page. */
export const OPERATORS_WORDS =
  /`|\b(?:log|line|runbook|rollcall\.json|table|DynamoDB|AWS|CloudWatch|Lambda|function|directory API|operator of this service)\b/i;

const ASK = "Ask the provider of your product, and give the reference.";
const ASK_LATER = "If it lasts, ask the provider of your product, and give the reference.";

/** Short titles of the most frequent codes, for lists. Other codes show the first sentence of `happened`. */
const TITLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "mutability.userName": "A change of a user name was refused",
    "value.workEmail": "The work e-mail address is missing",
    "value.teamNameLength": "The name of a group is too long",
    "value.unknownMembers": "A group has members who were not provisioned",
    "uniqueness.userName": "The user name is taken",
    "uniqueness.displayName": "The name of the group is taken",
    "user.protected": "The removal of a protected user was refused",
    "requests.overBudget": "Too many requests at once",
    "noTarget.replace": "A value to be replaced does not exist",
    "conflict.adoption": "The application made this person before",
    "notFound.user": "The user is not here",
    "notFound.group": "The group is not here",
    "notFound.doubleSlash": "The Tenant URL ends in a slash",
    "notFound.tenantUrl": "The Tenant URL is wrong",
    "notFound.endpoint": "The address is wrong",
    "org.deletion": "The organization is scheduled for deletion",
    "busy.removalsHeld": "Unusually many removals wait for a decision",
    "value.unknownRole": "The product does not know a person's role",
    "org.notEntitled": "The plan does not include provisioning",
    "org.noSso": "Single sign-on is not configured",
    "org.paused": "Provisioning is paused",
    "org.bearerTokens": "Pasted tokens are not taken here",
    "org.clientSecrets": "Client secrets are not taken here",
    "token.otherOrg": "The token belongs to another organization",
    "token.missing": "The token is missing",
    "token.unknown": "The token is unknown",
    "token.superseded": "The token was replaced",
    "token.retired": "The token was rotated",
    "token.orphaned": "The token's owner is gone",
    "syntax.unknownAttribute": "An attribute is unknown",
    "syntax.unknownSchema": "A schema is unknown",
    "path.unknown": "An attribute is unknown",
    "value.required": "A required attribute is empty",
    "value.type": "An attribute has a value of a wrong type",
  }),
);

/**
 * By code, for refusals that an identity provider can cause. `skippedMembers` is no refusal: the request succeeded without some
 * members.
 */
function remediesInWords(): Readonly<Record<string, PortalRemedy>> {
  const codes = [...DETAIL_CODES.filter((code) => !isOperatorCode(code)), ...OAUTH_CODES];
  const remedies = codes.map((code) => [code, remedyInWords(code, adviceOn(code))] as const);
  const skipped = { ...remedyInWords("value.unknownMembers", SKIPPED_MEMBERS), title: "Members were left out" };
  return Object.fromEntries([...remedies, ["skippedMembers", skipped] as const]);
}

function quirksInWords(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(QUIRKS).map(([name, text]) => [name, portalWords(text, "")]));
}

function remedyInWords(
  code: DetailCode | (typeof OAUTH_CODES)[number],
  advice: ReturnType<typeof adviceOn>,
): PortalRemedy {
  if ("caller" in advice) throw new Error(`${code} is no refusal of an identity provider`);
  const happened = happenedInWords(code, advice.happened);
  const rule = ruleOf(code);
  return {
    title: TITLES.get(code) ?? beginningOf(happened),
    happened,
    entra: portalWords(advice.entra),
    okta: portalWords(advice.okta),
    elsewhere: portalWords(advice.elsewhere),
    again: advice.again,
    ...(rule !== undefined && { rule }),
  };
}

/**
 * Leaves out sentences with operators' words. If the first sentence has such words and the code's text has no values, that text
 * says enough.
 */
function happenedInWords(code: string, happened: string): string {
  const [first = "", ...others] = sentencesOf(happened).map(inOwnWords);
  const isWhole = !OPERATORS_WORDS.test(first);
  if (!isWhole && isDetailCode(code) && valueNamesOf(code).length === 0) return inOwnWords(textOf(code, () => ""));
  return [first, ...others].filter((sentence) => !OPERATORS_WORDS.test(sentence)).join(" ");
}

/** @param otherwise stands for steps that only the operator can take */
function portalWords(text: string, otherwise = ASK): string {
  const said: string[] = [];
  for (const sentence of sentencesOf(text)) {
    const words = withoutOperators(inOwnWords(sentence));
    const asks = sentence.startsWith("If it lasts: ") ? ASK_LATER : otherwise;
    const shown = words === "" ? asks : words;
    if (shown !== "" && !said.includes(shown)) said.push(shown);
  }
  return said.join(" ");
}

/** The clauses of a sentence that the reader of a page can act on; empty where there are none. */
function withoutOperators(sentence: string): string {
  if (!OPERATORS_WORDS.test(sentence)) return sentence;
  const clauses = sentence.split(/(?<=;) |(?<=,) (?=and )/).filter((clause) => !OPERATORS_WORDS.test(clause));
  return clauses.join(" ").replace(/[;,]$/, ".");
}

function inOwnWords(sentence: string): string {
  return OWN_WORDS.reduce((words, [operators, own]) => words.replace(operators, own), sentence);
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?]) (?=[A-Z`{])/);
}

/** A title: the sentence without its explanation. */
function beginningOf(text: string): string {
  return (text.split(/[.:;](?: |$)|, (?=which|such|as |or |often|for example)/)[0] ?? "").replace(/\.$/, "");
}

/** Names the steps that the catalogue shares instead of repeating them. */
function withShared(remedy: PortalRemedy, steps: readonly (readonly [string, ConsoleSteps])[]) {
  const { title, happened, entra, okta, again, ...others } = remedy;
  const [console] = steps.find(([, one]) => one.entra === entra && one.okta === okta && one.again === again) ?? [];
  return console === undefined ? remedy : { title, happened, console, ...others };
}

export function portalRemedies(): RemedyTables {
  const again = Object.fromEntries(Object.entries(AGAIN).map(([name, text]) => [name, portalWords(text)]));
  const steps = Object.entries(CONSOLES).map(([name, { entra, okta, again }]): readonly [string, ConsoleSteps] => {
    return [name, { entra: portalWords(entra), okta: portalWords(okta), again }];
  });
  const remedies = Object.entries(remediesInWords()).map(([code, remedy]) => [code, withShared(remedy, steps)]);
  return { remedies: Object.fromEntries(remedies), steps: Object.fromEntries(steps), again, quirks: quirksInWords() };
}

/** Members of the tables that name something instead of saying it. */
const NAMES = ["console", "again", "rule"];

/** For lib/portal/app/remedies.ts: the tables with numbers of texts, and the texts of each language by number. */
export function numberedRemedies(tables = portalRemedies()) {
  const numbers = new Map<string, number>();
  const numbered = JSON.stringify(tables, (name, value) => {
    if (typeof value !== "string" || NAMES.includes(name)) return value;
    return numbers.set(value, numbers.get(value) ?? numbers.size).get(value);
  });
  const en = [...numbers.keys()];
  return { numbered, en, de: en.map(germanOf(tables)) };
}

/** A title that begins its text does so in German too. A text without German stays, and a test names it. */
function germanOf({ remedies }: RemedyTables): (english: string) => string {
  const translated = new Map(Object.entries(german));
  const wholes = new Map(
    Object.values(remedies).flatMap(({ title, happened }) =>
      title === beginningOf(happened) ? [[title, happened] as const] : [],
    ),
  );
  return (english) => {
    const whole = translated.get(wholes.get(english) ?? "");
    return translated.get(english) ?? (whole === undefined ? english : beginningOf(whole));
  };
}
