import { CANARY_ORG, CANARY_SECRET_ID } from "./canaryKeys.ts";

/** Partition keys of what the canary writes itself, and of what its requests, or a fault of this code, may leave behind. */
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
    `R#${CANARY_ORG}#*`,
  ],
} as const;
