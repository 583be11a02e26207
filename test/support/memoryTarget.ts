import type { Endpoint } from "../../functions/edge/endpoint.ts";
import { createMemoryStore } from "../../functions/memory/store.ts";
import { inProcessTarget } from "./inProcess.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** The handlers in this process on the in-memory store. */
export function memoryTarget(log?: Endpoint["log"]): Target {
  return inProcessTarget("memory", testEndpoint(createMemoryStore(), log), 1000);
}
