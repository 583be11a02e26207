import { EVERY_ORG, type OrgId } from "../keys.ts";
import type { Key } from "../table.ts";

/** Eight partitions of work, for the orgs of a deployment together have more than one takes. */
const WORK_SHARDS = 8;

/** The sort keys of what decides about roles: no id of a user is like them. */
export const CATALOGUE = "CATALOGUE";
export const MAPPINGS = "ROLES";

/**
 * The keys of roles. What an administrator decides stands with the settings (`mappings`); everything else under a prefix
 * of its own, so that the right to it is the right to nothing else.
 */
export const roleKeys = {
  /** Of the whole deployment. The stream's filter knows it by the end of its partition key, as `assigned`. */
  catalogue: (): Key => ({ pk: `R#${EVERY_ORG}#A`, sk: CATALOGUE }),
  /** How many orgs use each role: a number for each key. */
  uses: (): Key => ({ pk: `R#${EVERY_ORG}#N`, sk: "USES" }),
  /** Partition of the ids of all orgs that have roles. */
  orgs: (): string => `R#${EVERY_ORG}#O`,
  org: (orgId: OrgId): Key => ({ pk: `R#${EVERY_ORG}#O`, sk: orgId }),
  mappings: (orgId: OrgId): Key => ({ pk: `C#${orgId}`, sk: MAPPINGS }),
  /** Partition of the roles of an org's users, in the order of their ids. */
  assignedOf: (orgId: OrgId): string => `R#${orgId}#A`,
  assigned: (orgId: OrgId, userId: string): Key => ({ pk: `R#${orgId}#A`, sk: userId }),
  /** Partition of how many people of the org have each role. */
  holdersOf: (orgId: OrgId): string => `R#${orgId}#H`,
  holders: (orgId: OrgId, role: string): Key => ({ pk: `R#${orgId}#H`, sk: role }),
  /** Partitions of what is to be done, for all orgs. */
  work: Array.from({ length: WORK_SHARDS }, (_, shard) => `R#${EVERY_ORG}#W${shard}`) as readonly string[],
  /** The user is to be looked at. */
  mark: (orgId: OrgId, userId: string): Key => ({ pk: workOf(orgId), sk: `${orgId}#${userId}` }),
  /** All users of the org are. Sorts before the org's marks. */
  walk: (orgId: OrgId): Key => ({ pk: workOf(orgId), sk: `${orgId}#!` }),
} as const;

function workOf(orgId: OrgId): string {
  let sum = 0;
  for (const letter of orgId) sum += letter.charCodeAt(0);
  return `R#${EVERY_ORG}#W${sum % WORK_SHARDS}`;
}
