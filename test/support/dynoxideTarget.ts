import type { TableClient } from "../../lib/bundling.ts";
import { dynoxideStore } from "./dynoxideStore.ts";
import { inProcessTarget } from "./inProcess.ts";
import { memoryTarget } from "./memoryTarget.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** A target that a suite opens, and closes in the end. */
export interface ClosingTarget extends Target {
  close(): Promise<void>;
}

/** The handlers in this process on their own DynamoDB-compatible server. */
export async function dynoxideTarget(kind?: TableClient): Promise<ClosingTarget> {
  const { store, close } = await dynoxideStore(kind);
  return { ...inProcessTarget("dynoxide", testEndpoint(store), 250), close };
}

/** The targets of suites that run on both: where, and how it is opened. */
export const BOTH_TARGETS: readonly (readonly [where: string, open: () => Promise<ClosingTarget>])[] = [
  ["in memory", async () => ({ ...memoryTarget(), close: async () => undefined })],
  ["on dynoxide", () => dynoxideTarget()],
];
