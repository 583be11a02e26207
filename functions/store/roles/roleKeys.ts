import { EVERY_ORG, type OrgId } from "../keys.ts";
import type { Key } from "../table.ts";

/** Eight partitions of work, because all orgs of a deployment together exceed the throughput of one. */
const WORK_SHARDS = 8;

/** Sort keys of catalogue and mappings; no id of a user has this form. */
export const CATALOGUE = "CATALOGUE";
export const MAPPINGS = "ROLES";

/** Of the whole deployment. The stream's filter matches the end of its partition key, like that of `assigned`. */
export function catalogueKey(): Key {
  return { pk: `R#${EVERY_ORG}#A`, sk: CATALOGUE };
}

/**
 * The other keys of roles. An administrator's decisions stand with the settings (`mappings`), everything else under its own
 * prefix, so that the right to write it covers nothing else.
 */
export const roleKeys = {
  /** A number for each role: how many orgs use it. */
  uses: (): Key => ({ pk: `R#${EVERY_ORG}#N`, sk: "USES" }),
  /** Partition of the ids of all orgs that have roles. */
  orgs: (): string => `R#${EVERY_ORG}#O`,
  org: (orgId: OrgId): Key => ({ pk: `R#${EVERY_ORG}#O`, sk: orgId }),
  mappings: (orgId: OrgId): Key => ({ pk: `C#${orgId}`, sk: MAPPINGS }),
  /** Partition of the roles of an org's users, in the order of their ids. */
  assignedOf: (orgId: OrgId): string => `R#${orgId}#A`,
  assigned: (orgId: OrgId, userId: string): Key => ({ pk: `R#${orgId}#A`, sk: userId }),
  /** Partition with the holder count of each role in the org. */
  holdersOf: (orgId: OrgId): string => `R#${orgId}#H`,
  holders: (orgId: OrgId, role: string): Key => ({ pk: `R#${orgId}#H`, sk: role }),
  /** Partitions of the work of all orgs. */
  work: /* @__PURE__ */ Array.from(
    { length: WORK_SHARDS },
    (_, shard) => `R#${EVERY_ORG}#W${shard}`,
  ) as readonly string[],
  /** Work: look at this user. */
  mark: (orgId: OrgId, userId: string): Key => ({ pk: workOf(orgId), sk: `${orgId}#${userId}` }),
  /** Work: look at all users of the org. Sorts before the org's marks. */
  walk: (orgId: OrgId): Key => ({ pk: workOf(orgId), sk: `${orgId}#!` }),
} as const;

function workOf(orgId: OrgId): string {
  let sum = 0;
  for (const letter of orgId) sum += letter.charCodeAt(0);
  return `R#${EVERY_ORG}#W${sum % WORK_SHARDS}`;
}
