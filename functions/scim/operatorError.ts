import { type In, type OperatorCode, ScimError, type Values } from "./error.ts";
import { CALLS } from "./errors/calls.ts";
import { filled } from "./errors/family.ts";
import { STATES } from "./errors/states.ts";

export const OPERATOR_TEXTS = { ...CALLS, ...STATES };

type Refuse<F extends string> = <T extends In<F, OperatorCode>>(code: T, ...values: Values<`${F}.${T}`>) => ScimError;

/**
 * The constructors for what the APIs behind AWS signatures refuse. Their errors have the form of SCIM's; their texts are
 * apart, so that the functions that identity providers wait for do not load them.
 */
export const OperatorError = {
  invalidValue: family("value"),
  tooMany: family("tooMany"),
  forbidden: family("signature"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};

function family<F extends string>(family: F): Refuse<F> {
  return (code, ...values) => {
    // As in ScimError: the type of the constructor lets no other code in.
    const known = `${family}.${code}` as OperatorCode;
    return ScimError.withText(known, filled(OPERATOR_TEXTS[known], values), values);
  };
}
