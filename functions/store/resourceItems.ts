import { randomUUID } from "node:crypto";
import type { JsonObject } from "../scim/json.ts";
import { groupIdsIn } from "./groupLists.ts";
import { keyItem, type OrgKeys, SCHEMA_VERSION, typeOf } from "./keys.ts";
import type { Creation, GroupRecord, ResourceRecord, Stamp } from "./records.ts";
import type { LookupKeys, TypeLayout } from "./storedTypes.ts";
import type { IndexKey, Item } from "./table.ts";

/**
 * Attributes determine the cost of reading and writing (ADR 0009), so one text holds everything that no condition needs: a
 * line of JSON with version, times and index keys, then the SCIM attributes unchanged. It lists exactly the index items
 * that a later change must remove.
 */
interface Header {
  readonly v: number;
  readonly c: string;
  readonly m: string;
  readonly k: KeysHeader;
  /** Only in the version of an adoption: names of the attributes that it changed. */
  readonly a?: readonly string[] | undefined;
}

interface KeysHeader {
  readonly n: string;
  readonly x?: string;
  readonly e: readonly string[];
}

/**
 * For types with members, the text holds only what a change of the attributes changes. Version, member count and last write
 * stand beside it, because a membership change raises them without reading the text.
 */
interface GroupHeader {
  readonly c: string;
  readonly n: string;
  readonly x?: string;
}

/** The attributes that a list reads of each resource. */
export function listedAttributes({ hasMembers }: TypeLayout): readonly string[] {
  return hasMembers ? ["pk", "sk", "v", "n", "s", "lr", "d"] : ["pk", "sk", "d"];
}

/** A resource of any type, without members. @param writeId of the write that makes this state */
export function storedItem(keys: OrgKeys, type: TypeLayout, record: ResourceRecord, writeId: string): Item {
  return type.hasMembers
    ? groupItem(keys, { ...record, memberCount: 0, rosterSum: 0 }, writeId)
    : resourceItem(keys, record, writeId);
}

/** @throws Error for an item that no release wrote */
export function storedRecord(type: TypeLayout, item: Item): ResourceRecord {
  return type.hasMembers ? groupRecord(item) : resourceRecord(item);
}

/** A new resource: a user is in no group yet. */
export function resourceItem(keys: OrgKeys, record: ResourceRecord, writeId: string): Item {
  const lists = typeOf(keys.types, record.id)?.listsGroups ? { g: 0 } : {};
  return { ...keyItem(keys.resource(record.id)), ...resourceState(record, writeId), ...lists };
}

/** The attributes that each change of a resource without members sets. */
export function resourceState(record: ResourceRecord, writeId: string) {
  const { version, created, lastModified, attributes, adopted } = record;
  const header: Header = { v: version, c: created, m: lastModified, k: keysHeader(record.keys), a: adopted };
  return { sv: SCHEMA_VERSION, v: version, lr: writeId, d: textOf(header, attributes) };
}

export function resourceRecord(item: Item): ResourceRecord {
  const { header, attributes } = split<Header>(item);
  const { v, c, m, k } = header;
  const groupIds = groupIdsIn(item);
  const listed = groupIds === undefined ? {} : { groupIds };
  return { id: String(item.sk), version: v, created: c, lastModified: m, attributes, keys: lookupKeys(k), ...listed };
}

export function groupItem(keys: OrgKeys, record: GroupRecord, writeId: string): Item {
  return {
    ...keyItem(keys.resource(record.id)),
    v: record.version,
    n: record.memberCount,
    s: record.rosterSum === undefined ? undefined : statedSum(record.rosterSum),
    lr: writeId,
    d: groupText(record),
    ...(record.creation === undefined ? {} : { b: creationText(record.creation) }),
  };
}

/** A membership, with its entry in the reverse index. */
export function membershipItem(keys: OrgKeys, groupId: string, memberId: string): Item & IndexKey {
  return { ...keyItem(keys.membership(groupId, memberId)), g1p: keys.reverse(memberId), g1s: groupId };
}

export function groupText({ created, keys, attributes }: Pick<GroupRecord, "created" | "keys" | "attributes">): string {
  const header: GroupHeader = { c: created, n: keys.name, x: keys.externalId };
  return textOf(header, attributes);
}

export function groupRecord(item: Item): GroupRecord {
  const { header, attributes } = split<GroupHeader>(item);
  return {
    id: String(item.sk),
    version: Number(item.v),
    created: header.c,
    lastModified: timeOf(String(item.lr)),
    attributes,
    keys: { name: header.n, externalId: header.x, values: [] },
    memberCount: Number(item.n),
    rosterSum: sumIn(item.s),
    ...(item.b === undefined ? {} : { creation: creationOf(String(item.b)) }),
  };
}

