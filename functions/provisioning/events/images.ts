import { isObject, type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import type { Stamp } from "../../store/records.ts";
import { readMembershipText, readWriteId } from "../../store/resourceItems.ts";
import type { Item } from "../../store/table.ts";

/** What the images of items say that the stream brings: before and after a change. */

/** At most 99 of both. */
export interface WrittenMembers {
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/**
 * The members that the very write of this image changed: `mc` belongs to it only where it begins with the part of the
 * write id that is new each time. Writes that change no member leave the text of an earlier one behind.
 */
export function writtenMembers({ mc, lr }: Item): WrittenMembers | undefined {
  if (typeof mc !== "string" || !mc.startsWith(`${String(lr).slice(String(lr).lastIndexOf(" ") + 1)} `))
    return undefined;
  const { added, removed } = readMembershipText(mc);
  if (added.length + removed.length === 0) return undefined;
  return { ...(added.length > 0 ? { added } : {}), ...(removed.length > 0 ? { removed } : {}) };
}

export function imageStamp(item: Item): Stamp {
  return readWriteId(String(item.lr));
}

/** Settings and tokens of earlier releases do not say who wrote them. */
export function stampOrNobody(item: Item): Stamp {
  return item.lr === undefined ? { at: "", tokenId: "", reference: "" } : imageStamp(item);
}

/** The SCIM attributes behind the line of the store's own. */
export function resourceAttributes(item: Item): JsonObject {
  const text = String(item.d);
  // The store keeps the JSON text of an object.
  return JSON.parse(text.slice(text.indexOf("\n") + 1)) as JsonObject;
}

export function pickedValues(all: JsonObject, names: readonly string[]): JsonObject {
  const values: Record<string, Json> = {};
  for (const name of names) {
    const value = valueAt(all, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** @param name as `changedAttributes` writes it: of an extension's attribute `urn:…:User:department` */
function valueAt(all: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(all, name) || !name.startsWith("urn:")) return all[name];
  const end = name.lastIndexOf(":");
  const extension = all[name.slice(0, end)];
  return isObject(extension) ? extension[name.slice(end + 1)] : undefined;
}

/** Names of attributes that differ, those of an extension behind its URN. `schemas` follows from the others. */
export function changedAttributes(before: JsonObject, after: JsonObject): string[] {
  const names: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === "schemas" || sameJson(before[name], after[name])) continue;
    const [from, to] = [before[name], after[name]];
    if (!name.startsWith("urn:")) names.push(name);
    else
      names.push(
        ...changedAttributes(isObject(from) ? from : {}, isObject(to) ? to : {}).map((sub) => `${name}:${sub}`),
      );
  }
  return names.sort();
}
