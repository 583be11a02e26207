import { BEARER_WANTED, type In, ScimError } from "../scim/error.ts";
import { filled, type Texts, type ValuesIn } from "../scim/errors/family.ts";
import { CALLER_ERRORS } from "./errors/calls.ts";
import { LOG_ERRORS } from "./errors/logs.ts";
import { STATES } from "./errors/states.ts";
import { WEBHOOK_ERRORS } from "./errors/webhooks.ts";

export const SIGNED_TEXTS = {
  ...CALLER_ERRORS,
  ...STATES,
  ...LOG_ERRORS,
  ...WEBHOOK_ERRORS,
};

type ValuesOf<T, C> = C extends keyof T ? ValuesIn<T[C]> : never;

type Refuse<F extends string, T> = <C extends In<F, keyof T>>(
  code: C,
  ...values: ValuesOf<T, `${F}.${C}`>
) => ScimError;

/** @returns makes the constructor of one family of these texts */
export function familiesOf<T extends Texts>(texts: T) {
  return <F extends string>(family: F, headers?: Readonly<Record<string, string>>): Refuse<F, T> =>
    (code, ...values) => {
      // As in ScimError: the type of the constructor lets no other code in.
      const known = `${family}.${code}`;
      const text = texts[known as keyof T] as string;
      return ScimError.withText(known, filled(text, values), values, headers);
    };
}

const family = familiesOf(SIGNED_TEXTS);

/**
 * The constructors for what the APIs behind AWS signatures refuse. Their errors have the form of SCIM's; their texts are
 * apart, so that the functions that identity providers wait for do not load them. The portal's are apart from these (PortalRefusal), and so are
 * those about trusts and roles, which few functions refuse (TrustError, CatalogueError, MappingError).
 */
export const OperatorError = {
  invalidValue: family("value"),
  tooMany: family("tooMany"),
  forbidden: family("signature"),
  unauthorized: family("appKey", BEARER_WANTED),
  outOfScope: family("scope"),
  notFound: family("notFound"),
  conflict: family("conflict"),
  gone: family("gone"),
};
