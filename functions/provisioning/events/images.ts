import { isObject, type Json, type JsonObject, sameJson } from "../../scim/json.ts";
import type { Stamp } from "../../store/records.ts";
import { type MembershipChange, readMembershipText, stampIn } from "../../store/resourceItems.ts";
import type { Item } from "../../store/table.ts";

/** Reads the stream's images of items: before and after a change. */

/**
 * The members that the write of this image changed. `mc` belongs to this write only if it begins with the unique part of the
 * write id: a write that changes no member leaves an earlier write's text.
 */
export function writtenMembers({ mc, lr }: Item): Partial<MembershipChange> | undefined {
  if (typeof mc !== "string" || !mc.startsWith(`${String(lr).slice(String(lr).lastIndexOf(" ") + 1)} `))
    return undefined;
  const { added, removed } = readMembershipText(mc);
  if (added.length + removed.length === 0) return undefined;
  return { ...(added.length > 0 ? { added } : {}), ...(removed.length > 0 ? { removed } : {}) };
}

/** @throws Error for an item without a write id */
export function imageStamp(item: Item): Stamp {
  const stamp = stampIn(item);
  if (stamp === undefined) throw new Error("no write id");
  return stamp;
}

/** Settings and tokens of earlier releases do not tell who wrote them. */
export function stampOrNobody(item: Item): Stamp {
  return item.lr === undefined ? { at: "", tokenId: "", reference: "" } : imageStamp(item);
}

/** The SCIM attributes, which follow the store's own line. */
export function resourceAttributes(item: Item): JsonObject {
  const text = String(item.d);
  // The store writes an object as JSON text.
  return JSON.parse(text.slice(text.indexOf("\n") + 1)) as JsonObject;
}

/** The attributes that an adoption changed; undefined for other versions, and for an adoption by an earlier release. */
export function adoptedAttributes(item: Item): readonly string[] | undefined {
  const text = String(item.d);
  // The store's own line.
  return (JSON.parse(text.slice(0, text.indexOf("\n"))) as { readonly a?: readonly string[] }).a;
}

export function pickedValues(all: JsonObject, names: readonly string[]): JsonObject {
  const values: Record<string, Json> = {};
  for (const name of names) {
    const value = valueAt(all, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** @param name as `changedAttributes` returns it; for an extension's attribute `urn:…:User:department` */
function valueAt(all: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(all, name) || !name.startsWith("urn:")) return all[name];
  const end = name.lastIndexOf(":");
  const extension = all[name.slice(0, end)];
  return isObject(extension) ? extension[name.slice(end + 1)] : undefined;
}

/** Names of attributes that differ; an extension's names follow its URN. Leaves out `schemas`, which follows from the others. */
export function changedAttributes(before: JsonObject, after: JsonObject): string[] {
  const names = Object.keys({ ...before, ...after }).flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    if (name === "schemas" || sameJson(from, to)) return [];
    if (!name.startsWith("urn:")) return name;
    return changedAttributes(isObject(from) ? from : {}, isObject(to) ? to : {}).map((sub) => `${name}:${sub}`);
  });
  return names.sort();
}
