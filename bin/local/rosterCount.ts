import type { LossCounts } from "../../functions/store/lossCounts.ts";
import type { Store } from "../../functions/store/ports.ts";

const KEPT_MS = 10_000;

/**
 * How many users an org has, asked for once in ten seconds: with every member removed the watch wants to know, and goes
 * by a fifth of it. Asking each time took longer than the removal.
 */
export function rosterCount(store: Store, now: () => number): LossCounts["users"] {
  const known = new Map<string, { readonly asked: number; readonly users: number }>();
  return async (orgId) => {
    const last = known.get(orgId);
    if (last !== undefined && now() - last.asked < KEPT_MS) return last.users;
    const { total: users } = await store.begin().directory(orgId).users.page(0, 0);
    known.set(orgId, { asked: now(), users });
    return users;
  };
}
