import { OAUTH_HELP, type OAuthCode } from "../../../functions/http/oauthErrors.ts";
import { CALLS_HELP } from "../../../functions/provisioning/errors/calls.ts";
import { LOGS_HELP } from "../../../functions/provisioning/errors/logs.ts";
import { PORTAL_ERRORS, PORTAL_HELP } from "../../../functions/provisioning/errors/portal.ts";
import {
  CATALOGUE_ERRORS,
  MAPPING_ERRORS,
  ROLES_HELP,
  ROLES_OFF,
} from "../../../functions/provisioning/errors/roles.ts";
import { STATES_HELP } from "../../../functions/provisioning/errors/states.ts";
import { TRUST_ERRORS, TRUSTS_HELP } from "../../../functions/provisioning/errors/trusts.ts";
import { WEBHOOKS_HELP } from "../../../functions/provisioning/errors/webhooks.ts";
import { SIGNED_TEXTS } from "../../../functions/provisioning/operatorError.ts";
import { type CodeOfScim, SCIM_TEXTS } from "../../../functions/scim/error.ts";
import {
  ACCESS,
  ACCESS_HELP,
  HOLDS,
  HOLDS_HELP,
  SERVICE,
  SERVICE_HELP,
} from "../../../functions/scim/errors/access.ts";
import {
  ADDRESSES,
  ADDRESSES_HELP,
  DISCOVERY,
  DISCOVERY_HELP,
  GROUP_HELP,
  GROUP_TEXTS,
  SEARCHING,
  SEARCHING_HELP,
} from "../../../functions/scim/errors/addresses.ts";
import {
  type Advice,
  type CallerHelp,
  type Help,
  PLACE,
  type ValuesIn,
} from "../../../functions/scim/errors/family.ts";
import { BULK, BULK_HELP, FORM, FORM_HELP, PATHS, PATHS_HELP } from "../../../functions/scim/errors/form.ts";
import { USER_HELP, USER_TEXTS, VALUES, VALUES_HELP } from "../../../functions/scim/errors/values.ts";
import { type CallerRemedy, CONSOLES, type Remedy } from "./consoles.ts";

/** The texts of all APIs besides SCIM, for code that explains errors. No function of the service loads them all. */
export const OPERATOR_TEXTS = {
  ...SIGNED_TEXTS,
  ...PORTAL_ERRORS,
  ...TRUST_ERRORS,
  ...ROLES_OFF,
  ...CATALOGUE_ERRORS,
  ...MAPPING_ERRORS,
};

export type OperatorCode = keyof typeof OPERATOR_TEXTS;

/** The values in a code's text. */
export type OperatorValues<C> = C extends OperatorCode ? ValuesIn<(typeof OPERATOR_TEXTS)[C]> : never;

export type DetailCode = CodeOfScim | OperatorCode;

const TEXTS: Readonly<Record<DetailCode, string>> = {
  ...SCIM_TEXTS,
  ...DISCOVERY,
  ...USER_TEXTS,
  ...GROUP_TEXTS,
  ...BULK,
  ...HOLDS,
  ...OPERATOR_TEXTS,
};

const SCIM_HELP: Help<CodeOfScim> = {
  ...ACCESS_HELP(),
  ...SEARCHING_HELP(),
  ...VALUES_HELP(),
  ...PATHS_HELP(),
  ...ADDRESSES_HELP(),
  ...DISCOVERY_HELP(),
  ...USER_HELP(),
  ...GROUP_HELP(),
  ...FORM_HELP(),
  ...BULK_HELP(),
  ...HOLDS_HELP(),
  ...SERVICE_HELP(),
};
const CALLER_HELP: CallerHelp<OperatorCode> = {
  ...CALLS_HELP(),
  ...STATES_HELP(),
  ...LOGS_HELP(),
  ...WEBHOOKS_HELP(),
  ...TRUSTS_HELP(),
  ...ROLES_HELP(),
  ...PORTAL_HELP(),
};

