import { deleteItem, keyItem, putItem } from "./actions.ts";
import type { UserKeys, UserRecord } from "./directoryPorts.ts";
import { keyText, type OrgKeys } from "./keys.ts";
import type { Action, Item, Key } from "./table.ts";

/**
 * Attributes are what reading and writing costs (ADR 0009), so all that no condition needs stands in one text: a line of
 * JSON with version, times and index keys, then the SCIM attributes as they are.
 */
interface Header {
  readonly v: number;
  readonly c: string;
  readonly m: string;
  readonly k: KeysHeader;
}

interface KeysHeader {
  readonly n: string;
  readonly x?: string;
  readonly e: readonly string[];
}

/** What a list has to read of each user. */
export const USER_TEXT = ["sk", "d"];
export const USER_TEXT_AND_KEY = ["pk", "sk", "d"];

/** @param mark the write that makes this state */
export function userItem(keys: OrgKeys, record: UserRecord, mark: string): Item {
  const { version, created, lastModified, attributes } = record;
  const header: Header = { v: version, c: created, m: lastModified, k: keysHeader(record.keys) };
  return { ...keyItem(keys.user(record.id)), v: version, lr: mark, d: `${JSON.stringify(header)}\n${attributes}` };
}

export function userRecord(item: Item): UserRecord {
  const { header, attributes } = split(String(item.d));
  return {
    id: String(item.sk),
    version: header.v,
    created: header.c,
    lastModified: header.m,
    attributes,
    keys: keysOf(header.k),
  };
}

/** The index keys kept in the text of a stored user: exactly what a later change has to take away. */
export function storedKeys(text: string): UserKeys {
  return keysOf(split(text).header.k);
}

/** The keys of a two-step change, as the user lists them meanwhile in `w`: beside the mark of the write. */
export function widenedText(mark: string, keys: UserKeys): string {
  return JSON.stringify({ mark, k: keysHeader(keys) });
}

export function widenedKeys(text: string): UserKeys {
  // Only widenedText writes it.
  return keysOf((JSON.parse(text) as { readonly k: KeysHeader }).k);
}

function split(text: string): { readonly header: Header; readonly attributes: string } {
  const end = text.indexOf("\n");
  // Only userItem writes it; JSON text on one line has no line break.
  return { header: JSON.parse(text.slice(0, end)) as Header, attributes: text.slice(end + 1) };
}

function keysHeader(keys: UserKeys): KeysHeader {
  return { n: keys.userName, x: keys.externalId, e: keys.emails };
}

function keysOf({ n, x, e }: KeysHeader): UserKeys {
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
