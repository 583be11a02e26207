import type { OrgId } from "../store/keys.ts";
import { LOSS_WINDOW_MS, type LossCounts, type Losses, type LossKind, NO_LOSSES, sumOf } from "../store/lossCounts.ts";

/** An hour is added up from spans of this length, so that what is kept does not grow with the requests. */
const SPAN_MS = 60_000;

/** The loss counts of one process. */
export class MemoryLossCounts implements LossCounts {
  readonly users: LossCounts["users"];
  /** By org, and by when the span began. */
  readonly #spans = new Map<string, ReadonlyMap<number, Losses>>();
  /** Org id and kind → when it was last claimed. */
  readonly #claims = new Map<string, number>();

  /** @param users how many users an org has now */
  constructor(users: LossCounts["users"]) {
    this.users = users;
  }

  async add(orgId: OrgId, losses: Losses, now: number): Promise<Losses> {
    const start = Math.floor(now / SPAN_MS) * SPAN_MS;
    const known = this.#spans.get(orgId) ?? new Map<number, Losses>();
    const lately = new Map([...known].filter(([begun]) => begun > now - LOSS_WINDOW_MS));
    lately.set(start, sumOf(lately.get(start) ?? NO_LOSSES, losses));
    this.#spans.set(orgId, lately);
    return [...lately.values()].reduce(sumOf, NO_LOSSES);
  }

  async claim(orgId: OrgId, kind: LossKind, now: number): Promise<boolean> {
    const name = `${orgId} ${kind}`;
    const before = this.#claims.get(name);
    if (before !== undefined && before > now - LOSS_WINDOW_MS) return false;
    this.#claims.set(name, now);
    return true;
  }
}
