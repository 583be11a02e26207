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

/** Partition keys of what the canary writes itself, and of what its requests, or a fault of ours, may leave behind. */
export const CANARY_PARTITIONS = {
  written: [`C#${CANARY_ORG}`, `T#${CANARY_ORG}`],
  leftBehind: [
    `L#${CANARY_SECRET_ID}`,
    `B#${CANARY_ORG}`,
    `O#${CANARY_ORG}#*`,
    `N#${CANARY_ORG}#*`,
    `E#${CANARY_ORG}#*`,
    `P#${CANARY_ORG}`,
    `H#${CANARY_ORG}`,
    `H#${CANARY_ORG}#*`,
    `Y#${CANARY_ORG}#*`,
  ],
} as const;
