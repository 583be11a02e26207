import { getOrg } from "../../provisioning/changeOrg.ts";
import { viewTeams, viewTeamWithMembers, viewUsers } from "../../provisioning/provisionedViews.ts";
import type { Directory } from "../../store/session.ts";
import type { PROVISIONED_OPERATIONS } from "./declarations/provisioned.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";

type OfOrg = Called<AdminMeans> & { readonly parameters: { readonly org: string } };

export const provisionedHandlers: Handlers<AdminMeans, typeof PROVISIONED_OPERATIONS> = {
  listUsers: async (call) => {
    const { startIndex, count } = call.query;
    const { totalResults, views } = await viewUsers(await directoryOf(call), startIndex, count);
    return { totalResults, startIndex, itemsPerPage: views.length, users: views };
  },
  listTeams: async (call) => {
    const { startIndex, count } = call.query;
    const { totalResults, views } = await viewTeams(await directoryOf(call), startIndex, count);
    return { totalResults, startIndex, itemsPerPage: views.length, teams: views };
  },
  getTeam: async (call) => {
    const { count, after } = call.query;
    return viewTeamWithMembers(await directoryOf(call), call.parameters.idOrName, count, after);
  },
};

async function directoryOf({ ctx, administration, parameters }: OfOrg): Promise<Directory> {
  const { id } = await getOrg(administration.settings, parameters.org);
  return ctx.store.directory(id);
}
