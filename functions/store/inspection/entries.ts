import { checkItem, deleteItem, stillIs, when } from "../actions.ts";
import { addDerived, type DerivedItem, holdersOf, removeDerived } from "../derivedItems.ts";
import { idBehindValue, keyText, type OrgKeys } from "../keys.ts";
import { type TypeLayout, typeOf } from "../storedType.ts";
import type { Action, Item, Key } from "../table.ts";
import { entryOf, type Filed, filedOf, isFiledUnder, leadsTo } from "./filed.ts";
import { type Contradiction, type InspectedSide, type Inspector, unchanged } from "./inspector.ts";

/** The entries under which resources are found: what each leads to, and that none is missing. */

/** Asks of every resource of a page whether its entries are there. */
export async function checkEntriesOf(
  inspector: Inspector,
  side: InspectedSide,
  filed: readonly Filed[],
): Promise<void> {
  const wanted = filed.flatMap(({ id, entries }) => entries.map((key) => ({ id, key })));
  const found = new Map(
    (await inspector.database.getMany(wanted.map(({ key }) => key))).map((item) => [`${item.pk}\n${item.sk}`, item]),
  );
  inspector.looked(wanted.length);
  for (const { id, key } of wanted) {
    if (!leadsTo(found.get(keyText(key)), id)) {
      await inspector.settle(side.side, () => lookAtEntry(inspector, side, key, id));
    }
  }
}

/** Asks of every entry of a page whether what it leads to has the value. */
export async function checkEntries(inspector: Inspector, side: InspectedSide, entries: readonly Item[]): Promise<void> {
  const { keys } = side;
  const pairs = entries.flatMap((entry) => {
    const key = { pk: String(entry.pk), sk: String(entry.sk) };
    const ids = areaOf(keys, key).what === "Name" ? holdersOf(entry) : [idBehindValue(key.sk)];
    const known = ids.filter((id) => keys.typeOf(id) !== undefined);
    if (known.length === 0) inspector.report(side.side, { code: "item.unreadable", ids: [] }, "none");
    return known.map((id) => ({ key, id }));
  });
  const resources = await inspector.database.getMany(pairs.map(({ id }) => keys.resource(id)));
  inspector.looked(entries.length);
  const filed = new Map(resources.map((item) => [String(item.sk), filedAs(side, String(item.sk), item)]));
  for (const { key, id } of pairs) {
    if (isFiledUnder(filed.get(id), key) === "not") {
      await inspector.settle(side.side, () => lookAtEntry(inspector, side, key, id));
    }
  }
}

/** One entry and one resource at one moment: the entry is there exactly when the resource is filed under it. */
async function lookAtEntry(
  inspector: Inspector,
  side: InspectedSide,
  { pk, sk }: Key,
  id: string,
): Promise<Contradiction | undefined> {
  const key = { pk, sk };
  const { keys } = side;
  const type = keys.typeOf(id);
  const [resource, entry] = await inspector.database.getTogether([keys.resource(id), key]);
  const filed = resource && filedAs(side, id, resource);
  // What cannot be read is reported where it is listed; nothing is concluded from it.
  if (type === undefined || (resource !== undefined && filed === undefined)) return undefined;
  const asSeen = checkItem(keys.resource(id), unchanged(type, resource));
  const leads = leadsTo(entry, id);
  const derived = entryOf(filed, key);
  if (derived !== undefined) return leads ? undefined : missing(inspector, side, id, derived, entry, asSeen);
  return leads && isFiledUnder(filed, key) === "not" ? stray(keys, id, key, entry, asSeen) : undefined;
}

async function missing(
  inspector: Inspector,
  side: InspectedSide,
  id: string,
  derived: DerivedItem,
  entry: Item | undefined,
  asSeen: Action,
): Promise<Contradiction> {
  const { keys } = side;
  const { type, code } = areaOf(keys, derived);
  const found = { code: `${code}.missing` } as const;
  if (derived.id === undefined || entry === undefined) {
    return { ...found, ids: [id], repair: [asSeen, addDerived(derived, id, false)] };
  }
  const holder = String(entry.id);
  const holderKey = keys.resource(holder);
  const [held] = await inspector.database.getTogether([holderKey]);
  if (held !== undefined && isFiledUnder(filedAs(side, holder, held), derived) !== "not") {
    return { code: `${code}.duplicate`, ids: [id, holder] };
  }
  const stillTheirs = when(...stillIs("id", holder));
  const repair = [asSeen, checkItem(holderKey, unchanged(type, held)), { put: derived, condition: stillTheirs }];
  return { ...found, ids: [id, holder], repair };
}

function stray(keys: OrgKeys, id: string, key: Key, entry: Item | undefined, asSeen: Action): Contradiction {
  const ids = entry?.ids;
  const form = ids instanceof Set && ids.size > 1 ? "oneOfSeveral" : "only";
  const stillTheirs = entry?.id === undefined ? undefined : when(...stillIs("id", id));
  const removal = ids === undefined ? deleteItem(key, stillTheirs) : removeDerived({ ...entry, ...key }, id, form);
  return { code: `${areaOf(keys, key).code}.stray`, ids: [id], repair: [asSeen, removal] };
}

function filedAs({ keys, types }: InspectedSide, id: string, resource: Item): Filed | undefined {
  const type = typeOf(types, id);
  return type && filedOf(keys, type, resource);
}

interface Area {
  readonly type: TypeLayout;
  readonly what: "Name" | "externalId" | "value";
  /** What the codes of findings begin with. */
  readonly code: string;
}

/** @throws Error for a key that no entry has */
function areaOf(keys: OrgKeys, { pk }: Key): Area {
  for (const type of keys.types) {
    if (pk === keys.names(type)) return { type, what: "Name", code: `${type.kind}Name` };
    if (pk === keys.externalIds(type)) return { type, what: "externalId", code: "externalId" };
    if (pk === keys.values(type)) return { type, what: "value", code: type.valueName ?? "value" };
  }
  throw new Error("not the key of an entry");
}
