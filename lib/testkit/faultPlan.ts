import type { Chance } from "./chance.ts";

/** When a fault occurs: for the next so many, or for this share of all. */
export type Occasion = { readonly next: number } | { readonly rate: number };

interface Planned<F, C> {
  readonly fault: F;
  readonly falls: (candidate: C) => boolean;
  readonly rate: number | undefined;
  left: number;
}

/** Assigns faults by the seed: each candidate gets at most one, the first planned that matches and falls due. */
export class FaultPlan<F, C> {
  readonly #chance: Chance;
  #planned: Planned<F, C>[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** @param falls whether the fault can hit a candidate @throws RangeError for a rate outside 0 to 1 */
  add(occasion: Occasion, fault: F, falls: (candidate: C) => boolean = () => true): void {
    const [rate, left] = "rate" in occasion ? [occasion.rate, 0] : [undefined, occasion.next];
    if (rate !== undefined && !(rate >= 0 && rate <= 1)) throw new RangeError("A rate is a number from 0 to 1.");
    this.#planned.push({ fault, falls, rate, left });
  }

  clear(): void {
    this.#planned = [];
  }

  /** Call once for each coming candidate. */
  take(candidate: C): F | undefined {
    for (const planned of this.#planned) {
      if (!planned.falls(candidate)) continue;
      const comes = planned.rate === undefined ? planned.left > 0 : this.#chance.next() < planned.rate;
      if (!comes) continue;
      planned.left -= 1;
      return planned.fault;
    }
    return undefined;
  }
}
