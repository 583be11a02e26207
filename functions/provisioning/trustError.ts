import { TRUST_ERRORS } from "./errors/trusts.ts";
import { familiesOf } from "./operatorError.ts";

const family = familiesOf(TRUST_ERRORS);

/** The constructors for what is refused about trusts, and for their sake: only those functions load the texts. */
export const TrustError = {
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
};
