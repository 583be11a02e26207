import type { Endpoint } from "../../functions/http/endpoint.ts";
import { dynoxideStore } from "./dynoxideStore.ts";
import { inProcessTarget } from "./inProcess.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** The handlers in this process on a DynamoDB-compatible server of their own. */
export async function dynoxideTarget(log?: Endpoint["log"]): Promise<Target & { close(): Promise<void> }> {
  const { store, close } = await dynoxideStore();
  return { ...inProcessTarget("dynoxide", testEndpoint(store, log), 250), close };
}
