import { getOrg } from "../../provisioning/changeOrg.ts";
import { type Provisioned, viewTeams, viewTeamWithMembers, viewUsers } from "../../provisioning/provisionedViews.ts";
import { LinkStore } from "../../store/links.ts";
import type { PROVISIONED_OPERATIONS } from "./declarations/provisioned.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";

type OfOrg = Called<AdminMeans> & { readonly parameters: { readonly org: string } };

export const provisionedHandlers: Handlers<AdminMeans, typeof PROVISIONED_OPERATIONS> = {
  listUsers: async (call) => {
    const { startIndex, count } = call.query;
    const { totalResults, views } = await viewUsers(await provisionedOf(call), startIndex, count);
    return { totalResults, startIndex, itemsPerPage: views.length, users: views };
  },
  listTeams: async (call) => {
    const { startIndex, count } = call.query;
    const { totalResults, views } = await viewTeams(await provisionedOf(call), startIndex, count);
    return { totalResults, startIndex, itemsPerPage: views.length, teams: views };
  },
  getTeam: async (call) => {
    const { count, after } = call.query;
    return viewTeamWithMembers(await provisionedOf(call), call.parameters.idOrName, count, after);
  },
};

async function provisionedOf({ ctx: { store }, administration, parameters }: OfOrg): Promise<Provisioned> {
  const { id } = await getOrg(administration.settings, parameters.org);
  const links = new LinkStore(store.view(id, "managed"), store.view(id, "unmanaged"));
  return { directory: store.directory(id), links };
}
