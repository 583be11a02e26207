import {
  LOSS_WINDOW_MS,
  type LossCounts,
  type Losses,
  type LossKind,
  NO_LOSSES,
  sumOf,
} from "../provisioning/massChange.ts";
import type { OrgId } from "../provisioning/ports.ts";

interface Entry {
  readonly at: number;
  readonly losses: Losses;
}

/** The loss counts of one process. */
export class MemoryLossCounts implements LossCounts {
  readonly users: LossCounts["users"];
  readonly #entries = new Map<string, readonly Entry[]>();
  /** Org id and kind → when it was last claimed. */
  readonly #claims = new Map<string, number>();

  /** @param users how many users an org has now */
  constructor(users: LossCounts["users"]) {
    this.users = users;
  }

  async add(orgId: OrgId, losses: Losses, now: number): Promise<Losses> {
    const lately = (this.#entries.get(orgId) ?? []).filter(({ at }) => at > now - LOSS_WINDOW_MS);
    const entries = [...lately, { at: now, losses }];
    this.#entries.set(orgId, entries);
    return entries.map((entry) => entry.losses).reduce(sumOf, NO_LOSSES);
  }

  async claim(orgId: OrgId, kind: LossKind, now: number): Promise<boolean> {
    const name = `${orgId} ${kind}`;
    const before = this.#claims.get(name);
    if (before !== undefined && before > now - LOSS_WINDOW_MS) return false;
    this.#claims.set(name, now);
    return true;
  }
}
