import type { TableClient } from "./bundling.ts";
import type { Config } from "./config.ts";
import type { TableFunction } from "./grants.ts";
import { FUNCTIONS, ONLY_WITH, type StackFunction } from "./settings.ts";

/** Those that answer identity providers and the application: each request waits for them, and many come to a cold start. */
export const SIGNED: ReadonlySet<string> = new Set<TableFunction>([
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "directory",
  "appRead",
  "appWrite",
  "portal",
]);

/** @param name of a function @param chosen the deployment's setting `tableClient`: `sdk` is for all functions */
export function tableClientOf(name: string, chosen: TableClient): TableClient {
  return SIGNED.has(name) ? chosen : "sdk";
}

/** Those of a deployment that reach the table by this client. */
export function functionsBy(client: TableClient, config: Config): readonly StackFunction[] {
  const absent = new Set(ONLY_WITH.flatMap(([needed, functions]) => (config[needed] ? [] : functions)));
  return FUNCTIONS.filter((name) => !absent.has(name) && tableClientOf(name, config.tableClient) === client);
}
