import type { Found } from "../provisioning/search.ts";
import type { Session } from "../provisioning/session.ts";
import { isGroupId } from "../scim/identifiers.ts";
import { comparePlaces, type Place } from "../scim/sorting.ts";
import type { GroupRecord } from "../store/directoryPorts.ts";
import type { WalkPage } from "./answerWalk.ts";
import type { Exchange } from "./exchange.ts";
import { findGroups, walkOverGroups } from "./listGroups.ts";
import type { Listing } from "./listing.ts";
import { findUsers, type UsersFound, walkOverUsers } from "./listUsers.ts";

export interface Listings {
  readonly users: Listing;
  readonly groups: Listing;
}

interface FoundOfBoth {
  readonly total: number;
  readonly users: UsersFound;
  readonly groups: Found<GroupRecord>;
  /** The ids of the page. */
  readonly order: readonly string[];
}

/**
 * A type whose resources the filter cannot match, e.g. because it asks for another one, is not looked at (plan.ts).
 * @throws ScimError 400, 403 sensitive
 */
export function findBoth(exchange: Exchange, session: Session, listings: Listings): Promise<FoundOfBoth> {
  const find = listings.users.sort === undefined ? findOneAfterTheOther : findSorted;
  return find(exchange, session, listings);
}

/** Users come before groups, and each type is read as far as the page reaches. */
async function findOneAfterTheOther(exchange: Exchange, session: Session, listings: Listings): Promise<FoundOfBoth> {
  const users = await findUsers(exchange, session, listings.users);
  const { startIndex, count } = listings.groups;
  const rest = { startIndex: Math.max(1, startIndex - users.total), count: count - users.records.length };
  const groups = await findGroups(exchange, session, { ...listings.groups, ...rest });
  const order = [...users.records, ...groups.records].map(({ id }) => id);
  return { total: users.total + groups.total, users, groups, order };
}

/** Both types in one order: the page lies within the first of each. */
async function findSorted(exchange: Exchange, session: Session, listings: Listings): Promise<FoundOfBoth> {
  const { startIndex, count, sort } = listings.users;
  const first = startIndex - 1;
  const head = { startIndex: 1, count: first + count };
  const users = await findUsers(exchange, session, { ...listings.users, ...head });
  const groups = await findGroups(exchange, session, { ...listings.groups, ...head });
  const order = [...(users.places ?? []), ...(groups.places ?? [])]
    .sort((left, right) => comparePlaces({ descending: sort?.descending === true }, left, right))
    .slice(first, first + count)
    .map(({ id }) => id);
  const shown = new Set(order);
  return {
    total: users.total + groups.total,
    users: { ...users, records: users.records.filter(({ id }) => shown.has(id)) },
    groups: { ...groups, records: groups.records.filter(({ id }) => shown.has(id)) },
    order,
  };
}

const NOTHING: WalkPage = { texts: [], places: [], more: undefined, total: 0, headers: {} };

/** One page of a walk over both types. @throws ScimError 400, 403 sensitive */
export async function walkOverBoth(
  exchange: Exchange,
  session: Session,
  listings: Listings,
  after: Place | undefined,
): Promise<WalkPage> {
  const { count, sort } = listings.users;
  // The ids of users come before those of groups, so that unsorted one walk is through when the other begins.
  const usersAreOver = sort === undefined && after !== undefined && isGroupId(after.id);
  const users = usersAreOver ? NOTHING : await walkOverUsers(exchange, session, listings.users, after);
  if (sort === undefined && users.more !== undefined) return { ...users, total: undefined };
  const ofGroups = sort === undefined && after !== undefined && !isGroupId(after.id) ? undefined : after;
  const groups = await walkOverGroups(exchange, session, listings.groups, ofGroups);
  const order = { descending: sort?.descending === true };
  const all = [...elementsOf(users), ...elementsOf(groups)];
  if (sort !== undefined) all.sort((left, right) => comparePlaces(order, left.place, right.place));
  const shown = all.slice(0, count);
  const cut = all.length > count || (sort !== undefined && users.more !== undefined) || groups.more !== undefined;
  const texts = shown.map(({ text }) => text);
  const places = shown.map(({ place }) => place);
  const last = shown.length < all.length || sort !== undefined ? places.at(-1) : groups.more;
  const total =
    usersAreOver || users.total === undefined || groups.total === undefined ? undefined : users.total + groups.total;
  return { texts, places, more: cut ? last : undefined, total, headers: groups.headers };
}

function elementsOf({ texts, places }: WalkPage): { readonly text: string; readonly place: Place }[] {
  return texts.flatMap((text, index) => {
    const place = places[index];
    return place === undefined ? [] : [{ text, place }];
  });
}
