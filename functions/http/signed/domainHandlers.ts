import { getOrg } from "../../provisioning/changeOrg.ts";
import { addDomain, removeDomain, verifyDomain } from "../../provisioning/domains.ts";
import type { DOMAIN_OPERATIONS } from "./declarations/domains.ts";
import type { AdminMeans, Handlers } from "./route.ts";
import { domainView } from "./views.ts";

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
