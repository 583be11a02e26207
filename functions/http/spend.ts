import { unitsOfBody, unitsOfWork } from "../provisioning/budgetUnits.ts";
import { ScimError } from "../scim/error.ts";
import type { RequestContext } from "./requestContext.ts";

/**
 * Counts a verified request against its org's budget.
 * @throws ScimError 429 when the org has used it up
 */
export async function spend(ctx: RequestContext, orgId: string): Promise<void> {
  const { bytesIn, endpoint, metrics, logFields } = ctx;
  if (endpoint.budget === undefined) return;
  const admission = await endpoint.budget.admit(orgId, unitsOfBody(bytesIn), () => endpoint.now(), ctx.signal);
  if (admission.outcome === "admitted") {
    ctx.admitted = admission;
    return;
  }
  Object.assign(logFields, usedFields(admission.use));
  metrics.BudgetRefusals = 1;
  throw ScimError.tooManyRequests("overBudget", Math.ceil(admission.waitMs / 1_000));
}

/** A middleware: what the request did is paid for before the answer, because Lambda freezes the process with it. */
export function settleBudget() {
  const settle = async ({ event }: { readonly event: RequestContext }): Promise<void> => {
    const { admitted, logFields, store } = event;
    if (admitted === undefined) return;
    const units = unitsOfWork(store.usage);
    const use = await admitted.settle(units - admitted.units);
    const spent = Math.max(units, admitted.units);
    Object.assign(logFields, usedFields(use), { budgetUnits: spent > 1 ? spent : undefined });
  };
  return { after: settle, onError: settle };
}

function usedFields({ faults, wcu }: { readonly faults: number; readonly wcu: number }) {
  return { budgetWcu: wcu > 0 ? wcu : undefined, budgetFaults: faults > 0 ? faults : undefined };
}
