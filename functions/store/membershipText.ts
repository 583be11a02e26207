/** Members that one write added and removed. */
export interface MembershipChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * The members that a write changes, as its group's item tells them to the stream (`mc`): the part of the write id that is
 * new each time, so that no two texts are equal, then a sign and an id each. Later writes without members leave the
 * text as it is, which says that they changed none.
 */
export function membershipText(writeId: string, added: readonly string[], removed: readonly string[]): string {
  return `${writeId.slice(writeId.lastIndexOf(" ") + 1)} ${added.map((id) => `+${id}`).join("")}${removed.map((id) => `-${id}`).join("")}`;
}

/** @throws Error when it is no such text */
export function readMembershipText(text: string): MembershipChange {
  const signed = text.slice(text.indexOf(" ") + 1);
  const parts = signed.match(/[+-][ug][0-9A-Za-z]{22}/g) ?? [];
  if (parts.join("") !== signed) throw new Error("not a list of changed members");
  const of = (sign: string): string[] => parts.filter((part) => part.startsWith(sign)).map((part) => part.slice(1));
  return { added: of("+"), removed: of("-") };
}
