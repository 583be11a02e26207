import type { Trust } from "../../store/records.ts";
import type { Assertion } from "./readAssertion.ts";

/** Seconds by which two clocks may differ. */
export const SKEW = 60;

/**
 * Seconds from now after which an assertion must have expired. Tokens of Azure's managed identities live a day. A client's own
 * assertion needs less than an hour, and its `jti` is stored until it expires.
 */
const LONGEST: Readonly<Record<Trust["kind"], number>> = { federated: 86_400, privateKey: 3_600 };

export type TimeFault = "expired" | "early" | "lifetime";

/** RFC 7523 section 3, RFC 7519 section 4.1. @param now milliseconds since the epoch @returns undefined: no fault */
export function timeFault(
  { expires, notBefore = 0, issuedAt = 0 }: Assertion,
  kind: Trust["kind"],
  now: number,
): TimeFault | undefined {
  const seconds = now / 1_000;
  if (expires + SKEW <= seconds) return "expired";
  if (Math.max(notBefore, issuedAt) - SKEW > seconds) return "early";
  return expires - SKEW > seconds + LONGEST[kind] ? "lifetime" : undefined;
}
