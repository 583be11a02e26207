/**
 * Resource ids: one letter for the kind (`u` user, `g` group), then 22 random base62 characters (131 bits). The letter
 * spares a second read wherever a member may be either; randomness spreads items over partitions (RFC 7643 section 9.3:
 * no guessing, no correlation).
 */
const USER_ID = /^u[0-9A-Za-z]{22}$/;
const GROUP_ID = /^g[0-9A-Za-z]{22}$/;

export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

export function isGroupId(text: string): boolean {
  return GROUP_ID.test(text);
}

/** What can be a member of a group: a user, or another group. */
export function isMemberId(text: string): boolean {
  return isUserId(text) || isGroupId(text);
}

export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
