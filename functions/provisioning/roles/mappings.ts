import { isGroupId } from "../../scim/schema.ts";
import type { Database } from "../../store/database.ts";
import type { OrgId } from "../../store/keys.ts";
import type { OrgRecord } from "../../store/records.ts";
import { readCatalogue, readMappings } from "../../store/roles/policy.ts";
import type { RoleMappings } from "../../store/roles/roleRecords.ts";
import { mappingsActions, noMappingsActions } from "../../store/roles/roleSettings.ts";
import { RoleWork } from "../../store/roles/roleWork.ts";
import type { Directory } from "../../store/session.ts";
import { type Administration, changeOrg, checkMatch, getOrg, stampOfCall } from "../changeOrg.ts";
import { type TeamOfUser, teamNameOf } from "../directoryViews.ts";
import { checkMappings, type GivenMappings, MappingError, type MappingWishes, readWishes } from "./mappingChecks.ts";

/** Administration with the stores that roles depend on. */
export interface RoleAdministration extends Administration {
  readonly database: Database;
  unmanaged(orgId: OrgId): Directory;
}

/** An org's mappings, with the names of their teams. */
export interface MappingsOfOrg {
  /** Absent: the org has no roles. */
  readonly mappings: RoleMappings | undefined;
  /** By id, without deleted teams. */
  readonly teams: ReadonlyMap<string, TeamOfUser>;
}

/** @throws ScimError 404 */
export async function getMappings(administration: RoleAdministration, slug: string): Promise<MappingsOfOrg> {
  const org = await getOrg(administration.settings, slug);
  const mappings = await mappingsOfOrg(administration, org);
  const ids = mappings?.mappings.map(({ team }) => team) ?? [];
  return { mappings, teams: await mappedTeams(administration, org.id, ids) };
}

/**
 * Replaces an org's mappings. The first mappings switch roles on. Equal mappings change nothing. A mapping to a deleted team may
 * stay, so that nobody has to remove it to change something else.
 * @param match If-Match
 * @throws ScimError 400 invalidValue, 404, 409 during a purge, 412; StoreBusy
 */
export function saveMappings(
  administration: RoleAdministration,
  slug: string,
  given: MappingWishes,
  match?: string,
): Promise<MappingsOfOrg> {
  const wishes = readWishes(given);
  return changeOrg<MappingsOfOrg>(administration, slug, async (org) => {
    const { before, catalogue, teams } = await readChecked(administration, org, wishes);
    if (before && textOf(before) === textOf(wishes)) return { answer: () => ({ mappings: before, teams }) };
    checkMatch(match, before);
    // The version comes from the settings, so that it rises even if mappings were removed in between.
    const mappings = { ...wishes, version: org.version + 1 };
    return {
      next: { ...org, roles: mappings.version },
      beside: mappingsActions(org.id, before, mappings, catalogue.version),
      answer: () => ({ mappings, teams }),
    };
  });
}

/**
 * Removes an org's mappings, so that the org has no roles.
 * @param match If-Match
 * @throws ScimError 404, 409 during a purge, 412; StoreBusy
 */
export function removeMappings(
  administration: RoleAdministration,
  slug: string,
  match?: string,
): Promise<MappingsOfOrg> {
  return changeOrg<MappingsOfOrg>(administration, slug, async (org) => {
    const answer = () => ({ mappings: undefined, teams: new Map() });
    if (!org.roles) return { answer };
    const { roles: _none, ...next } = org;
    const before = await mappingsOfOrg(administration, org);
    checkMatch(match, before);
    return { next, beside: noMappingsActions(org.id, before), answer };
  });
}

/** Starts a run, some seconds later, that computes the roles of all users again. @throws ScimError 404, 409 where the org has no roles */
export async function rebuildRoles(administration: RoleAdministration, slug: string): Promise<void> {
  const org = await getOrg(administration.settings, slug);
  if (!org.roles) throw MappingError.conflict("noMappings");
  await new RoleWork(administration.database).walk(org.id, stampOfCall(administration));
}

/** The present mappings, after checking whether `wishes` may replace them. @throws ScimError 400 invalidValue */
export async function readChecked(administration: RoleAdministration, org: OrgRecord, wishes: GivenMappings) {
  const [before, catalogue, teams] = await Promise.all([
    mappingsOfOrg(administration, org),
    readCatalogue(administration.database),
    mappedTeams(
      administration,
      org.id,
      wishes.mappings.map(({ team }) => team),
    ),
  ]);
  const known = new Set([...teams.keys(), ...(before?.mappings ?? []).map(({ team }) => team)]);
  checkMappings(wishes, catalogue, known);
  return { before, catalogue, teams };
}

async function mappingsOfOrg({ database }: RoleAdministration, org: OrgRecord): Promise<RoleMappings | undefined> {
  return org.roles ? readMappings(database, org.id) : undefined;
}

function textOf({ mode, defaultRole, mappings }: GivenMappings): string {
  return JSON.stringify([
    mode,
    // An absent default and a default of null differ.
    defaultRole === undefined ? [] : [defaultRole],
    mappings.map(({ team, role, priority }) => [team, role, priority]),
  ]);
}

/** The existing teams among the ids, of either side, read strongly consistent: two reads for each id. */
async function mappedTeams(
  administration: RoleAdministration,
  orgId: OrgId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TeamOfUser>> {
  const asked = [...new Set(ids)].filter(isGroupId);
  if (asked.length === 0) return new Map();
  const found = await Promise.all(
    [true, false].map(async (managed) => {
      const { groups } = managed ? administration.directory(orgId) : administration.unmanaged(orgId);
      const records = await groups.findMany(asked);
      return records.map((team) => ({ id: team.id, displayName: teamNameOf(team), managed }));
    }),
  );
  return new Map(found.flat().map((team) => [team.id, team]));
}
