import type { AppendedEvent } from "../provisioning/events/append.ts";
import { type MassChangeLimits, massChanges, readMassChangeLimits } from "../provisioning/massChange.ts";
import { removalGuard } from "../provisioning/removalGuard.ts";
import type { RemovalGuard } from "../provisioning/session.ts";
import type { OrgId } from "../store/keys.ts";
import { NO_REMOVALS, REMOVAL_WINDOW_MS, type RemovalCounts, type Removals, sumOf } from "../store/removalCounts.ts";
import { causeOf, logWriter } from "./logWriter.ts";

export interface RemovalReport {
  readonly orgId: OrgId;
  /** The org's login name, where it is known. */
  readonly org?: string | undefined;
  readonly removals: Removals;
  /** The latest change's reference, for `rollcall explain`. */
  readonly ref: string;
  readonly tokenId: string;
}

/** Counts an org's removals and reports a mass change. Never throws: no request or event depends on it. */
export type MassChangeWatch = (report: RemovalReport) => Promise<void>;

interface MassChangeWatchParts {
  readonly counts: RemovalCounts;
  readonly limits: MassChangeLimits;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
}

export function massChangeWatch(parts: MassChangeWatchParts): MassChangeWatch {
  const { counts, limits, now, version: ver } = parts;
  const write = logWriter(parts);
  return async ({ orgId, org, removals, ref, tokenId }) => {
    const at = now();
    const frame = { ts: new Date(at).toISOString(), ver, org, orgId };
    const windowMinutes = REMOVAL_WINDOW_MS / 60_000;
    try {
      for (const found of await massChanges(counts, limits, orgId, removals, at)) {
        const line = { type: "org.massChange", level: "WARN", ...frame, ...found, windowMinutes, ref, tokenId };
        write(() => ({ line, at, metrics: { MassChange: 1 } }));
      }
    } catch (error) {
      const line = { type: "org.massChangeUnwatched", level: "ERROR", ...frame, cause: causeOf(error) };
      write(() => ({ line, at }));
    }
  };
}

/** What the events took from each org: one report for an org, with its latest change. */
export function removalReports(events: readonly AppendedEvent[]): RemovalReport[] {
  const reports = new Map<OrgId, RemovalReport>();
  for (const { orgId, slug, draft } of events) {
    const removals = draft.managed === true ? removalsIn(draft) : NO_REMOVALS;
    if (removals === NO_REMOVALS) continue;
    reports.set(orgId, {
      orgId,
      org: slug,
      removals: sumOf(reports.get(orgId)?.removals ?? NO_REMOVALS, removals),
      ref: draft.stamp.reference,
      tokenId: draft.stamp.tokenId,
    });
  }
  return [...reports.values()];
}

function removalsIn({ type, removed = [] }: AppendedEvent["draft"]): Removals {
  if (type === "user.deactivated") return { ...NO_REMOVALS, deactivated: 1 };
  if (type === "user.deleted") return { ...NO_REMOVALS, deleted: 1 };
  return removed.length === 0 ? NO_REMOVALS : { ...NO_REMOVALS, membersRemoved: removed.length };
}

type GuardMeans = Pick<MassChangeWatchParts, "now" | "log" | "version">;

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
export function withGuard<E extends GuardMeans>(endpoint: E, limits: string | undefined): E & { guard: RemovalGuard } {
  return { ...endpoint, guard: loggedGuard(endpoint, readMassChangeLimits(limits)) };
}
