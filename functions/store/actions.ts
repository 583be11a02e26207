import type { Action, Condition, Item, Key, Refusal, Test } from "./table.ts";

export const ABSENT: Condition = { all: [{ missing: "pk" }] };
export const PRESENT: Condition = { all: [{ exists: "pk" }] };

/** All of these tests must hold. */
export function when(...all: readonly Test[]): Condition {
  return { all };
}

/** That the attribute is as it was read, whatever an item that something broke holds there. */
export function stillIs(name: string, value: Item[string]): readonly Test[] {
  if (value === undefined) return [{ missing: name }];
  if (typeof value === "object") return [...value].map((member) => ({ holds: [name, member] }));
  return [{ equals: [name, value] }];
}

export function putItem(item: Item, condition?: Condition): Action {
  return { put: item, condition };
}

export function deleteItem(key: Key, condition?: Condition): Action {
  return { delete: key, condition };
}

export function checkItem(key: Key, condition: Condition): Action {
  return { check: key, condition };
}

/** A text attribute of the item in a refusal. */
export function storedText(refusal: Refusal | undefined, attribute: string): string | undefined {
  const value = refusal?.stored?.[attribute];
  return typeof value === "string" ? value : undefined;
}
