import { ScimError } from "../../scim/error.ts";
import { isObject, type Json } from "../../scim/json.ts";
import { addDerived, type DerivedItem, derivedItems, holdersOf, isName, removeDerived } from "../derivedItems.ts";
import { idBehindValue, keyIn, keyText, type OrgKeys, typeOf } from "../keys.ts";
import { readWidened, storedRecord } from "../resourceItems.ts";
import type { LookupKeys, StoredType, TypeLayout } from "../storedTypes.ts";
import { ABSENT, type Action, type Condition, type Item, type Key, stillIs } from "../table.ts";
import type { Contradiction, Inspector } from "./inspector.ts";

/** Checks the entries under which resources are found: each leads to its resource, and none is missing. */

/** One partition of entries of a type. */
interface EntryArea {
  /** The part of an inspection that walks it. */
  readonly part: string;
  /** The prefix of the finding codes. */
  readonly code: string;
  readonly ofNames: boolean;
  partition(keys: OrgKeys): string;
}

export function entryAreas(type: TypeLayout): readonly EntryArea[] {
  const { kind, valueName } = type;
  const areas: readonly EntryArea[] = [
    { part: `${kind}Names`, code: `${kind}Name`, ofNames: true, partition: (keys) => keys.names(type) },
    { part: `${kind}ExternalIds`, code: "externalId", ofNames: false, partition: (keys) => keys.externalIds(type) },
  ];
  if (valueName === undefined) return areas;
  return [...areas, { part: `${valueName}s`, code: valueName, ofNames: false, partition: (keys) => keys.values(type) }];
}

/** Adds the required entries of the resources of a page to the sums. */
export function addEntriesOf({ sums }: Inspector, filed: readonly Filed[]): void {
  for (const { id, entries } of filed) for (const key of entries.keys()) sums.add(id, `${key}\n${id}`);
}

/** Removes the entries of a page from the sums, by the ids they lead to. */
export async function removeEntries(area: EntryArea, inspector: Inspector, entries: readonly Item[]): Promise<void> {
  const { keys, sums } = inspector;
  inspector.looked(entries.length);
  for (const entry of entries) {
    const key = keyIn(entry);
    const known = idsBehind(area, entry).filter((id) => keys.typeOf(id) !== undefined);
    if (known.length === 0) inspector.found("item.unreadable", []);
    for (const id of known) sums.remove(id, `${keyText(key)}\n${id}`);
  }
}

function idsBehind({ ofNames }: EntryArea, entry: Item): readonly string[] {
  return ofNames ? holdersOf(entry) : [idBehindValue(String(entry.sk))];
}

/** Checks whether the entries of the resources of a page exist. */
export async function checkEntriesOf(inspector: Inspector, filed: readonly Filed[]): Promise<void> {
  const wanted = filed.flatMap(({ id, entries }) => [...entries.values()].map((key) => ({ id, key })));
  const stored = await inspector.database.getMany(wanted.map(({ key }) => key));
  const found = new Map(stored.map((item) => [keyText(item), item]));
  inspector.looked(wanted.length);
  for (const { id, key } of wanted) {
    if (!leadsTo(found.get(keyText(key)), id)) await inspector.settle(() => lookAtEntry(inspector, key, id));
  }
}

/** For entries with differing sums: checks whether the resource they lead to has the value. */
export async function checkEntries(area: EntryArea, inspector: Inspector, entries: readonly Item[]): Promise<void> {
  const { keys, database, sums } = inspector;
  const pairs = entries.flatMap((entry) => {
    const key = keyIn(entry);
    const ids = idsBehind(area, entry).filter((id) => keys.typeOf(id) !== undefined && sums.differsAt(id));
    return ids.map((id) => ({ key, id }));
  });
  inspector.looked(pairs.length);
  const resources = await database.getMany(pairs.map(({ id }) => keys.resource(id)));
  const filed = new Map(resources.map((item) => [String(item.sk), filedOf(inspector, item)]));
  for (const { key, id } of pairs) {
    if (!mayLead(filed.get(id), key)) await inspector.settle(() => lookAtEntry(inspector, key, id));
  }
}