/** The attributes in the text of a record. */
export function attributesOf({ attributes }: Pick<ResourceRecord, "attributes">): JsonObject {
  // This code wrote the text from an object.
  return JSON.parse(attributes) as JsonObject;
}

/** Whether the user is a member of the org. */
export function isActive(user: Pick<ResourceRecord, "attributes">): boolean {
  return attributesOf(user).active === true;
}

/**
 * A group item states this number plus the sum of its members' ids. A group made by an earlier release began with 0
 * instead: it states less than `STATED_AT_LEAST`, and its sum is unknown. Two million members add less than the gap.
 */
const STATED_WITHOUT_MEMBERS = 2 ** 52;
const STATED_AT_LEAST = 2 ** 51;

/** Independent of the order: FNV-1a, 30 bits of each id. */
export function sumOfIds(ids: Iterable<string>): number {
  let sum = 0;
  for (const id of ids) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    sum += hash >>> 2;
  }
  return sum;
}

/** The stated number (`s`) of a group whose members' ids have this sum. */
export function statedSum(sum: number): number {
  return STATED_WITHOUT_MEMBERS + sum;
}

/** The sum in a stated number; undefined where it is unknown. */
export function sumIn(stated: unknown): number | undefined {
  return typeof stated === "number" && stated >= STATED_AT_LEAST ? stated - STATED_WITHOUT_MEMBERS : undefined;
}

/** `b` of a group under creation. Each request has its own reference: the text says which request continues. */
export function creationText({ until, reference }: Creation): string {
  return `${until} ${reference}`;
}

function creationOf(text: string): Creation {
  const end = text.indexOf(" ");
  return { until: text.slice(0, end), reference: text.slice(end + 1) };
}

/** The text `w` of a resource during a two-step change: the new keys and the write id. */
export function widenedText(writeId: string, keys: LookupKeys): string {
  return JSON.stringify({ mark: writeId, k: keysHeader(keys) });
}

export function readWidened(text: string): { readonly writeId: string; readonly keys: LookupKeys } {
  // Only widenedText writes it.
  const { mark, k } = JSON.parse(text) as { readonly mark: string; readonly k: KeysHeader };
  return { writeId: mark, keys: lookupKeys(k) };
}

function textOf(header: Header | GroupHeader, attributes: string): string {
  return `${JSON.stringify(header)}\n${attributes}`;
}

function split<H extends Header | GroupHeader>({ d }: Item): { readonly header: H; readonly attributes: string } {
  const text = String(d);
  const end = text.indexOf("\n");
  // Only textOf writes it; JSON text on one line has no line break.
  return { header: JSON.parse(text.slice(0, end)) as H, attributes: text.slice(end + 1) };
}

function keysHeader({ name, externalId, values }: LookupKeys): KeysHeader {
  return { n: name, x: externalId, e: values };
}

function lookupKeys({ n, x, e }: KeysHeader): LookupKeys {
  return { name: n, externalId: x, values: e };
}

/**
 * The last write of a resource as one text: time, token, request reference, and a unique part, so that a repeated write is
 * recognised.
 */
export function newWriteId(stamp: Stamp): string {
  return `${stamp.at} ${stamp.tokenId} ${stamp.reference} ${randomUUID().slice(0, 8)}`;
}

/** The stamp of an item's last write; undefined where the item has no write id. */
export function stampIn({ lr }: { readonly lr?: unknown }): Stamp | undefined {
  const [at, tokenId, reference, unique] = String(lr).split(" ");
  if (at === undefined || tokenId === undefined || reference === undefined || unique === undefined) return undefined;
  return { at, tokenId, reference };
}

export function timeOf(writeId: string): string {
  return writeId.slice(0, writeId.indexOf(" "));
}

/** Members that one write added and removed: at most 99 of both together. */
export type MembershipChange = ReturnType<typeof readMembershipText>;

/**
 * The members that a write changes, in the group's item for the stream (`mc`): the unique part of the write id, so that no
 * two texts are equal, then a sign and an id each. Later writes without members keep the text, which says that they changed
 * none.
 */
export function membershipText(writeId: string, added: readonly string[], removed: readonly string[]): string {
  return `${writeId.slice(writeId.lastIndexOf(" ") + 1)} ${["", ...added].join("+")}${["", ...removed].join("-")}`;
}

/** @throws Error for a text of another form */
export function readMembershipText(text: string) {
  const signed = text.slice(text.indexOf(" ") + 1);
  const parts = signed.match(/[+-][ug][0-9A-Za-z]{22}/g) ?? [];
  if (parts.join("") !== signed) throw new Error("not a list of changed members");
  const of = (sign: string): string[] => parts.filter((part) => part.startsWith(sign)).map((part) => part.slice(1));
  return { added: of("+"), removed: of("-") };
}
