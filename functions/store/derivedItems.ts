import { keyItem, keyText, type OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { ResourceRecord } from "./records.ts";
import { readWidened } from "./resourceItems.ts";
import type { LookupKeys, TypeLayout } from "./storedType.ts";
import { ABSENT, type Action, type Item, type Key, type Test } from "./table.ts";

/** An item that follows from a resource or a membership. That of a name says whose it is: `id` or `ids`. */
export type DerivedItem = Item & Key;

/**
 * The items under which a resource is found, that of its name first. Only a unique name's promises anything: a
 * reader who comes by another one checks the resource. Of a shared name it is the part of this resource.
 */
export function derivedItems(
  keys: OrgKeys,
  type: TypeLayout,
  { id, keys: { name, externalId, values } }: Pick<ResourceRecord, "id" | "keys">,
): DerivedItem[] {
  const named = keyItem(keys.name(type, name));
  return [
    type.naming === "unique" ? { ...named, id } : { ...named, ids: new Set([id]) },
    ...(externalId === undefined ? [] : [keyItem(keys.externalId(type, externalId, id))]),
    ...values.map((value) => keyItem(keys.value(type, value, id))),
  ];
}

/** Ids of those that have the name of a name item. */
export function holdersOf({ id, ids }: Item): string[] {
  if (ids instanceof Set) return [...ids].map(String);
  return id === undefined ? [] : [String(id)];
}

/** What changes with a resource among the items that lead to it. */
export interface Moves {
  /** A name that is given up, and the one that is taken for it. */
  readonly released?: DerivedItem | undefined;
  readonly claimed?: DerivedItem | undefined;
  readonly puts: readonly DerivedItem[];
  readonly deletes: readonly DerivedItem[];
}

/** So many of a transaction. */
export function actionsIn({ released, claimed, puts, deletes }: Moves): number {
  return (released === undefined ? 0 : 1) + (claimed === undefined ? 0 : 1) + puts.length + deletes.length;
}

/** What makes the items of `before` those of `after`. */
export function movesBetween(before: readonly DerivedItem[], after: readonly DerivedItem[]): Moves {
  const old = new Map(before.map((item) => [keyText(item), item]));
  const come = after.filter((item) => !old.delete(keyText(item)));
  const gone = [...old.values()];
  return {
    released: gone.find(isName),
    claimed: come.find(isName),
    puts: come.filter((item) => !isName(item)),
    deletes: gone.filter((item) => !isName(item)),
  };
}

/**
 * The items that the first step of a two-step change put and that its second step did not get to.
 * @param widened `w` of the resource @param stored the keys that the resource has
 */
export function leftoversOf(
  keys: OrgKeys,
  type: TypeLayout,
  id: string,
  widened: string,
  stored: LookupKeys,
): readonly DerivedItem[] {
  const added = derivedItems(keys, type, { id, keys: readWidened(widened).keys });
  return movesBetween(added, derivedItems(keys, type, { id, keys: stored })).deletes;
}

export function isName({ id, ids }: Item): boolean {
  return id !== undefined || ids !== undefined;
}

/**
 * Where a name may be shared, the item exists exactly while its set has a member, so that "nobody has this name" is a
 * condition on one item. @param free whether a name that may be shared must be free all the same
 */
export function addDerived(item: DerivedItem, id: string, free: boolean): Action {
  if (!isName(item)) return { put: item };
  if (item.ids === undefined || free) return { put: item, condition: ABSENT };
  return { update: keyOf(item), set: { sv: SCHEMA_VERSION }, include: { ids: id } };
}

/** Whether others have a shared name too decides the form: the wrong one is refused, then the other one is tried. */
export type ReleaseForm = "only" | "oneOfSeveral";

export function removeDerived(item: DerivedItem, id: string, form: ReleaseForm): Action {
  const key = keyOf(item);
  if (item.ids === undefined) return { delete: key };
  const holds: Test = { holds: ["ids", id] };
  if (form === "only") return { delete: key, condition: { all: [holds, { size: ["ids", "one"] }] } };
  return { update: key, exclude: { ids: id }, condition: { all: [holds, { size: ["ids", "several"] }] } };
}

function keyOf({ pk, sk }: Key): Key {
  return { pk, sk };
}
