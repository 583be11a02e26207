import type { TableClient } from "../../lib/bundling.ts";
import { dynoxideStore } from "./dynoxideStore.ts";
import { inProcessTarget } from "./inProcess.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** The handlers in this process on their own DynamoDB-compatible server. */
export async function dynoxideTarget(kind?: TableClient): Promise<Target & { close(): Promise<void> }> {
  const { store, close } = await dynoxideStore(kind);
  return { ...inProcessTarget("dynoxide", testEndpoint(store), 250), close };
}
