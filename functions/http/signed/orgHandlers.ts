import { getOrg } from "../../provisioning/changeOrg.ts";
import { addDomain, removeDomain, verifyDomain } from "../../provisioning/domains.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import {
  pauseOrg,
  protectUser,
  restoreOrg,
  resumeOrg,
  scheduleDeletion,
  unprotectUser,
} from "../../provisioning/orgLife.ts";
import { answerWith, createOrg, updateOrg } from "../../provisioning/orgs.ts";
import { purgeOrg, remainsOf } from "../../provisioning/purge.ts";
import { readImportState } from "../../store/import.ts";
import { isOrgId } from "../../store/keys.ts";
import { OrgData } from "../../store/orgData.ts";
import type { DOMAIN_OPERATIONS } from "./declarations/domains.ts";
import type { ORG_OPERATIONS } from "./declarations/orgs.ts";
import type { AdminMeans, Handlers } from "./route.ts";
import { domainView, orgView } from "./views.ts";

export const orgHandlers: Handlers<AdminMeans, typeof ORG_OPERATIONS> = {
  listOrgs: async (call) => {
    const { orgs, next } = await call.administration.settings.orgs(call.query.count, call.query.after);
    return { orgs: orgs.map((org) => orgView(call, answerWith(org))), next };
  },
  createOrg: async (call) => {
    const { org, ...wishes } = call.body;
    const made = await createOrg(call.administration, org, wishes);
    call.ctx.logFields.org = org;
    return orgView(call, made);
  },
  getOrg: async (call) => orgView(call, answerWith(await getOrg(call.administration.settings, call.parameters.org))),
  updateOrg: async (call) =>
    orgView(call, await updateOrg(call.administration, call.parameters.org, call.body, call.match)),
  pauseOrg: async (call) => orgView(call, await pauseOrg(call.administration, call.parameters.org, call.body.reason)),
  resumeOrg: async (call) =>
    orgView(
      call,
      await resumeOrg(
        call.administration,
        ({ id }) => readImportState(call.ctx.store.view(id, "managed")),
        call.parameters.org,
      ),
    ),
  scheduleDeletion: async (call) =>
    orgView(call, await scheduleDeletion(call.administration, call.parameters.org, call.body.reason)),
  restoreOrg: async (call) => orgView(call, await restoreOrg(call.administration, call.parameters.org)),
  purgeOrg: async ({ ctx, administration, parameters, body }) => {
    const step = await purgeOrg(
      administration,
      (orgId) => new OrgData(ctx.store.database, orgId),
      parameters.org,
      body.confirm,
    );
    ctx.logFields.removed = step.removed;
    ctx.logFields.done = step.done;
    return step;
  },
  listRemains: async ({ ctx, parameters: { orgId } }) => {
    // Only the form can be checked: a purged org has no settings.
    if (!isOrgId(orgId)) throw OperatorError.invalidValue("orgId");
    return { orgId, ...(await remainsOf(new OrgData(ctx.store.database, orgId))) };
  },
  protectUser: async (call) => {
    const { org, userId } = call.parameters;
    return orgView(
      call,
      await protectUser(call.administration, ({ id }) => call.ctx.store.directory(id).users, org, userId),
    );
  },
  unprotectUser: async (call) =>
    orgView(call, await unprotectUser(call.administration, call.parameters.org, call.parameters.userId)),
};

/** The mail domains of an org. */
export const domainHandlers: Handlers<AdminMeans, typeof DOMAIN_OPERATIONS> = {
  listDomains: async ({ administration, parameters }) => {
    const { domains = [] } = await getOrg(administration.settings, parameters.org);
    return { domains: domains.map(domainView) };
  },
  addDomain: async ({ administration, parameters, body }) =>
    domainView(await addDomain(administration, parameters.org, body.domain)),
  verifyDomain: async ({ administration, resolveTxt, parameters }) =>
    domainView(await verifyDomain(administration, resolveTxt, parameters.org, parameters.domain)),
  removeDomain: async ({ administration, parameters }) => {
    const left = await removeDomain(administration, parameters.org, parameters.domain);
    return { domains: left.map(domainView) };
  },
};
