import { isGroupId, isUserId } from "../../scim/schema.ts";
import { ABSENT, checkItem, deleteItem, keyItem, putItem } from "../actions.ts";
import { releaseName } from "../groupItems.ts";
import { idBehindValue, type OrgKeys, SCHEMA_VERSION } from "../keys.ts";
import type { Action, Item, Key } from "../table.ts";
import { type Filed, filedOf, isFiledUnder, leadsTo } from "./filed.ts";
import type { FindingCode } from "./findings.ts";
import { type InspectedSide, type Inspector, kindOf, unchanged, type Verdict } from "./inspector.ts";

/** The entries under which users and groups are found: what each leads to, and that none is missing. */

type Area = "userName" | "externalId" | "email" | "groupName";

/** Asks of every user or group of a page whether its entries are there. @param items as stored, with their texts */
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
    if (!leadsTo(found.get(`${key.pk}\n${key.sk}`), id)) {
      await inspector.settle(side.side, () => lookAtEntry(inspector, side, key, id));
    }
  }
}

/** Asks of every entry of a page whether what it leads to has the value. */
export async function checkEntries(inspector: Inspector, side: InspectedSide, entries: readonly Item[]): Promise<void> {
  const pairs = entries.flatMap((entry) => {
    const key = { pk: String(entry.pk), sk: String(entry.sk) };
    const ids = idsIn(side.keys, entry).filter((id) => isUserId(id) || isGroupId(id));
    if (ids.length === 0) inspector.report(side.side, { code: "item.unreadable", ids: [] }, "none");
    return ids.map((id) => ({ key, id }));
  });
  const resources = await inspector.database.getMany(pairs.map(({ id }) => side.resource(id)));
  inspector.looked(entries.length);
  const filed = new Map(resources.map((item) => [String(item.sk), filedOf(side.keys, kindOf(String(item.sk)), item)]));
  for (const { key, id } of pairs) {
    if (isFiledUnder(filed.get(id), key) === "not") {
      await inspector.settle(side.side, () => lookAtEntry(inspector, side, key, id));
    }
  }
}

function idsIn(keys: OrgKeys, entry: Item): string[] {
  switch (entry.pk) {
    case keys.userName("").pk:
      return [String(entry.id)];
    case keys.groupName("").pk:
      return entry.ids instanceof Set ? [...entry.ids].map(String) : [];
    default:
      return [idBehindValue(String(entry.sk))];
  }
}

/** One entry and one resource at one moment: the entry is there exactly when the resource is filed under it. */
async function lookAtEntry(
  inspector: Inspector,
  { keys }: InspectedSide,
  key: Key,
  id: string,
): Promise<Verdict | undefined> {
  const place = isUserId(id) ? keys.user(id) : keys.group(id);
  const [resource, entry] = await inspector.database.getTogether([place, key]);
  const kind = kindOf(id);
  const filed = resource && filedOf(keys, kind, resource);
  // What cannot be read is reported where it is listed; nothing is concluded from it.
  if (resource !== undefined && filed === undefined) return undefined;
  const area = areaOf(keys, key);
  const asSeen = checkItem(place, unchanged(kind, resource));
  const leads = leadsTo(entry, id);
  switch (isFiledUnder(filed, key)) {
    case "may":
      return undefined;
    case "must":
      return leads ? undefined : missing(inspector, keys, area, id, key, entry, asSeen);
    case "not":
      return leads ? stray(keys, area, id, key, entry, asSeen) : undefined;
  }
}

async function missing(
  inspector: Inspector,
  keys: OrgKeys,
  area: Area,
  id: string,
  key: Key,
  entry: Item | undefined,
  asSeen: Action,
): Promise<Verdict | undefined> {
  const code: FindingCode = `${area}.missing`;
  switch (area) {
    case "groupName": {
      return { code, ids: [id], mend: [asSeen, { update: key, set: { sv: SCHEMA_VERSION }, include: { ids: id } }] };
    }
    case "userName": {
      if (entry === undefined) return { code, ids: [id], mend: [asSeen, putItem({ ...keyItem(key), id }, ABSENT)] };
      const holder = String(entry.id);
      const holderKey = keys.user(holder);
      const [held] = await inspector.database.getTogether([holderKey]);
      if (held !== undefined && isFiledUnder(filedOf(keys, "user", held), key) !== "not") {
        return { code: "userName.duplicate", ids: [id, holder] };
      }
      const stillHis = { all: [{ equals: ["id", holder] }] } as const;
      const mend = [asSeen, checkItem(holderKey, unchanged("user", held)), putItem({ ...keyItem(key), id }, stillHis)];
      return { code, ids: [id, holder], mend };
    }
    case "externalId":
    case "email":
      return { code, ids: [id], mend: [asSeen, putItem(keyItem(key), ABSENT)] };
  }
}

function stray(keys: OrgKeys, area: Area, id: string, key: Key, entry: Item | undefined, asSeen: Action): Verdict {
  const code: FindingCode = `${area}.stray`;
  switch (area) {
    case "groupName": {
      const form = entry?.ids instanceof Set && entry.ids.size > 1 ? "oneOfSeveral" : "only";
      // A name that stands in a key is found there again, also where the key holds its hash.
      return { code, ids: [id], mend: [asSeen, releaseName(keys, id, key.sk, form)] };
    }
    case "userName": {
      const stillHis = { all: [{ equals: ["id", id] }] } as const;
      return { code, ids: [id], mend: [asSeen, deleteItem(key, stillHis)] };
    }
    case "externalId":
    case "email":
      return { code, ids: [id], mend: [asSeen, deleteItem(key)] };
  }
}

function areaOf(keys: OrgKeys, { pk }: Key): Area {
  if (pk === keys.userName("").pk) return "userName";
  if (pk === keys.groupName("").pk) return "groupName";
  return pk === keys.emails() ? "email" : "externalId";
}
