import type { Buckets, Charge, Charged } from "../../functions/store/buckets.ts";

/** The buckets of one process. */
export class ProcessBuckets implements Buckets {
  readonly #items = new Map<string, { readonly fullAt: number; readonly total: number }>();

  async charge({ orgId, now, cost, asked, latest, farthest, slack }: Charge): Promise<Charged> {
    const { fullAt: before, total } = this.#items.get(orgId) ?? { fullAt: 0, total: 0 };
    const isFull = before < now - slack || before > farthest;
    if (!isFull && before > latest) return { outcome: "refused", fullAt: before, total, wcu: 0 };
    const next = { fullAt: (isFull ? now : before) + cost, total: total + asked };
    this.#items.set(orgId, next);
    return { outcome: "charged", ...next, wcu: 0 };
  }
}
