import { ScimError } from "../../scim/error.ts";
import { isObject, type Json, type JsonObject } from "../../scim/json.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import { groupRecord } from "../groupItems.ts";
import { type Kind, keyText, type OrgKeys } from "../keys.ts";
import { groupKeysOf, userKeysOf } from "../lookupKeys.ts";
import type { Item, Key } from "../table.ts";
import { indexKeys, storedKeys, userRecord, widenedKeys } from "../userItems.ts";

/** A user or group as it is stored, and where it has to be filed. */
export interface Filed {
  readonly id: string;
  /** The entries that must lead to it. */
  readonly entries: readonly Key[];
  /** Entries that may lead to it as well, while a change in two steps is under way. */
  readonly early: readonly Key[];
  /** Whether its attributes give the keys it is filed under. */
  readonly keysAgree: boolean;
  readonly versionAgrees: boolean;
}

/** @returns undefined for an item that no release wrote */
export function filedOf(keys: OrgKeys, kind: Kind, item: Item): Filed | undefined {
  try {
    return kind === "user" ? filedUser(keys, item) : filedGroup(keys, item);
  } catch {
    // Whatever is not there or cannot be read is no text of ours.
    return undefined;
  }
}

function filedUser(keys: OrgKeys, item: Item): Filed | undefined {
  const { id, version, attributes } = userRecord(item);
  if (!isUserId(id) || !isVersion(item.v)) return undefined;
  const own = storedKeys(String(item.d));
  return {
    id,
    entries: distinct([keys.userName(own.userName), ...indexKeys(keys, id, own)]),
    early: typeof item.w === "string" ? indexKeys(keys, id, widenedKeys(item.w)) : [],
    keysAgree: agree(attributes, (stated) => userKeysOf(stated), own),
    versionAgrees: version === item.v,
  };
}

function filedGroup(keys: OrgKeys, item: Item): Filed | undefined {
  const { id, attributes, keys: own } = groupRecord(item);
  if (!isGroupId(id) || !isVersion(item.v)) return undefined;
  const byExternalId = own.externalId === undefined ? [] : [keys.groupExternalId(own.externalId, id)];
  return {
    id,
    entries: [keys.groupName(own.displayName), ...byExternalId],
    early: [],
    keysAgree: agree(attributes, (stated) => groupKeysOf(stated), own),
    versionAgrees: true,
  };
}

export function isFiledUnder(filed: Filed | undefined, key: Key): "must" | "may" | "not" {
  const text = keyText(key);
  if (filed?.entries.some((entry) => keyText(entry) === text) === true) return "must";
  return filed?.early.some((entry) => keyText(entry) === text) === true ? "may" : "not";
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
function agree<K extends object>(text: string, keysOf: (attributes: JsonObject) => K, own: K): boolean {
  const attributes: Json = JSON.parse(text);
  if (!isObject(attributes)) throw new Error("the attributes are no object");
  try {
    return JSON.stringify(keysOf(attributes)) === JSON.stringify(own);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}
