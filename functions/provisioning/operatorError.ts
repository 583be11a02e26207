import { BEARER_WANTED, type In, ScimError } from "../scim/error.ts";
import { filled, type ValuesIn } from "../scim/errors/family.ts";
import { CALLER_ERRORS } from "./errors/calls.ts";
import { LOG_ERRORS } from "./errors/logs.ts";
import { PORTAL_ERRORS } from "./errors/portal.ts";
import { STATES } from "./errors/states.ts";
import { WEBHOOK_ERRORS } from "./errors/webhooks.ts";

export const OPERATOR_TEXTS = { ...CALLER_ERRORS, ...STATES, ...LOG_ERRORS, ...WEBHOOK_ERRORS, ...PORTAL_ERRORS };

export type OperatorCode = keyof typeof OPERATOR_TEXTS;

/** The values that the text of a code names. */
export type OperatorValues<C> = C extends OperatorCode ? ValuesIn<(typeof OPERATOR_TEXTS)[C]> : never;

type Refuse<F extends string> = <T extends In<F, OperatorCode>>(
  code: T,
  ...values: OperatorValues<`${F}.${T}`>
) => ScimError;

/**
 * The constructors for what the APIs behind AWS signatures refuse. Their errors have the form of SCIM's; their texts are
 * apart, so that the functions that identity providers wait for do not load them.
 */
export const OperatorError = {
  invalidValue: family("value"),
  tooMany: family("tooMany"),
  forbidden: family("signature"),
  unauthorized: family("appKey", BEARER_WANTED),
  noSession: family("session", BEARER_WANTED),
  refused: family("portal"),
  outOfScope: family("scope"),
  notFound: family("notFound"),
  conflict: family("conflict"),
  gone: family("gone"),
  /** RFC 6585 section 4. @param retryAfter whole seconds */
  tooManyRedemptions(most: number, retryAfter: number): ScimError {
    return family("requests", { "Retry-After": String(retryAfter) })("redemptions", most);
  },
};

function family<F extends string>(family: F, headers?: Readonly<Record<string, string>>): Refuse<F> {
  return (code, ...values) => {
    // As in ScimError: the type of the constructor lets no other code in.
    const known = `${family}.${code}` as OperatorCode;
    return ScimError.withText(known, filled(OPERATOR_TEXTS[known], values), values, headers);
  };
}
