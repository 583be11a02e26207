import { BEARER_WANTED, type In, ScimError } from "../scim/error.ts";
import type { Texts, ValuesIn } from "../scim/errors/family.ts";
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

/** Makes the constructors of these texts' families. */
export function familiesOf<T extends Texts>(texts: T) {
  return <F extends string>(family: F, headers?: Readonly<Record<string, string>>): Refuse<F, T> =>
    (code, ...values) => {
      // The constructor's type allows no other code, as in ScimError.
      const known = `${family}.${code}`;
      const text = texts[known as keyof T] as string;
      return ScimError.withText(known, text, values, headers);
    };
}

const family = familiesOf(SIGNED_TEXTS);

/**
 * Constructors for refusals of the APIs that are not SCIM. Their errors have SCIM's form. Their texts are separate, so that
 * functions for which identity providers wait do not load them. Few functions refuse something about the portal, trusts or
 * roles, so those texts are separate too (PortalRefusal, TrustError, CatalogueError, MappingError).
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
