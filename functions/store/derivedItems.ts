import { keyIn, keyItem, keyText, type OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { ResourceRecord } from "./records.ts";
import { readWidened } from "./resourceItems.ts";
import type { LookupKeys, TypeLayout } from "./storedTypes.ts";
import { ABSENT, type Action, type Item, type Key, type Test } from "./table.ts";

/** An item that follows from a resource or a membership. A name item has its holders: `id` or `ids`. */
export type DerivedItem = Item & Key;

/**
 * The items under which a resource is found, its name first. Only the item of a unique name is authoritative; after the
 * others a reader must check the resource. For a shared name, the item contains only this resource.
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

/** Ids of the resources in a name item. */
export function holdersOf({ id, ids }: Item): string[] {
  if (ids instanceof Set) return [...ids].map(String);
  return id === undefined ? [] : [String(id)];
}

/** How the items that lead to a resource change. */
export interface Moves {
  /** The name given up, and the name that replaces it. */
  readonly released?: DerivedItem | undefined;
  readonly claimed?: DerivedItem | undefined;
  readonly puts: readonly DerivedItem[];
  readonly deletes: readonly DerivedItem[];
}

/** Count of actions in a transaction. */
export function actionsIn({ released, claimed, puts, deletes }: Moves): number {
  return (released === undefined ? 0 : 1) + (claimed === undefined ? 0 : 1) + puts.length + deletes.length;
}

/** The changes that turn the items `before` into the items `after`. */
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
 * The items that the first step of a two-step change has put, where the second step did not follow.
 * @param widened `w` of the resource @param stored the resource's current keys
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
 * The item of a shared name exists exactly while its set has a member: one condition tests whether the name is free.
 * @param free whether a shared name must be free all the same
 */
export function addDerived(item: DerivedItem, id: string, free: boolean): Action {
  if (!isName(item)) return { put: item };
  if (item.ids === undefined || free) return { put: item, condition: ABSENT };
  return { update: keyIn(item), set: { sv: SCHEMA_VERSION }, include: { ids: id } };
}

/** The form depends on whether others share the name: the wrong form is refused, then the other is tried. */
export type ReleaseForm = "only" | "oneOfSeveral";

export function removeDerived(item: DerivedItem, id: string, form: ReleaseForm): Action {
  const key = keyIn(item);
  if (item.ids === undefined) return { delete: key };
  const holds: Test = { holds: ["ids", id] };
  if (form === "only") return { delete: key, condition: { all: [holds, { size: ["ids", "one"] }] } };
  return { update: key, exclude: { ids: id }, condition: { all: [holds, { size: ["ids", "several"] }] } };
}