/** The families' advice on every code; a code without advice does not compile. */
const OAUTH_ADVICE = OAUTH_HELP();
const ADVISED = { ...SCIM_HELP, ...OAUTH_ADVICE };
export const HELP: Help<CodeOfScim | OAuthCode> & CallerHelp<OperatorCode> = { ...ADVISED, ...CALLER_HELP };

export const DETAIL_CODES = namesIn(TEXTS);
export const OAUTH_CODES = namesIn(OAUTH_ADVICE);

/** The sections of lib/docs/ERRORS.md with their codes. */
export const SECTIONS = {
  "The token and the organization": namesIn(ACCESS),
  "Searching and paging": namesIn(SEARCHING),
  Values: namesIn(VALUES),
  "PATCH paths": namesIn(PATHS),
  "Addresses and resources": namesIn({ ...ADDRESSES, ...DISCOVERY }),
  "Users and groups": namesIn({ ...USER_TEXTS, ...GROUP_TEXTS }),
  "The form of the request": namesIn({ ...FORM, ...BULK }),
  "Removals that are held": namesIn(HOLDS),
  "A service that is busy, or broken": namesIn(SERVICE),
  "The APIs for operators and the application": namesIn(OPERATOR_TEXTS),
} satisfies Readonly<Record<string, readonly DetailCode[]>>;

/** Our tables have only the names of their types. */
function namesIn<T extends object>(table: T): readonly (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}

export function isDetailCode(text: string): text is DetailCode {
  return Object.hasOwn(TEXTS, text);
}

export function isOperatorCode(text: string): text is OperatorCode {
  return Object.hasOwn(OPERATOR_TEXTS, text);
}

/** A code's text with its values filled in. */
export function textOf(code: DetailCode, shown: (name: string) => string): string {
  return TEXTS[code].replace(PLACE, (_place, name: string) => shown(name));
}

/** The names of the values in a code's text, in order. */
export function valueNamesOf(code: DetailCode): string[] {
  return [...TEXTS[code].matchAll(PLACE)].map(([, name = ""]) => name);
}

/** A pattern for a code's text with any values. */
export function patternOf(code: DetailCode): string {
  const parts = textOf(code, () => "\u0001").split("\u0001");
  return parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
}

/** Why a request was refused with this code, and what to do. */
export function adviceOn(code: DetailCode | OAuthCode): Remedy | CallerRemedy {
  if (!isOperatorCode(code)) return remedy(ADVISED[code]);
  const { happened, caller = "Send what the error says." } = CALLER_HELP[code];
  return { happened, caller, again: "onceFixed" };
}

function remedy(advice: Advice): Remedy {
  const { happened } = advice;
  if (!("console" in advice)) {
    const { entra, okta, elsewhere } = advice;
    return { happened, entra, okta, elsewhere, again: "onceFixed" };
  }
  if (!("elsewhere" in advice)) return { ...CONSOLES[advice.console], happened };
  return { ...CONSOLES[advice.console], happened, elsewhere: advice.elsewhere };
}

/** For a request that succeeded without unknown members (rule `unknownMembers`); no code names this. */
export const SKIPPED_MEMBERS: Remedy = {
  ...remedy(SCIM_HELP["value.unknownMembers"]),
  happened:
    "The request named members that are not users or groups of this organization. Rollcall left them out, and did the rest.",
  elsewhere: "Provision the users first, then send the group again.",
  again: "onceThere",
};

/** The organization's rule behind refusals with this code. */
export function ruleOf(code: string): string | undefined {
  return isDetailCode(code) ? HELP[code].rule : undefined;
}

/** A refused request and its answer. `npm run generate` runs the requests and writes them; a test checks them. */
export interface Example {
  /** The organization's rules, where they differ from a new one's. */
  readonly under?: string;
  /** Method and address, unusual headers, and the body; long ones are cut. */
  readonly request: string;
  /** Status and body. */
  readonly answer: string;
}
