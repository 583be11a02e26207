import type { Stamp, UserKeys, UserRecord } from "../provisioning/ports.ts";
import { type Action, deleteItem, type Item, keyItem, putItem } from "./actions.ts";
import { type Key, keyText, type OrgKeys } from "./keys.ts";

/** @param write the write that makes this state, kept so that it is recognised when it is sent twice */
export function userItem(keys: OrgKeys, record: UserRecord, write: string, stamp: Stamp): Item {
  return {
    ...keyItem(keys.user(record.id)),
    v: record.version,
    c: record.created,
    m: record.lastModified,
    d: record.attributes,
    k: keysText(record.keys),
    lr: write,
    t: stamp.tokenId,
  };
}

export function userRecord(item: Item): UserRecord {
  return {
    id: String(item.sk),
    version: Number(item.v),
    created: String(item.c),
    lastModified: String(item.m),
    attributes: String(item.d),
    keys: keysOf(String(item.k)),
  };
}

/** The index keys as kept on the user: exactly what a later change has to take away. */
export function keysText(keys: UserKeys): string {
  return JSON.stringify({ n: keys.userName, x: keys.externalId, e: keys.emails });
}

export function keysOf(text: string): UserKeys {
  // Only keysText writes it.
  const { n, x, e } = JSON.parse(text) as { n: string; x?: string; e: string[] };
  return { userName: n, externalId: x, emails: e };
}

/** The unique claim of a userName. */
export function nameItem(keys: OrgKeys, id: string, userName: string): Item {
  return { ...keyItem(keys.userName(userName)), id };
}

/** The items under which a user is found by externalId and e-mail. They promise nothing: readers check the user. */
export function indexKeys(keys: OrgKeys, id: string, { externalId, emails }: UserKeys): Key[] {
  const found = emails.map((email) => keys.email(email, id));
  if (externalId !== undefined) found.unshift(keys.userExternalId(externalId, id));
  return found;
}

/** What makes the externalId and e-mail items of `before` those of `after`. */
export function indexMoves(
  keys: OrgKeys,
  id: string,
  before: UserKeys,
  after: UserKeys,
): { readonly puts: Action[]; readonly deletes: Action[] } {
  const old = new Map(indexKeys(keys, id, before).map((key) => [keyText(key), key]));
  const puts: Action[] = [];
  for (const key of indexKeys(keys, id, after)) {
    if (!old.delete(keyText(key))) puts.push(putItem(keyItem(key)));
  }
  return { puts, deletes: [...old.values()].map((key) => deleteItem(key)) };
}
