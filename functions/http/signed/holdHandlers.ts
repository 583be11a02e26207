import { type HoldAnswer, refuseHold, releaseHold, showHold } from "../../provisioning/holdDecisions.ts";
import { rulesOf } from "../../provisioning/session.ts";
import { HoldStore } from "../../store/holds.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { RequestContext } from "../requestContext.ts";
import type { HOLD_OPERATIONS } from "./declarations/holds.ts";
import type { AdminMeans, Handlers } from "./route.ts";

export const holdHandlers: Handlers<AdminMeans, typeof HOLD_OPERATIONS> = {
  showHold: async ({ ctx, administration, parameters }) =>
    holdView(await showHold(administration, storeIn(ctx), parameters.org)),
  releaseHold: async ({ ctx, administration, parameters, body }) =>
    holdView(await releaseHold(administration, storeIn(ctx), parameters.org, body.hours)),
  refuseHold: async ({ ctx, administration, parameters, body }) =>
    holdView(await refuseHold(administration, storeIn(ctx), parameters.org, body.reason)),
};

function storeIn({ store }: Pick<RequestContext, "store">) {
  return ({ id }: OrgRecord) => new HoldStore(store.view(id, "managed"));
}

function holdView({ org, status, hold, requests, decision }: HoldAnswer) {
  const { latest = null, ...kept } = requests ?? { users: 0, groups: 0, members: 0 };
  return {
    org: org.slug,
    rule: rulesOf(org).massChange,
    status,
    hold: hold === undefined ? null : { ...hold, requests: kept, latest },
    decision: decision === undefined ? null : decisionView(decision),
  };
}

function decisionView(decision: NonNullable<HoldAnswer["decision"]>) {
  const { at } = decision;
  return decision.decision === "released" ? { at, until: decision.until } : { at, reason: decision.reason };
}
