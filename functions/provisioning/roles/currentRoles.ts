import type { ResourceRecord } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import { AssignedRoleStore, assignedOf } from "../../store/roles/assigned.ts";
import { policyIn, policyKeys, type RolePolicy } from "../../store/roles/policy.ts";
import { roleKeys } from "../../store/roles/roleKeys.ts";
import type { AssignedRole, AssignedRoles } from "../../store/roles/roleRecords.ts";
import { rolesOf, sentRoles } from "../../store/roles/rolesOf.ts";
import type { Application } from "../application.ts";
import { isMemberOfOrg, type OfSide } from "../bothSides.ts";

/**
 * The facts that decide people's roles now, besides the people and their teams. Stored roles matter for roles that keep their last
 * holder: only the worker that writes roles knows the holder.
 */
export interface RolesAhead {
  readonly policy: RolePolicy;
  /** By user id. */
  readonly kept: ReadonlyMap<string, AssignedRoles>;
}

/**
 * Costs one call: a unit for each person, one for the mappings, and one for each 4 KB of the catalogue. For an org without roles
 * nothing is read.
 * @returns undefined where the org has no roles
 */
export async function readRolesAhead(
  { org, managed }: Application,
  userIds: readonly string[],
): Promise<RolesAhead | undefined> {
  if (org.roles === undefined || userIds.length === 0) return undefined;
  const keys = [...policyKeys(org.id), ...userIds.map((id) => roleKeys.assigned(org.id, id))];
  const items = await managed.view.database.getMany(keys);
  const policy = policyIn(items);
  const assigned = items.filter(({ pk }) => pk === roleKeys.assignedOf(org.id)).map(assignedOf);
  return policy && { policy, kept: new Map(assigned.map((one) => [one.userId, one])) };
}

/**
 * A person's roles now, whatever is stored. Changes count if they were answered before the reads of `ahead` and the teams began.
 * @param teams existing teams that hold the person
 */
export function currentRoles(
  ahead: RolesAhead | undefined,
  user: OfSide<ResourceRecord>,
  teams: readonly { readonly id: string }[],
): AssignedRole[] {
  if (ahead === undefined || !isMemberOfOrg(user)) return [];
  const { policy, kept } = ahead;
  const { record } = user;
  const facts = { member: true, teams: teams.map(({ id }) => id), sent: sentRoles(attributesOf(record)) };
  const roles = rolesOf(policy, facts);
  const has = new Set(roles.map(({ key }) => key));
  const keeping = new Set(policy.catalogue.roles.flatMap(({ key, keepOne }) => (keepOne ? [key] : [])));
  const held = (kept.get(record.id)?.roles ?? []).filter(({ key }) => keeping.has(key) && !has.has(key));
  const all = [...roles, ...held.map(({ key }): AssignedRole => ({ key, sources: [{ type: "held" }] }))];
  return all.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Roles as last stored, by user id. @param userIds of a page; empty: nothing is read */
export async function readKeptRoles(
  { org, managed }: Application,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, AssignedRoles>> {
  if (org.roles === undefined || userIds.length === 0) return new Map();
  return new AssignedRoleStore(managed.view.database, org.id).ofUsers(userIds);
}
