import { BEARER_WANTED, type ScimError } from "../../scim/error.ts";
import { PORTAL_ERRORS } from "../errors/portal.ts";
import { familiesOf } from "../operatorError.ts";

const family = familiesOf(PORTAL_ERRORS);

/** Constructors for refusals of the portal and of its links. Only functions that need them load the texts. */
export const PortalRefusal = {
  noSession: family("session", BEARER_WANTED),
  refused: family("portal"),
  invalidValue: family("value"),
  notFound: family("notFound"),
  conflict: family("conflict"),
  gone: family("gone"),
  /** RFC 6585 section 4. @param retryAfter whole seconds */
  tooManyRedemptions(most: number, retryAfter: number): ScimError {
    return family("requests", { "Retry-After": String(retryAfter) })("redemptions", most);
  },
};
