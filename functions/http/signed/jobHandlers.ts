import { OperatorError } from "../../provisioning/operatorError.ts";
import { sweepSide } from "../../provisioning/sweeping.ts";
import { LIMITS } from "../../provisioning/timeBudget.ts";
import { type Finding, meaningOf } from "../../store/inspection/findings.ts";
import { Inspection } from "../../store/inspection/inspection.ts";
import { JobStore } from "../../store/jobs.ts";
import { typeOf } from "../../store/keys.ts";
import type { StoredType } from "../../store/storedTypes.ts";
import { faultNote } from "../unreadable.ts";
import { sideOf } from "./dataHandlers.ts";
import type { JOB_OPERATIONS } from "./declarations/jobs.ts";
import type { Call, Handlers, MaintenanceMeans } from "./route.ts";

type JobList = Call<MaintenanceMeans, (typeof JOB_OPERATIONS)["listDeletions" | "listBegun"]>;

/** Findings whose repair marks users, so that the worker computes their roles. */
const PUTS_MARKS = /^(?:user\.roles|roleWork)/;

/** Unfinished work on an org's data, for an operator who suspects that something is stuck. */
export function jobHandlers(types: readonly StoredType[]): Handlers<MaintenanceMeans, typeof JOB_OPERATIONS> {
  const jobsOf = async ({ ctx, org, parameters, query: { after } }: JobList) => {
    const side = sideOf(parameters);
    // A letter alone is the place before the first resource of its type.
    if (after !== undefined && typeOf(types, after) === undefined && !types.some(({ letter }) => letter === after)) {
      throw OperatorError.invalidValue("after");
    }
    const { id } = await org();
    return new JobStore(ctx.store.view(id, side));
  };
  return {
    listDeletions: async (call) => (await jobsOf(call)).deletions(call.query.after),
    sweepDeletions: async ({ ctx, org, parameters, body: { after = "" } }) => {
      const { endpoint, logFields, reference, store } = ctx;
      if (after !== "" && typeOf(types, after) === undefined) throw OperatorError.invalidValue("after");
      const managed = sideOf(parameters) === "managed";
      const { id: orgId } = await org();
      const until = endpoint.now() + LIMITS.operatorStep;
      const step = await sweepSide(store, { orgId, managed }, after, { now: endpoint.now, until, reference });
      const { fault, ...shown } = step;
      Object.assign(logFields, { swept: step.done + step.again, left: step.left.length, ...faultNote(fault) });
      logFields.done = step.next === undefined;
      return shown;
    },
    listBegun: async (call) => (await jobsOf(call)).begun(call.query.after),
    inspectOrg: async ({ ctx, actor, org, body: { repair = false, index = false, from } }) => {
      const { endpoint, store, logFields, started, reference } = ctx;
      const { id, deletion, roles } = await org();
      if (deletion?.purging === true) throw OperatorError.conflict("inspectionPurging");
      const step = await new Inspection(store.database, id, types).step({
        repair,
        index,
        roles: endpoint.roles === true && roles !== undefined,
        from,
        until: endpoint.now() + LIMITS.operatorStep,
        stamp: { at: new Date(started).toISOString(), tokenId: actor, reference },
      });
      if (step === undefined) throw OperatorError.invalidValue("from");
      logFields.found = step.findings.length;
      logFields.repaired = step.findings.filter((finding) => finding.repair === "done").length;
      logFields.done = step.next === undefined;
      if (step.findings.some((one) => one.repair === "done" && PUTS_MARKS.test(one.code))) endpoint.wakeRoles?.();
      const { rcu, wcu } = store.usage;
      return { ...step, findings: step.findings.map((finding) => findingView(finding, types)), cost: { rcu, wcu } };
    },
  };
}

function findingView({ code, managed, ids, repair }: Finding, types: readonly StoredType[]) {
  const { weight, says, repair: mends, advice } = meaningOf(code, types);
  return {
    code,
    weight,
    side: managed ? ("managed" as const) : ("unmanaged" as const),
    ids,
    says,
    repair,
    mends,
    advice,
  };
}
