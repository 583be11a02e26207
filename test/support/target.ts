import type { Preset, Rules } from "../../functions/store/rules.ts";
import type { Answer, Tenant, Transport } from "./wire.ts";

/** A preset with some changed rules; absent: a new org's defaults. */
export interface OrgRules {
  readonly preset?: Preset;
  readonly changed?: Partial<Rules>;
}

/** A running Rollcall for suites: the handlers in this process, a local server, or a deployed stack. */
export interface Target {
  readonly name: string;
  /** The part of its tenant URLs before `/scim/v2/`. */
  readonly base: string;
  /** Sends any request, even one that no tenant would send. */
  readonly transport: Transport;
  /** A new, empty org that may use SCIM, with one live token. */
  org(rules?: OrgRules): Promise<Tenant>;
  /** An authorized call of the administration API. `path` follows `/admin/v1`. */
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** An authorized call of the directory API. `path` follows `/directory/v1`. */
  directory(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Set where the deployment has no webhooks. */
  readonly webhooks?: "off";
  /** The same for the portal. */
  readonly portal?: "off";
  /** The same for roles. */
  readonly roles?: "off";
  /** Most users that a suite may create for one case; where requests are slow, fewer prove the same. */
  readonly crowd: number;
}

/** One test of a suite: one line per difference; empty when it passed. */
export interface Check {
  readonly name: string;
  run(target: Target): Promise<string[]>;
}

export interface CheckResult {
  readonly name: string;
  readonly differences: readonly string[];
}

/**
 * Runs every check, a few in parallel; an exception counts as a difference, so that one broken check hides no other.
 * @param report called at the end of each check, in that order
 */
export async function runChecks(
  target: Target,
  checks: readonly Check[],
  report: (result: CheckResult) => void = () => undefined,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const waiting = [...checks];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = { name: check.name, differences: await differencesOf(check, target) };
      results.push(result);
      report(result);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  return results;
}

async function differencesOf(check: Check, target: Target): Promise<string[]> {
  try {
    return await check.run(target);
  } catch (cause) {
    return [`it broke off: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
}
