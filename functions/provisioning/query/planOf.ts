import { type Filter, namesNothing } from "../../scim/filter/filter.ts";
import { printPath } from "../../scim/paths.ts";

/** About how many resources an index returns for a value: fewer is more selective. */
interface Selective {
  readonly names: number;
}

/** One query of an index: which resources may have this value, or one with this beginning? */
export interface Lookup<I> {
  readonly index: I;
  readonly value: string;
}

/**
 * Index queries whose answers together include every match, and perhaps other resources: the whole filter is then checked on them.
 * An empty list means that nothing can match.
 *
 * Of conditions joined by `and` the most selective one is used, of conditions joined by `or` all are. Operators without an index
 * (`not`, `ne`, `pr` and others) have no plan, nor does an `or` with such a side.
 * @param indexes by the comparison that they answer, e.g. `userName eq`
 * @returns undefined when every resource has to be examined
 */
export function planOf<I extends Selective>(
  filter: Filter,
  indexes: ReadonlyMap<string, I>,
  typeName: string,
): readonly Lookup<I>[] | undefined {
  return new Planner(indexes, typeName).plan(filter, "")?.lookups;
}

interface QueryPlan<I> {
  readonly lookups: readonly Lookup<I>[];
  readonly cost: number;
}

class Planner<I extends Selective> {
  readonly #indexes: ReadonlyMap<string, I>;
  readonly #typeName: string;

  constructor(indexes: ReadonlyMap<string, I>, typeName: string) {
    this.#indexes = indexes;
    this.#typeName = typeName;
  }

  /** @param prefix of paths inside a value path, e.g. `emails.` */
  plan(filter: Filter, prefix: string): QueryPlan<I> | undefined {
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

  #comparison({ operator, value }: Extract<Filter, { kind: "compare" }>, path: string): QueryPlan<I> | undefined {
    if (typeof value !== "string") return undefined;
    if (path === "meta.resourceType" && operator === "eq" && value !== this.#typeName) return NOTHING;
    const index = this.#indexes.get(`${path} ${operator}`);
    // Every value begins with an empty text, so it selects nothing.
    if (index === undefined || (operator === "sw" && value === "")) return undefined;
    return { lookups: [{ index, value }], cost: index.names };
  }
}

const NOTHING: QueryPlan<never> = { lookups: [], cost: 0 };

function cheaper<I>(left: QueryPlan<I> | undefined, right: QueryPlan<I> | undefined): QueryPlan<I> | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return right.cost < left.cost ? right : left;
}

function both<I>(left: QueryPlan<I> | undefined, right: QueryPlan<I> | undefined): QueryPlan<I> | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { lookups: [...left.lookups, ...right.lookups], cost: left.cost + right.cost };
}
