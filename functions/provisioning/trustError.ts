import { TRUST_ERRORS } from "./errors/trusts.ts";
import { familiesOf } from "./operatorError.ts";

const family = familiesOf(TRUST_ERRORS);

/** Constructors for refusals about trusts and because of them. Only the functions that need them load the texts. */
export const TrustError = {
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};
