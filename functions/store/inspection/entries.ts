import { ScimError } from "../../scim/error.ts";
import { isObject, type Json } from "../../scim/json.ts";
import { addDerived, type DerivedItem, derivedItems, holdersOf, isName, removeDerived } from "../derivedItems.ts";
import { idBehindValue, keyText, type OrgKeys } from "../keys.ts";
import { readWidened, storedRecord } from "../resourceItems.ts";
import { type LookupKeys, type StoredType, type TypeLayout, typeOf } from "../storedType.ts";
import { ABSENT, type Action, type Condition, type Item, type Key, stillIs } from "../table.ts";
import type { Contradiction, Inspector } from "./inspector.ts";

/** The entries under which resources are found: what each leads to, and that none is missing. */

/** One partition of entries of a type. */
export interface EntryArea {
  /** The part of an inspection that walks it. */
  readonly part: string;
  /** What the codes of findings begin with. */
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

/** Adds the entries that there must be of every resource of a page. */
export function addEntriesOf({ sums }: Inspector, filed: readonly Filed[]): void {
  for (const { id, entries } of filed) for (const key of entries.keys()) sums.add(id, `${key}\n${id}`);
}

/** Takes away the entries of a page, by what they lead to. */
export async function removeEntries(area: EntryArea, inspector: Inspector, entries: readonly Item[]): Promise<void> {
  const { keys, sums } = inspector;
  inspector.looked(entries.length);
  for (const entry of entries) {
    const key = { pk: String(entry.pk), sk: String(entry.sk) };
    const known = idsBehind(area, entry).filter((id) => keys.typeOf(id) !== undefined);
    if (known.length === 0) inspector.found("item.unreadable", []);
    for (const id of known) sums.remove(id, `${keyText(key)}\n${id}`);
  }
}

function idsBehind({ ofNames }: EntryArea, entry: Item): readonly string[] {
  return ofNames ? holdersOf(entry) : [idBehindValue(String(entry.sk))];
}

/** Asks of every resource of a page whether its entries are there. */
export async function checkEntriesOf(inspector: Inspector, filed: readonly Filed[]): Promise<void> {
  const wanted = filed.flatMap(({ id, entries }) => [...entries.values()].map((key) => ({ id, key })));
  const stored = await inspector.database.getMany(wanted.map(({ key }) => key));
  const found = new Map(stored.map((item) => [`${item.pk}\n${item.sk}`, item]));
  inspector.looked(wanted.length);
  for (const { id, key } of wanted) {
    if (!leadsTo(found.get(keyText(key)), id)) await inspector.settle(() => lookAtEntry(inspector, key, id));
  }
}

/** Asks of those entries of a page whose ids the walks differ in whether what they lead to has the value. */
export async function checkEntries(area: EntryArea, inspector: Inspector, entries: readonly Item[]): Promise<void> {
  const { keys, database, sums } = inspector;
  const pairs = entries.flatMap((entry) => {
    const key = { pk: String(entry.pk), sk: String(entry.sk) };
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

/** One entry and one resource at one moment: the entry is there exactly when the resource is filed under it. */
async function lookAtEntry(inspector: Inspector, { pk, sk }: Key, id: string): Promise<Contradiction | undefined> {
  const wanted = { resource: inspector.keys.resource(id), entry: { pk, sk } };
  const { resource, entry } = await inspector.together(wanted);
  const filed = resource && filedOf(inspector, resource);
  // What cannot be read is reported where it is listed; nothing is concluded from it.
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

/** Whether the stored entry leads to the resource. Entries under names say so, the others do by their key. */
function leadsTo(entry: Item | undefined, id: string): boolean {
  if (entry === undefined) return false;
  if (entry.ids instanceof Set) return entry.ids.has(id);
  return entry.id === undefined || entry.id === id;
}

/** Whether an entry under the key must or may lead to the resource. */
function mayLead(filed: Filed | undefined, key: Key): boolean {
  const text = keyText(key);
  return filed !== undefined && (filed.entries.has(text) || filed.early.has(text));
}

/** @throws Error for a key that no entry has */
function codeOf({ types, keys }: Inspector, { pk }: Key): string {
  const area = types.flatMap(entryAreas).find(({ partition }) => partition(keys) === pk);
  if (area === undefined) throw new Error("not the key of an entry");
  return area.code;
}

/** A resource as it is stored, and where it has to be filed. */
export interface Filed {
  readonly id: string;
  readonly item: Item;
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
      item,
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
  return { all: [...stillIs("d", d), ...stillIs("w", w)] };
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
