import type { OrgId } from "../store/keys.ts";
import type { RemovalCounts, RemovalKind, Removals } from "../store/removalCounts.ts";

export interface MassChangeLimits {
  /** Share of the org's users at the beginning of the hour. */
  readonly percent: number;
  /** Fewer removals than this are never a mass change. */
  readonly atLeast: number;
}

export const MASS_CHANGE_LIMITS: MassChangeLimits = { percent: 20, atLeast: 20 };

/** The most removals within an hour that are no mass change. */
export function mostRemovals({ percent, atLeast }: MassChangeLimits, roster: number): number {
  return Math.max(atLeast - 1, Math.floor((roster * percent) / 100));
}

/** Within an hour more of an org's people lost access or team memberships than everyday work explains. */
export interface MassChange {
  readonly kind: RemovalKind;
  readonly lost: number;
  /** Users of the org, including those deleted within the hour. */
  readonly roster: number;
}

/**
 * Adds removals to those of the last hour and returns the mass changes that result. It holds nothing back: the identity provider
 * may be right, so a person has to look (product.md 5.1). The rule `massChange` can hold removals (ADR 66).
 */
export async function massChanges(
  counts: RemovalCounts,
  limits: MassChangeLimits,
  orgId: OrgId,
  removals: Removals,
  now: number,
): Promise<MassChange[]> {
  const sums = await counts.add(orgId, removals, now);
  const lostBy: Readonly<Record<RemovalKind, number>> = {
    users: sums.deactivated + sums.deleted,
    members: sums.membersRemoved,
  };
  const grownBy: Readonly<Record<RemovalKind, number>> = {
    users: removals.deactivated + removals.deleted,
    members: removals.membersRemoved,
  };
  const many = (["users", "members"] as const).filter((kind) => grownBy[kind] > 0 && lostBy[kind] >= limits.atLeast);
  if (many.length === 0) return [];
  const roster = (await counts.users(orgId)) + sums.deleted;
  const found: MassChange[] = [];
  for (const kind of many) {
    if (lostBy[kind] <= mostRemovals(limits, roster)) continue;
    if (await counts.claim(orgId, kind, now)) found.push({ kind, lost: lostBy[kind], roster });
  }
  return found;
}

/**
 * Reads `PERCENT/AT_LEAST`, e.g. `20/20`; undefined means the default.
 * @throws Error for any other text
 */
export function readMassChangeLimits(text: string | undefined): MassChangeLimits {
  if (text === undefined) return MASS_CHANGE_LIMITS;
  const [, percent, atLeast] = /^([1-9]\d?|100)\/([1-9]\d{0,6})$/.exec(text) ?? [];
  if (percent !== undefined && atLeast !== undefined) return { percent: Number(percent), atLeast: Number(atLeast) };
  throw new Error(`limits of a mass change are PERCENT/AT_LEAST, such as 20/20, not ${text}`);
}
