import { isGroupId } from "../../scim/schema.ts";
import type { OrgId } from "../../store/keys.ts";
import type { Directory } from "../../store/session.ts";
import { teamNameOf } from "../directoryViews.ts";

/** A team that lives. */
export interface MappedTeam {
  readonly id: string;
  readonly displayName: string;
  readonly managed: boolean;
}

interface Sides {
  /** The managed side. */
  directory(orgId: OrgId): Directory;
  unmanaged(orgId: OrgId): Directory;
}

/** Those of the ids that are teams of either side, read strongly consistent: two reads of each id. */
export async function mappedTeams(
  sides: Sides,
  orgId: OrgId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MappedTeam>> {
  const asked = [...new Set(ids)].filter(isGroupId);
  if (asked.length === 0) return new Map();
  const found = await Promise.all(
    [true, false].map(async (managed) => {
      const { groups } = managed ? sides.directory(orgId) : sides.unmanaged(orgId);
      const records = await groups.findMany(asked);
      return records.map((team) => ({ id: team.id, displayName: teamNameOf(team), managed }));
    }),
  );
  return new Map(found.flat().map((team) => [team.id, team]));
}
