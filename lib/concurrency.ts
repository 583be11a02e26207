import { type FunctionName, ROUTES } from "../functions/routes.ts";
import { type Given, isRecord, refuseUnknown, whole } from "./settingValues.ts";

/** Requests per second and burst. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** Every function of the stack: those with routes, and those that the stream or a schedule calls. */
export type StackFunction = FunctionName | "events" | "sweep" | "tokensReport";

const ROUTED: readonly FunctionName[] = [...new Set(ROUTES.map((route) => route.function))];
export const FUNCTIONS: readonly StackFunction[] = [...ROUTED, "events", "sweep", "tokensReport"];

/**
 * Of the functions whose requests may work for 28 seconds each, so that 36 of them a second would use up the thousand
 * environments of an account, and nobody could sign in. What they may take here is less than half of that.
 */
const FUNCTION_THROTTLES: Readonly<Partial<Record<FunctionName, Throttle>>> = {
  bulk: { rate: 5, burst: 20 },
  maintenance: { rate: 10, burst: 20 },
};

/** What Lambda keeps for the functions without a reservation (Lambda Developer Guide, "Configuring reserved concurrency"). */
export const KEPT_UNRESERVED = 100;

export function throttle(key: string, value: unknown, fallback: Throttle, problems: string[]): Throttle {
  if (value === undefined) return fallback;
  const rate = isRecord(value) ? whole(value.rate) : undefined;
  const burst = isRecord(value) ? whole(value.burst) : undefined;
  if (isRecord(value)) refuseUnknown(`${key}.`, value, ["rate", "burst"], problems);
  if (rate !== undefined && burst !== undefined) return { rate, burst };
  problems.push(`${key}: must be { "rate": N, "burst": N } in whole requests, not ${JSON.stringify(value)}`);
  return fallback;
}

/** By function; those of FUNCTION_THROTTLES unless they are given otherwise. */
export function functionThrottle(
  value: unknown,
  problems: string[],
): Readonly<Partial<Record<FunctionName, Throttle>>> {
  const given = byFunction("functionThrottle", value, ROUTED, '{ "FUNCTION": { "rate": N, "burst": N } }', problems);
  const throttles: Partial<Record<FunctionName, Throttle>> = { ...FUNCTION_THROTTLES };
  for (const name of ROUTED) {
    if (given[name] === undefined) continue;
    throttles[name] = throttle(`functionThrottle.${name}`, given[name], { rate: 1, burst: 1 }, problems);
  }
  return throttles;
}

/** By function; none by default, since a new account has nothing to reserve. */
export function reservedConcurrency(
  value: unknown,
  problems: string[],
): Readonly<Partial<Record<StackFunction, number>>> {
  const given = byFunction("reservedConcurrency", value, FUNCTIONS, '{ "FUNCTION": N }', problems);
  const reserved: Partial<Record<StackFunction, number>> = {};
  for (const name of FUNCTIONS) {
    if (given[name] === undefined) continue;
    const count = whole(given[name]);
    if (count === undefined) {
      problems.push(
        `reservedConcurrency.${name}: must be a whole number from 1 on, not ${JSON.stringify(given[name])}`,
      );
    } else reserved[name] = count;
  }
  return reserved;
}

function byFunction(key: string, value: unknown, names: readonly string[], form: string, problems: string[]): Given {
  if (value === undefined) return {};
  if (!isRecord(value)) {
    problems.push(`${key}: must be ${form}, not ${JSON.stringify(value)}`);
    return {};
  }
  refuseUnknown(`${key}.`, value, names, problems);
  return value;
}
