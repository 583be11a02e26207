import type { Endpoint } from "../../functions/http/endpoint.ts";
import { inProcessTarget } from "./inProcess.ts";
import { localStore } from "./localStore.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** The handlers in this process on a store in memory. */
export function memoryTarget(log?: Endpoint["log"]): Target {
  return inProcessTarget("memory", testEndpoint(localStore(), log), 1000);
}
