import type { OrgId } from "./keys.ts";

/**
 * The canary's sandbox: an org that no list shows and no login name leads to, removed after each run. No other org has this
 * id: generated ids always have a capital letter (`newOrgId`).
 */
export const CANARY_ORG = "00canary" as OrgId;

/** In the path of its Tenant URL. A customer's org may have the same login name: the token decides which of the two is meant. */
export const CANARY_SLUG = "rollcall-canary";

/** Id of the client secret that buys its access token. */
export const CANARY_SECRET_ID = "00canary0000";

/**
 * Partition keys of what the canary writes itself, and of what its requests, or a fault of this code, may leave behind. A
 * function: bundles without a call drop it.
 */
export const canaryPartitions = () =>
  ({
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
      `R#${CANARY_ORG}#*`,
    ],
  }) as const;
