import type { Chance } from "./chance.ts";

/** When a fault comes: with the next so many, or with this share of all of them. */
export type Occasion = { readonly next: number } | { readonly rate: number };

interface Planned<F, C> {
  readonly fault: F;
  readonly falls: (candidate: C) => boolean;
  readonly rate: number | undefined;
  left: number;
}

/** Which of the things that happen meet a fault: by the seed, each at most one, the first planned that falls to it. */
export class FaultPlan<F, C> {
  readonly #chance: Chance;
  #planned: Planned<F, C>[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** @param falls to which it may come @throws RangeError for a rate that is no share */
  add(occasion: Occasion, fault: F, falls: (candidate: C) => boolean = () => true): void {
    const [rate, left] = "rate" in occasion ? [occasion.rate, 0] : [undefined, occasion.next];
    if (rate !== undefined && !(rate >= 0 && rate <= 1)) throw new RangeError("A rate is a number from 0 to 1.");
    this.#planned.push({ fault, falls, rate, left });
  }

  clear(): void {
    this.#planned = [];
  }

  /** Asked once for each thing that is about to happen. */
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
