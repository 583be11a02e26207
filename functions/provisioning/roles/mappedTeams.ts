import { isGroupId } from "../../scim/schema.ts";
import type { OrgId } from "../../store/keys.ts";
import type { Directory } from "../../store/session.ts";
import { teamNameOf } from "../directoryViews.ts";

/** An existing team. */
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

/** The existing teams among the ids, of either side, read strongly consistent: two reads for each id. */
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
