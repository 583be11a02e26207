import { type Item, keyItem } from "./actions.ts";
import type { OrgKeys } from "./keys.ts";
import { timeOf } from "./traces.ts";

/** Edges that one write added and removed. */
export interface MembershipChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** 4,000 ids of 24 bytes: 39 items hold all members that a request can carry, each small beside the limit of an item. */
const MEMBERS_PER_ITEM = 4_000;
/** The stream keeps a day. */
const SECONDS_KEPT = 2 * 86_400;

/**
 * The edges that a write changes, as its group's item tells them to the stream (`mc`): the part of the write's mark that
 * is new each time, so that no two texts are equal, then a sign and an id each. Later writes without edges leave the
 * text as it is, which says that they changed none.
 */
export function membershipText(mark: string, added: readonly string[], removed: readonly string[]): string {
  return `${mark.slice(mark.lastIndexOf(" ") + 1)} ${added.map((id) => `+${id}`).join("")}${removed.map((id) => `-${id}`).join("")}`;
}

/** @throws Error when it is no such text */
export function readMembershipText(text: string): MembershipChange {
  const signed = text.slice(text.indexOf(" ") + 1);
  const parts = signed.match(/[+-][ug][0-9A-Za-z]{22}/g) ?? [];
  if (parts.join("") !== signed) throw new Error("not a list of changed members");
  const of = (sign: string): string[] => parts.filter((part) => part.startsWith(sign)).map((part) => part.slice(1));
  return { added: of("+"), removed: of("-") };
}

/** The members of a group that begins with more of them than its item shall hold. Gone after two days by themselves. */
export function announcementItems(keys: OrgKeys, groupId: string, members: readonly string[], mark: string): Item[] {
  const items: Item[] = [];
  for (let start = 0; start < members.length; start += MEMBERS_PER_ITEM) {
    items.push({
      ...keyItem(keys.announcement(groupId, items.length)),
      v: 1,
      lr: mark,
      mc: membershipText(mark, members.slice(start, start + MEMBERS_PER_ITEM), []),
      ttl: Math.floor(Date.parse(timeOf(mark)) / 1000) + SECONDS_KEPT,
    });
  }
  return items;
}
