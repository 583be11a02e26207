import { type MassChangeLimits, readMassChangeLimits } from "../provisioning/massChange.ts";
import { removalGuard } from "../provisioning/removalGuard.ts";
import type { RemovalGuard } from "../provisioning/session.ts";
import type { OrgRecord } from "../store/records.ts";
import { REMOVAL_WINDOW_MS } from "../store/removalCounts.ts";
import type { Endpoint } from "./endpoint.ts";
import { logWriter } from "./logWriter.ts";

type GuardMeans = Pick<Endpoint, "now" | "log" | "version">;

/** The guard over removals. It reports a hold with the metric of a mass change, and so by the same alarm. */
export function loggedGuard(means: GuardMeans, limits: MassChangeLimits): RemovalGuard {
  const write = logWriter(means);
  const say = (type: string, level: string, { id: orgId, slug: org }: OrgRecord, found: object, metrics = {}): void => {
    const at = means.now();
    const line = { type, level, ts: new Date(at).toISOString(), ver: means.version, org, orgId, ...found };
    write(() => ({ line, at, metrics }));
  };
  return removalGuard({
    limits,
    report: (org, { kind, lost, asked, roster, limit, reference: ref, tokenId }) => {
      const windowMinutes = REMOVAL_WINDOW_MS / 60_000;
      const found = { kind, lost, asked, roster, limit, windowMinutes, ref, tokenId };
      say("org.held", "WARN", org, found, { MassChange: 1 });
    },
    reportDamage: (org, { reference: ref, tokenId }) => say("org.holdDamaged", "ERROR", org, { ref, tokenId }),
  });
}

/** Of a function that deletes or removes for identity providers. @param limits as `readMassChangeLimits` reads them */
export function withGuard<E extends Endpoint>(endpoint: E, limits: string | undefined): E {
  return { ...endpoint, guard: loggedGuard(endpoint, readMassChangeLimits(limits)) };
}