/** One entry and one resource in one snapshot: the entry must exist exactly when the resource is filed under it. */
async function lookAtEntry(inspector: Inspector, { pk, sk }: Key, id: string): Promise<Contradiction | undefined> {
  const wanted = { resource: inspector.keys.resource(id), entry: { pk, sk } };
  const { resource, entry } = await inspector.together(wanted);
  const filed = resource && filedOf(inspector, resource);
  // Unreadable items are reported elsewhere; nothing is concluded from them.
  if (resource !== undefined && filed === undefined) return undefined;
  const asSeen = { check: wanted.resource, condition: resource === undefined ? ABSENT : unchanged(resource) };
  const leads = leadsTo(entry, id);
  const derived = filed?.entries.get(keyText(wanted.entry));
  if (derived !== undefined) return leads ? undefined : missing(inspector, id, derived, entry, asSeen);
  return leads && !mayLead(filed, wanted.entry) ? stray(inspector, id, wanted.entry, entry, asSeen) : undefined;
}

async function missing(
  inspector: Inspector,
  id: string,
  derived: DerivedItem,
  entry: Item | undefined,
  asSeen: Action,
): Promise<Contradiction> {
  const code = codeOf(inspector, derived);
  if (derived.id === undefined || entry === undefined) {
    return { code: `${code}.missing`, ids: [id], repair: [asSeen, addDerived(derived, id, false)] };
  }
  const holder = String(entry.id);
  const key = inspector.keys.resource(holder);
  const { held } = await inspector.together({ held: key });
  const ids = [id, holder];
  if (held !== undefined && mayLead(filedOf(inspector, held), derived)) return { code: `${code}.duplicate`, ids };
  const holderAsSeen = { check: key, condition: held === undefined ? ABSENT : unchanged(held) };
  const claim = { put: derived, condition: { all: stillIs("id", holder) } };
  return { code: `${code}.missing`, ids, repair: [asSeen, holderAsSeen, claim] };
}

function stray(inspector: Inspector, id: string, key: Key, entry: Item | undefined, asSeen: Action): Contradiction {
  const { id: holder, ids } = entry ?? {};
  const form = ids instanceof Set && ids.size > 1 ? "oneOfSeveral" : "only";
  const removal =
    ids === undefined
      ? { delete: key, condition: holder === undefined ? undefined : { all: stillIs("id", id) } }
      : removeDerived({ ...entry, ...key }, id, form);
  return { code: `${codeOf(inspector, key)}.stray`, ids: [id], repair: [asSeen, removal] };
}

/** Whether the stored entry leads to the resource. Name entries contain the id, the others have it in their key. */
function leadsTo(entry: Item | undefined, id: string): boolean {
  if (entry === undefined) return false;
  if (entry.ids instanceof Set) return entry.ids.has(id);
  return entry.id === undefined || entry.id === id;
}

/** Whether an entry with this key must or may lead to the resource. */
function mayLead(filed: Filed | undefined, key: Key): boolean {
  const text = keyText(key);
  return filed !== undefined && (filed.entries.has(text) || filed.early.has(text));
}

/** @throws Error for a key of no entry */
function codeOf({ types, keys }: Inspector, { pk }: Key): string {
  const area = types.flatMap(entryAreas).find(({ partition }) => partition(keys) === pk);
  if (area === undefined) throw new Error("not the key of an entry");
  return area.code;
}

/** A resource as stored, with the entries under which it is filed. */
export interface Filed {
  readonly id: string;
  readonly item: Item;
  /** The required entries, by `keyText`. */
  readonly entries: ReadonlyMap<string, DerivedItem>;
  /** Keys of further entries that are allowed during a two-step change. */
  readonly early: ReadonlySet<string>;
  /** Whether the stored keys follow from its attributes. */
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
      item,
      entries: new Map(derivedItems(keys, type, record).map((entry) => [keyText(entry), entry])),
      early: new Set(widened.filter((entry) => !isName(entry)).map(keyText)),
      keysAgree: agree(type, record.attributes, record.keys),
      versionAgrees: record.version === item.v,
    };
  } catch {
    // Missing or unreadable text: no release wrote this item.
    return undefined;
  }
}

/** Condition that the resource is as it was read: its text contains the keys under which it is filed. */
export function unchanged({ d, w }: Item): Condition {
  return { all: [...stillIs("d", d), ...stillIs("w", w)] };
}

function isVersion(version: unknown): boolean {
  return typeof version === "number" && Number.isInteger(version) && version >= 1;
}

/** Whether the keys follow from the attributes. Attributes that give no keys agree with none. */
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
