import { OperatorError } from "../provisioning/operatorError.ts";
import { sweepSide } from "../provisioning/sweeping.ts";
import { LIMITS } from "../provisioning/timeBudget.ts";
import { JobStore } from "../store/jobs.ts";
import type { JobPage } from "../store/records.ts";
import { type TypeLayout, typeOf } from "../store/storedType.ts";
import type { Answer } from "./answer.ts";
import { readBody, textAt } from "./jsonReading.ts";
import type { MaintenanceCall, MaintenanceRoute } from "./maintenanceRoutes.ts";

import { faultNote } from "./sweepFault.ts";

/** What was begun of an org's data and is not at its end, for an operator who wonders whether something is stuck. */
export function jobRoutes(types: readonly TypeLayout[]): readonly MaintenanceRoute[] {
  return [
    {
      method: "GET",
      path: "orgs/{org}/data/jobs/{side}/deletions",
      operation: "listDeletions",
      answer: (call) => page(call, types, (jobs, after) => jobs.deletions(after)),
    },
    {
      method: "POST",
      path: "orgs/{org}/data/jobs/{side}/deletions",
      operation: "sweepDeletions",
      answer: async (call) => {
        const { endpoint, logFields, reference, store } = call.ctx;
        const after = textAt(readBody(call.ctx, ["after"]), "after") ?? "";
        if (after !== "" && typeOf(types, after) === undefined) throw OperatorError.invalidValue("after");
        const managed = sideOf(call) === "managed";
        const { id: orgId } = await call.org();
        const until = endpoint.now() + LIMITS.operatorStep;
        const step = await sweepSide(store, { orgId, managed }, after, { now: endpoint.now, until, reference });
        const { fault, ...told } = step;
        Object.assign(logFields, { swept: step.done + step.again, left: step.left.length, ...faultNote(fault) });
        logFields.done = step.next === undefined;
        return { status: 200, body: JSON.stringify(told) };
      },
    },
    {
      method: "GET",
      path: "orgs/{org}/data/jobs/{side}/begun",
      operation: "listBegun",
      answer: (call) => page(call, types, (jobs, after) => jobs.begun(after)),
    },
  ];
}

/** @throws ScimError 404 */
function sideOf({ parameter }: MaintenanceCall): "managed" | "unmanaged" {
  const side = parameter("side");
  if (side !== "managed" && side !== "unmanaged") throw OperatorError.notFound("side");
  return side;
}

async function page(
  call: MaintenanceCall,
  types: readonly TypeLayout[],
  read: (jobs: JobStore, after: string | undefined) => Promise<JobPage<object>>,
): Promise<Answer> {
  const { ctx, org } = call;
  const side = sideOf(call);
  const after = ctx.query("after");
  // A letter alone is the place before the first resource of its type.
  if (after !== undefined && typeOf(types, after) === undefined && !types.some(({ letter }) => letter === after)) {
    throw OperatorError.invalidValue("after");
  }
  const { id } = await org();
  const { store } = ctx;
  const { jobs, next } = await read(new JobStore(store.view(id, side)), after);
  return { status: 200, body: JSON.stringify({ jobs, next }) };
}
