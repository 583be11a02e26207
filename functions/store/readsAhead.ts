import { isGroupId, isMemberId } from "../scim/schema.ts";
import { keyText } from "./keys.ts";
import type { Wanted } from "./records.ts";
import type { Key } from "./table.ts";
import type { IdPages, OrgView } from "./view.ts";

/**
 * What an unverified request may make the database read (product.md 5.17): one BatchGetItem of so many keys, those of the
 * token and its org among them, and beside it one Query of so many items. Anybody can make up a token with a right checksum.
 */
const KEYS_AHEAD = 6;
const ITEMS_AHEAD = 25;

interface ReadsAhead {
  readonly keys: readonly Key[];
  /** Resolves to what puts the answer into the view's read-ahead. */
  readonly query: (() => Promise<() => void>) | undefined;
}

type WantedMembership = Extract<Wanted, { readonly kind: "membership" }>;

/**
 * What of a request's wishes is read before its token is verified: those that come first. The others are read after, by
 * whoever needs them. A wish that no stored item can fulfil is left out. Where no list needs the Query, it looks for the
 * memberships of a group that found no room among the keys.
 * @param claimed how many keys the token itself takes
 */
export function readsAhead(view: OrgView, wanted: readonly Wanted[], claimed: number): ReadsAhead {
  const keys = new Map<string, Key>();
  const membershipsLeft: WantedMembership[] = [];
  let list: IdPages | undefined;
  for (const wish of wanted) {
    const read = readOf(view, wish);
    if (read === undefined) continue;
    if ("page" in read) list ??= read;
    else if (claimed + keys.size < KEYS_AHEAD) keys.set(keyText(read), read);
    else if (wish.kind === "membership") membershipsLeft.push(wish);
  }
  return {
    keys: [...keys.values()],
    query: list === undefined ? membershipsOf(view, membershipsLeft) : beginningOf(view, list),
  };
}

function readOf(view: OrgView, wish: Wanted): Key | IdPages | undefined {
  const { keys } = view;
  switch (wish.kind) {
    case "resource":
      return keys.typeOf(wish.id) === undefined ? undefined : keys.resource(wish.id);
    case "name":
      return wish.key === "" ? undefined : keys.name(wish.type, wish.key);
    case "externalId":
      return view.byValue(keys.externalIds(wish.type), wish.key);
    case "value":
      return view.byValue(keys.values(wish.type), wish.key);
    case "membership":
      return isGroupId(wish.groupId) && isMemberId(wish.memberId)
        ? keys.membership(wish.groupId, wish.memberId)
        : undefined;
    case "groupsOf":
      return isMemberId(wish.memberId) ? view.groupsOf(wish.memberId) : undefined;
  }
}

function beginningOf(view: OrgView, { name, page }: IdPages): ReadsAhead["query"] {
  return async () => {
    const list = await page({ limit: ITEMS_AHEAD });
    return () => view.ahead.putList(name, list);
  };
}

/** The memberships of one group from the first one looked for on: as far as the answer goes, each is known to be there or not. */
function membershipsOf(view: OrgView, wanted: readonly WantedMembership[]): ReadsAhead["query"] {
  const groupId = wanted[0]?.groupId ?? "";
  const members = wanted.flatMap((one) => (one.groupId === groupId ? [one.memberId] : [])).sort();
  const [first] = members;
  if (first === undefined) return undefined;
  return async () => {
    const limit = members.length === 1 ? 1 : ITEMS_AHEAD;
    const { items, last } = await view.query(view.keys.memberships(groupId), { from: first, limit });
    const found = new Map(items.map((item) => [String(item.sk), item]));
    return () => {
      for (const memberId of members) {
        const unseen = last !== undefined && memberId > last;
        if (!unseen) view.ahead.putItem(view.keys.membership(groupId, memberId), found.get(memberId));
      }
    };
  };
}
