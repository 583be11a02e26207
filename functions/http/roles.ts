import { type RoleFault, type RoleRunReport, runRoles } from "../provisioning/roles/runRoles.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import type { OrgId } from "../store/keys.ts";
import type { HolderNews } from "../store/roles/roleLooks.ts";
import type { Store } from "../store/session.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, usageFields } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

interface RolesEndpoint extends WorkerEndpoint {
  readonly store: Store;
  /** The worker's name, where only one worker runs at a time. Absent: each run is a worker of its own. */
  readonly worker?: string;
}

/**
 * Brings roles up to date in all orgs with open work. It writes one line about the run, and one for each user who keeps a
 * role as its last holder or was its last holder and is gone. Without work it writes no line. It does not throw a failure:
 * the next run is due within a minute and continues.
 * @returns `more` when time ran out before the work was done
 */
export function rolesHandler(endpoint: RolesEndpoint) {
  const begin = workerRuns(endpoint);
  return async (_event: unknown, context: WorkerContext): Promise<"done" | "more"> => {
    const { now, store } = endpoint;
    const run = begin(context);
    const { started, until } = run;
    const signal = workerTime(until - started + RESERVED.worker / 2);
    const session = store.begin({ hasTime: () => now() < until, signal });
    const report = (orgId: OrgId, { kind, role, userId: resourceId }: HolderNews): void => {
      const type = kind === "held" ? "roles.held" : "roles.lastHolderGone";
      run.note(type, "WARN", { reqId: context.awsRequestId, orgId, resourceId, role }, { RoleHeld: 1 });
    };
    let outcome: Outcome;
    try {
      outcome = await runRoles({ session, now, until, report, worker: endpoint.worker ?? context.awsRequestId });
    } catch (error) {
      outcome = { ...NOTHING, fault: { error } };
    }
    if (outcome.orgs > 0 || outcome.fault !== undefined) {
      const { orgs, looked, changed, walks, waiting, failed, late, done } = outcome;
      const fields = {
        orgs,
        looked,
        rolesChanged: changed,
        walks,
        waiting: waiting || undefined,
        failed: failed || undefined,
        done,
        ...faultNote(outcome.fault),
        ...run.beginning,
        ...usageFields(session.usage),
      };
      // Each hour in which a metric has a value costs money, so work done in time writes none.
      const lateness = late < LATE_MS ? {} : { RolesLateness: Math.round(late / 1_000) };
      run.end("roles.run", levelOf(outcome), fields, { RolesFailed: failed, ...lateness });
    }
    return outcome.done ? "done" : "more";
  };
}

type Outcome = Omit<RoleRunReport, "fault"> & { readonly fault: Partial<RoleFault> | undefined };

const LATE_MS = 60_000;

/** The report of a run that could not read its open work. */
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

/** The next run does the waiting work. A fault stays until somebody repairs its cause. */
function levelOf({ fault, waiting, done }: Outcome): "INFO" | "WARN" | "ERROR" {
  if (fault !== undefined) return "ERROR";
  return waiting > 0 || !done ? "WARN" : "INFO";
}

function faultNote(fault: Partial<RoleFault> | undefined) {
  if (fault === undefined) return {};
  const { orgId, userId, error } = fault;
  return { orgId, resourceId: userId, cause: causeOf(error) };
}
