import { type MassChangeLimits, readMassChangeLimits } from "../provisioning/massChange.ts";
import { removalGuard } from "../provisioning/removalGuard.ts";
import type { RemovalGuard } from "../provisioning/session.ts";
import { REMOVAL_WINDOW_MS } from "../store/removalCounts.ts";
import type { Endpoint } from "./endpoint.ts";
import { logWriter } from "./logWriter.ts";

type GuardMeans = Pick<Endpoint, "now" | "log" | "version">;

/** The guard over removals. It reports a hold with the metric of mass changes, so the same alarm fires. */
export function loggedGuard(means: GuardMeans, limits: MassChangeLimits): RemovalGuard {
  const write = logWriter(means);
  return removalGuard({
    limits,
    report: ({ id: orgId, slug: org }, { reference: ref, since: _begun, ...hold }) => {
      const at = means.now();
      const frame = { ts: new Date(at).toISOString(), ver: means.version, org, orgId };
      const windowMinutes = REMOVAL_WINDOW_MS / 60_000;
      const line = { type: "org.held", level: "WARN", ...frame, ...hold, windowMinutes, ref };
      write(() => ({ line, at, metrics: { MassChange: 1 } }));
    },
  });
}

/** Adds the guard, for a function that deletes or removes for identity providers. @param limits text for `readMassChangeLimits` */
export function withGuard<E extends Endpoint>(endpoint: E, limits: string | undefined): E {
  return { ...endpoint, guard: loggedGuard(endpoint, readMassChangeLimits(limits)) };
}
