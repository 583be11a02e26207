import { printPath } from "../scim/attributePath.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { namesNothing } from "../scim/filter/parseFilter.ts";

/** What an index can be asked, e.g. `userName eq`, and about how many resources its answer names: fewer is more selective. */
export type Indexes<K extends string> = Readonly<Record<K, number>>;

/** One question to an index: which resources may have this value, or one that begins so? */
export interface Lookup<K> {
  /** e.g. `userName eq` */
  readonly by: K;
  readonly value: string;
}

/**
 * Questions whose answers together hold every resource that the filter matches, and perhaps others: whoever asks them
 * checks the whole filter on what comes back. None at all says that nothing can match.
 *
 * Of conditions joined by `and` the most selective one is asked, of conditions joined by `or` all are. Whatever no index
 * knows (`not`, `ne`, `pr` and the rest) has no plan, and neither has an `or` with such a side.
 * @returns undefined when every resource has to be looked at
 */
export function planOf<K extends string>(
  filter: Filter,
  indexes: Indexes<K>,
  typeName: string,
): readonly Lookup<K>[] | undefined {
  return new Planner(indexes, typeName).plan(filter, "")?.lookups;
}

interface Plan<K> {
  readonly lookups: readonly Lookup<K>[];
  readonly cost: number;
}

class Planner<K extends string> {
  readonly #indexes: Indexes<K>;
  readonly #typeName: string;

  constructor(indexes: Indexes<K>, typeName: string) {
    this.#indexes = indexes;
    this.#typeName = typeName;
  }

  /** @param prefix of paths inside a value path, e.g. `emails.` */
  plan(filter: Filter, prefix: string): Plan<K> | undefined {
    switch (filter.kind) {
      case "and":
        return cheaper(this.plan(filter.left, prefix), this.plan(filter.right, prefix));
      case "or":
        return both(this.plan(filter.left, prefix), this.plan(filter.right, prefix));
      case "value":
        return this.plan(filter.filter, `${printPath(filter.path)}.`);
      case "compare":
        return this.#comparison(filter, prefix + printPath(filter.path));
      case "present":
        return namesNothing(filter) ? NOTHING : undefined;
      case "not":
        return undefined;
    }
  }

  #comparison({ operator, value }: Extract<Filter, { kind: "compare" }>, path: string): Plan<K> | undefined {
    if (typeof value !== "string") return undefined;
    if (path === "meta.resourceType" && operator === "eq" && value !== this.#typeName) return NOTHING;
    const by = `${path} ${operator}`;
    // Every value begins with an empty text: that is no selection.
    if (!this.#isIndexed(by) || (operator === "sw" && value === "")) return undefined;
    return { lookups: [{ by, value }], cost: this.#indexes[by] };
  }

  #isIndexed(by: string): by is K {
    return Object.hasOwn(this.#indexes, by);
  }
}

const NOTHING: Plan<never> = { lookups: [], cost: 0 };

function cheaper<K>(left: Plan<K> | undefined, right: Plan<K> | undefined): Plan<K> | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return right.cost < left.cost ? right : left;
}

function both<K>(left: Plan<K> | undefined, right: Plan<K> | undefined): Plan<K> | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { lookups: [...left.lookups, ...right.lookups], cost: left.cost + right.cost };
}
