import { ScimError } from "../../scim/error.ts";
import { isObject, type Json } from "../../scim/json.ts";
import { stillIs, when } from "../actions.ts";
import { type DerivedItem, derivedItems, isName } from "../derivedItems.ts";
import { keyText } from "../keys.ts";
import { readWidened, storedRecord } from "../resourceItems.ts";
import { type LookupKeys, type StoredType, typeOf } from "../storedType.ts";
import type { Condition, Item } from "../table.ts";
import type { Inspector } from "./inspector.ts";

/** A resource as it is stored, and where it has to be filed. */
export interface Filed {
  readonly id: string;
  /** The entries that must lead to it, by `keyText`. */
  readonly entries: ReadonlyMap<string, DerivedItem>;
  /** Keys of those that may lead to it as well, while a change in two steps is under way. */
  readonly early: ReadonlySet<string>;
  /** Whether its attributes give the keys it is filed under. */
  readonly keysAgree: boolean;
  readonly versionAgrees: boolean;
}

/** @returns undefined for an item that no release wrote */
export function filedOf({ types, keys }: Pick<Inspector, "types" | "keys">, item: Item): Filed | undefined {
  const id = String(item.sk);
  const type = typeOf(types, id);
  if (type === undefined || item.pk !== keys.resource(id).pk || !isVersion(item.v)) return undefined;
  try {
    const record = storedRecord(type, item);
    const widened = typeof item.w === "string" ? derivedItems(keys, type, { id, ...readWidened(item.w) }) : [];
    return {
      id,
      entries: new Map(derivedItems(keys, type, record).map((entry) => [keyText(entry), entry])),
      early: new Set(widened.filter((entry) => !isName(entry)).map(keyText)),
      keysAgree: agree(type, record.attributes, record.keys),
      versionAgrees: record.version === item.v,
    };
  } catch {
    // Whatever is not there or cannot be read is no text of ours.
    return undefined;
  }
}

/** The resource as it was seen, to be a condition of what follows from it: what it is filed under stands in its text. */
export function unchanged({ d, w }: Item): Condition {
  return when(...stillIs("d", d), ...stillIs("w", w));
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
