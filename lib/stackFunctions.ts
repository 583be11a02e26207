import { ALL_ROUTES, APPLICATION_ROUTES, PORTAL_ROUTES, type Route, type RoutedFunction } from "../functions/routes.ts";
import type { TableClient } from "./bundling.ts";

/** The functions of a stack, which of them a deployment has, and how each calls the table. */

/** Every function of the stack: with routes, or called by the stream, a schedule or a log. */
export type StackFunction =
  | RoutedFunction
  | "events"
  | "sweep"
  | "tokensReport"
  | "webhooks"
  | "roles"
  | "journal"
  | "canary";

const functionsOf = (routes: readonly Route[]): readonly RoutedFunction[] => [
  ...new Set(routes.map((route) => route.function)),
];

export const ROUTED = functionsOf(ALL_ROUTES);
export const FUNCTIONS: readonly StackFunction[] = [
  ...ROUTED,
  "events",
  "sweep",
  "tokensReport",
  "webhooks",
  "roles",
  "journal",
  "canary",
];

type OptionalPart = "applicationKeys" | "canary" | "portal" | "roles" | "webhooks";

/** Settings, with the functions that exist only with them. */
export const ONLY_WITH: readonly (readonly [setting: OptionalPart, functions: readonly StackFunction[]])[] = [
  ["applicationKeys", functionsOf(APPLICATION_ROUTES)],
  ["portal", [...functionsOf(PORTAL_ROUTES), "journal"]],
  ["webhooks", ["webhooks"]],
  ["roles", ["roles"]],
  ["canary", ["canary"]],
];

/** Functions whose lines make the portal's request journal (functions/provisioning/journal/readLine.ts). */
export const JOURNALED: readonly StackFunction[] = [
  "users",
  "groups",
  "bulk",
  "search",
  "discovery",
  "oauth",
  "events",
];

/** Functions for identity providers and the application: each request waits for them, and many meet a cold start. */
export const SIGNED: ReadonlySet<string> = new Set<StackFunction>([
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

type Chosen = Readonly<Partial<Record<OptionalPart, unknown>>> & { readonly tableClient: TableClient };

/** The deployment's functions with this table client. */
export function functionsBy(client: TableClient, config: Chosen): readonly StackFunction[] {
  const absent = new Set(ONLY_WITH.flatMap(([needed, functions]) => (config[needed] ? [] : functions)));
  return FUNCTIONS.filter((name) => !absent.has(name) && tableClientOf(name, config.tableClient) === client);
}
