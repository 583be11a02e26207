import type { TableClient } from "./bundling.ts";
import type { Config } from "./config.ts";
import type { TableFunction } from "./grants.ts";
import { FUNCTIONS, ONLY_WITH, type StackFunction } from "./settings.ts";

/** Functions for identity providers and the application: each request waits for them, and many meet a cold start. */
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

/** @param name of a function @param chosen the setting `tableClient`; `sdk` applies to all functions */
export function tableClientOf(name: string, chosen: TableClient): TableClient {
  return SIGNED.has(name) ? chosen : "sdk";
}

/** The deployment's functions with this table client. */
export function functionsBy(client: TableClient, config: Config): readonly StackFunction[] {
  const absent = new Set(ONLY_WITH.flatMap(([needed, functions]) => (config[needed] ? [] : functions)));
  return FUNCTIONS.filter((name) => !absent.has(name) && tableClientOf(name, config.tableClient) === client);
}
