import { ScimError } from "../../scim/error.ts";
import { isObject, type Json } from "../../scim/json.ts";
import { type DerivedItem, derivedItems, isName } from "../derivedItems.ts";
import { keyText, type OrgKeys } from "../keys.ts";
import { readWidened, storedRecord } from "../resourceItems.ts";
import { isIdOf, type LookupKeys, type StoredType } from "../storedType.ts";
import type { Item, Key } from "../table.ts";

/** A resource as it is stored, and where it has to be filed. */
export interface Filed {
  readonly id: string;
  /** The entries that must lead to it. */
  readonly entries: readonly DerivedItem[];
  /** Entries that may lead to it as well, while a change in two steps is under way. */
  readonly early: readonly DerivedItem[];
  /** Whether its attributes give the keys it is filed under. */
  readonly keysAgree: boolean;
  readonly versionAgrees: boolean;
}

/** @returns undefined for an item that no release wrote */
export function filedOf(keys: OrgKeys, type: StoredType, item: Item): Filed | undefined {
  try {
    const record = storedRecord(type, item);
    const { id, version } = record;
    if (!isIdOf(type, id) || !isVersion(item.v)) return undefined;
    const widened = typeof item.w === "string" ? derivedItems(keys, type, { id, ...readWidened(item.w) }) : [];
    return {
      id,
      entries: distinct(derivedItems(keys, type, record)),
      early: widened.filter((entry) => !isName(entry)),
      keysAgree: agree(type, record.attributes, record.keys),
      versionAgrees: version === item.v,
    };
  } catch {
    // Whatever is not there or cannot be read is no text of ours.
    return undefined;
  }
}

/** Whether an entry under the key must, may or must not lead to the resource. */
export function isFiledUnder(filed: Filed | undefined, key: Key): "must" | "may" | "not" {
  if (entryOf(filed, key) !== undefined) return "must";
  const text = keyText(key);
  return filed?.early.some((entry) => keyText(entry) === text) === true ? "may" : "not";
}

export function entryOf(filed: Filed | undefined, key: Key): DerivedItem | undefined {
  const text = keyText(key);
  return filed?.entries.find((entry) => keyText(entry) === text);
}

/** Whether the stored entry leads to the resource. Entries under names say so, the others do by their key. */
export function leadsTo(entry: Item | undefined, id: string): boolean {
  if (entry === undefined) return false;
  if (entry.ids instanceof Set) return entry.ids.has(id);
  return entry.id === undefined || entry.id === id;
}

function isVersion(version: unknown): boolean {
  return typeof version === "number" && Number.isInteger(version) && version >= 1;
}

/** Whether the keys are those the attributes give. Attributes of which none can be made agree with nothing. */
function agree({ keysOf }: StoredType, text: string, own: LookupKeys): boolean {
  const attributes: Json = JSON.parse(text);
  if (!isObject(attributes)) throw new Error("the attributes are no object");
  try {
    return textOf(keysOf(attributes)) === textOf(own);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}

function textOf({ name, externalId, values }: LookupKeys): string {
  return JSON.stringify([name, externalId, values]);
}

function distinct(items: readonly DerivedItem[]): DerivedItem[] {
  return [...new Map(items.map((item) => [keyText(item), item])).values()];
}
