import type { Preset, Rules } from "../../functions/store/rules.ts";
import type { Answer, Tenant, Transport } from "./wire.ts";

/** A preset, single rules of it changed; absent: what a new org gets. */
export interface OrgRules {
  readonly preset?: Preset;
  readonly changed?: Partial<Rules>;
}

/** A running Rollcall that suites are played against: the handlers in this process, a local server, or a deployed stack. */
export interface Target {
  readonly name: string;
  /** What precedes `/scim/v2/` in its tenant URLs. */
  readonly base: string;
  /** Any request to it, also such as no tenant would send. */
  readonly transport: Transport;
  /** A new, empty org that may use SCIM, with one live token. */
  org(rules?: OrgRules): Promise<Tenant>;
  /** A call of the administration API, authorized. `path` follows `/admin/v1`. */
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A call of the directory API, authorized. `path` follows `/directory/v1`. */
  directory(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Where the deployment has none: absent where it has. */
  readonly webhooks?: "off";
  /** The same of the portal. */
  readonly portal?: "off";
  /** The same of roles. */
  readonly roles?: "off";
  /** Most users a suite may create for one case; where a request takes long, fewer prove the same. */
  readonly crowd: number;
}

/** One test of a suite: what differed, one line each; none when it passed. */
export interface Check {
  readonly name: string;
  run(target: Target): Promise<string[]>;
}

export interface CheckResult {
  readonly name: string;
  readonly differences: readonly string[];
}

/**
 * Runs every check, a few at a time; a surprise is a difference, so that one broken check hides no other.
 * @param report called when a check ends, in order of ending
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
