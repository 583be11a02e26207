import type { OrgId } from "./keys.ts";

/**
 * The canary's sandbox: an organization that is in no list, has no login name that anybody could look up, and goes again
 * after each run. No other org has this id, for those that are made always have a capital letter (`newOrgId`).
 */
export const CANARY_ORG = "00canary" as OrgId;

/** In the path of its Tenant URL. An org of a customer may have the same login name: the token says which of the two is meant. */
export const CANARY_SLUG = "rollcall-canary";

/** What its access token is bought with. */
export const CANARY_SECRET_ID = "00canary0000";
