import { type FunctionName, ROUTES } from "../functions/routes.ts";

/** Every function of the stack: those with routes, and those that the stream or a schedule calls. */
export type StackFunction = FunctionName | "events" | "sweep" | "tokensReport";

export const ROUTED: readonly FunctionName[] = [...new Set(ROUTES.map((route) => route.function))];
export const FUNCTIONS: readonly StackFunction[] = [...ROUTED, "events", "sweep", "tokensReport"];

/** What Lambda keeps for the functions without a reservation (Lambda Developer Guide, "Configuring reserved concurrency"). */
export const KEPT_UNRESERVED = 100;
