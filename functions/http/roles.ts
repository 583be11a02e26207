import type { Context } from "aws-lambda";
import { type RoleFault, type RoleRunReport, runRoles } from "../provisioning/roles/runRoles.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import type { OrgId } from "../store/keys.ts";
import type { HolderNews } from "../store/roles/roleLooks.ts";
import type { Store } from "../store/session.ts";
import { causeOf, logWriter } from "./logWriter.ts";
import { usageFields } from "./usageFields.ts";

export interface RolesEndpoint {
  readonly store: Store;
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
  readonly initMs?: number;
  /** Its name among workers, where there is one at a time; absent: each run is a worker of its own. */
  readonly worker?: string;
}

/**
 * Brings roles up to date, of whatever orgs there is something to do for. A line says what became of it, and one more names each
 * user who keeps a role as its last holder, or was the last one and is gone; where nothing was to be done there is none. A
 * failure is not thrown: the next run is due within a minute, and does what this one left.
 * @returns whether there was more to do than time
 */
export function rolesHandler(endpoint: RolesEndpoint) {
  const write = logWriter(endpoint);
  let cold = true;
  return async (
    _event: unknown,
    { awsRequestId, getRemainingTimeInMillis }: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
  ): Promise<"done" | "more"> => {
    const { now, store, version } = endpoint;
    const started = now();
    const until = started + getRemainingTimeInMillis() - RESERVED.worker;
    const signal = workerTime(until - started + RESERVED.worker / 2);
    const session = store.begin({ hasTime: () => now() < until, signal });
    const common = { ts: new Date(started).toISOString(), ver: version, reqId: awsRequestId };
    const report = (orgId: OrgId, { kind, role, userId: resourceId }: HolderNews): void => {
      const type = kind === "held" ? "roles.held" : "roles.lastHolderGone";
      const line = { type, level: "WARN", ...common, orgId, resourceId, role };
      write(() => ({ line, at: started, metrics: { RoleHeld: 1 } }));
    };
    let outcome: Outcome;
    try {
      outcome = await runRoles({ session, now, until, report, worker: endpoint.worker ?? awsRequestId });
    } catch (error) {
      outcome = { ...NOTHING, fault: { error } };
    }
    if (outcome.orgs > 0 || outcome.fault !== undefined) {
      const { orgs, looked, changed, walks, waiting, failed, late, done } = outcome;
      const line = {
        type: "roles.run",
        level: levelOf(outcome),
        ...common,
        orgs,
        looked,
        rolesChanged: changed,
        walks,
        waiting: waiting || undefined,
        failed: failed || undefined,
        done,
        ...faultNote(outcome.fault),
        ms: now() - started,
        cold,
        initMs: cold ? endpoint.initMs : undefined,
        ...usageFields(session.usage),
      };
      // Each hour with a number of it costs: what is done in its time says nothing.
      const lateness = late < LATE_MS ? {} : { RolesLateness: Math.round(late / 1_000) };
      write(() => ({ line, at: started, metrics: { RolesFailed: failed, ...lateness } }));
    }
    cold = false;
    return outcome.done ? "done" : "more";
  };
}

type Outcome = Omit<RoleRunReport, "fault"> & { readonly fault: Partial<RoleFault> | undefined };

const LATE_MS = 60_000;

/** Of a run that could not see what there is to do. */
const NOTHING: RoleRunReport = {
  orgs: 0,
  looked: 0,
  changed: 0,
  walks: 0,
  waiting: 0,
  failed: 0,
  fault: undefined,
  late: 0,
  done: true,
};

/** What waits is done by the next run; what fails, by none before somebody looks into it. */
function levelOf({ fault, waiting, done }: Outcome): "INFO" | "WARN" | "ERROR" {
  if (fault !== undefined) return "ERROR";
  return waiting > 0 || !done ? "WARN" : "INFO";
}

function faultNote(fault: Partial<RoleFault> | undefined) {
  if (fault === undefined) return {};
  const { orgId, userId, error } = fault;
  return { orgId, resourceId: userId, cause: causeOf(error) };
}
