import { planMembers } from "../../scim/patch/applyPatch.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { GroupRecord, Wanted } from "../../store/records.ts";
import type { ResourceDefinition } from "./definition.ts";
import { GROUP_ACTIONS } from "./groupActions.ts";
import { GROUP_QUERIES, wantedOfMembers } from "./groupQueries.ts";

export const GROUPS: ResourceDefinition<GroupRecord> = {
  ...GROUP_QUERIES,
  actions: GROUP_ACTIONS,
  // 204 is Entra's documented answer, and no roster to send back.
  patchStatus: ({ groupPatchAnswer }) => groupPatchAnswer,
  wantedByPatch,
};

/** The members a PATCH names, and their memberships: they are what it will ask for first. */
function wantedByPatch(groupId: string, operations: readonly ResolvedOperation[]): Iterable<Wanted> {
  const plan = planMembers(operations);
  if (plan === "needsMembers" || plan.exact) return [];
  const { add, remove } = plan;
  return wantedOfMembers(groupId, [...add, ...remove], add);
}
