import type { Size } from "./world.ts";

/** How the cost of an operation grows with an org: a bound for what the larger of two costs more. */
export interface Law {
  readonly says: string;
  /** Calls, and read units. Written units never grow. @param more so many more there are, and are in the answer */
  bound(more: Size & { readonly returned: number }): readonly [calls: number, rcu: number];
}

/** The same bytes do not always make the same units. */
const ROUNDING = 1;

/** Nothing that the org has besides is touched. */
export const FLAT: Law = { says: "flat", bound: () => [0, ROUNDING] };

/** A total is the sum of 62 counters at most, 10 units for each type. */
export const COUNTED: Law = { says: "flat, and up to 10 RCU of counters", bound: () => [1, 10 + ROUNDING] };

/** A page of what a query reads in order. @param rcu for each resource, member or line of the answer */
export function returned(rcu: number, calls = 0): Law {
  return {
    says: `${rcu} RCU and ${calls} calls for each returned`,
    bound: (more) => [2 + calls * more.returned, 10 + rcu * more.returned],
  };
}

/** Only so many entries of the journal are looked at, whatever is found. @param rcu of all of them */
export function lookedAt(rcu: number, calls: number): Law {
  return { says: `${rcu} RCU and ${calls} calls at most`, bound: () => [calls, rcu] };
}

/** All that there is is looked at. @param units read for each, and calls */
export function whole(units: Partial<Size>, calls: Partial<Size> = {}): Law {
  const sum = (of: Partial<Size>, more: Size): number =>
    (of.users ?? 0) * more.users + (of.groups ?? 0) * more.groups + (of.members ?? 0) * more.members;
  const named = Object.entries(units).map(([name, each]) => `${each} a ${name.replace(/s$/, "")}`);
  return { says: `RCU: ${named.join(", ")}`, bound: (more) => [2 + sum(calls, more), 10 + sum(units, more)] };
}
