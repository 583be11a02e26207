import type { OperationRoute } from "../../../functions/http/signed/route.ts";
import { matchRoute } from "../../local/matchRoute.ts";
import {
  CONSOLE_ADMIN_ROUTES,
  CONSOLE_ENTRY_ROUTES,
  CONSOLE_OWN_ADMIN_ROUTES,
  CONSOLE_ROUTES,
  CONSOLE_RUN_ROUTES,
  PORTAL_READ_ROUTES,
} from "../generated/consoleRoutes.js";
import { ConsoleError } from "./consoleError.ts";

interface ConsoleOperation extends Omit<OperationRoute, "path"> {
  readonly name: string;
  /** Below `/portal/v1`, with a leading slash. */
  readonly path: string;
  /** Below the root of the API that receives it. */
  readonly target: string;
  /** `admin`, `console`: passed to this API of the deployment. `own`, `run`: answered by the console. */
  readonly kind: "admin" | "console" | "own" | "run";
}

/** All operations of the console; it refuses everything else. */
const OPERATIONS: readonly ConsoleOperation[] = [
  ...operationsBelow("/", CONSOLE_ENTRY_ROUTES, "own"),
  ...operationsBelow("/", PORTAL_READ_ROUTES, "console"),
  ...operationsBelow("/admin/", CONSOLE_OWN_ADMIN_ROUTES, "own"),
  ...operationsBelow("/admin/", CONSOLE_ADMIN_ROUTES, "admin"),
  ...operationsBelow("/console/", CONSOLE_ROUTES, "own"),
  ...operationsBelow("/console/", CONSOLE_RUN_ROUTES, "run"),
];

function operationsBelow(
  root: string,
  routes: Readonly<Record<string, OperationRoute>>,
  kind: ConsoleOperation["kind"],
): ConsoleOperation[] {
  return Object.entries(routes).map(([name, route]) => {
    return { ...route, name, path: `${root}${route.path}`, target: route.path, kind };
  });
}

export interface FoundOperation {
  readonly operation: ConsoleOperation;
  /** The values of the `{names}`, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** @param path below `/portal/v1`, as sent, without its query @throws ConsoleError 404, 405 */
export function operationAt(method: string, path: string): FoundOperation {
  const match = matchRoute(OPERATIONS, path, method);
  if (match === undefined) {
    const taken = OPERATIONS.some((operation) => matchRoute([operation], path, operation.method) !== undefined);
    throw new ConsoleError(taken ? "method" : path.startsWith("/console/") ? "notFound" : "notListed");
  }
  const parameters = Object.entries(match.parameters).map(([name, sent]) => [name, decoded(sent)]);
  return { operation: match.route, parameters: Object.fromEntries(parameters) };
}

/** Refuses a segment that leaves its place in the path, encoded or not. @throws ConsoleError 404 */
function decoded(sent: string): string {
  try {
    const value = decodeURIComponent(sent);
    if (!["", ".", ".."].includes(value)) return value;
  } catch {
    // Treated like an unknown name.
  }
  throw new ConsoleError("notFound");
}
