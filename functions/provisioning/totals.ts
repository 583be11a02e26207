import type { Directory } from "../store/session.ts";

export interface SideTotals {
  readonly users: number;
  readonly groups: number;
}

/** Exact, from the counters: what it costs does not grow with the org. */
export async function totalsOf(
  managed: Directory,
  unmanaged: Directory,
): Promise<{ readonly managed: SideTotals; readonly unmanaged: SideTotals }> {
  const [ofManaged, ofUnmanaged] = await Promise.all([sideTotals(managed), sideTotals(unmanaged)]);
  return { managed: ofManaged, unmanaged: ofUnmanaged };
}

async function sideTotals({ users, groups }: Directory): Promise<SideTotals> {
  const [ofUsers, ofGroups] = await Promise.all([users.page(0, 0), groups.page(0, 0)]);
  return { users: ofUsers.total, groups: ofGroups.total };
}
