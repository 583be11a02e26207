import { isIdOf } from "../keys.ts";
import { linkIn, linkItem } from "../links.ts";
import { USER_LAYOUT } from "../storedTypes.ts";
import { ABSENT, type Action, type Condition, type Item, stillIs } from "../table.ts";
import type { Contradiction, Inspector } from "./inspector.ts";
import { isOwnSchema } from "./resources.ts";

/** Checks links between users of both sides and the application's own ids: each is found from both ends, and its user lives. */

/** Users read in order per link; the rest is read one by one. */
const READ_FOR_EACH = 2;

/** Removes the links of a page from the sums, as the applicationIds state them. */
export async function removeLinks(inspector: Inspector, items: readonly Item[]): Promise<void> {
  for (const link of readable(inspector, items, placeIn(inspector))) inspector.sums.remove(link.id, linkText(link));
}

/** Adds the links of a page to the sums, as live users state them. A link of a missing user always makes a difference. */
export async function addLinkedUsers(inspector: Inspector, items: readonly Item[]): Promise<void> {
  const links = linksAmong(readable(inspector, items, linkedUserIn));
  const living = await livingInOrder(
    inspector,
    links.map(({ id }) => id),
  );
  for (const link of links) inspector.sums.add(link.id, living.has(link.id) ? linkText(link) : `nobody ${link.id}`);
}

/** For applicationIds with differing sums: checks whether the user lives and is linked to the id. */
export async function checkLinks(inspector: Inspector, items: readonly Item[]): Promise<void> {
  const read = differing(inspector, items, placeIn(inspector));
  const users = await inspector.database.getMany(read.map(({ id }) => inspector.keys.linkedUser(id)));
  const linked = new Map(users.map((item) => [String(item.sk), linkIn(item).applicationId]));
  const living = await livingUsers(inspector, read);
  for (const link of read) {
    if (living.has(link.id) && linked.get(link.id) === link.applicationId) continue;
    await inspector.settle(() => lookAtLink(inspector, link));
  }
}

/** For linked users with differing sums: checks whether they live, and whether the applicationId leads to them. */
export async function checkLinkedUsers(inspector: Inspector, items: readonly Item[]): Promise<void> {
  const links = linksAmong(differing(inspector, items, linkedUserIn));
  const places = await inspector.database.getMany(links.map((one) => inspector.keys.link(one.applicationId)));
  const holders = new Map(places.map((item) => [String(item.a), item.id]));
  const living = await livingUsers(inspector, links);
  for (const link of links) {
    if (living.has(link.id) && holders.get(link.applicationId) === link.id) continue;
    await inspector.settle(() => lookAtLink(inspector, link));
  }
}

type Read<T> = (item: Item) => T | undefined;

function placeIn({ keys }: Inspector): Read<Link> {
  return ({ a, id, sk }) => {
    if (typeof a !== "string" || typeof id !== "string" || !isIdOf(USER_LAYOUT, id)) return undefined;
    return keys.link(a).sk === sk ? { id, applicationId: a } : undefined;
  };
}

/** Also a user whose link has ended. */
type LinkedUser = Omit<Link, "applicationId"> & Partial<Link>;

function linkedUserIn({ a, v, lr, sk }: Item): LinkedUser | undefined {
  const sound = (a === undefined || typeof a === "string") && typeof v === "number" && v >= 1;
  if (!sound || typeof lr !== "string" || !isIdOf(USER_LAYOUT, String(sk))) return undefined;
  return { id: String(sk), applicationId: a };
}

function linksAmong(users: readonly LinkedUser[]): readonly Link[] {
  return users.flatMap(({ id, applicationId }) => (applicationId === undefined ? [] : [{ id, applicationId }]));
}

function linkText({ id, applicationId }: Link): string {
  return `${id}\n${applicationId}`;
}

/** The content of the items; reports items that no release wrote. */
function readable<T>(inspector: Inspector, items: readonly Item[], read: Read<T>): readonly T[] {
  inspector.looked(items.length);
  return items.flatMap((item) => {
    const found = isOwnSchema(item) ? read(item) : undefined;
    if (found === undefined) inspector.found(isOwnSchema(item) ? "item.unreadable" : "item.schema", []);
    return found ?? [];
  });
}

/** The content of the items of users with differing sums. */
function differing<T extends { readonly id: string }>(inspector: Inspector, items: readonly Item[], read: Read<T>) {
  const found = items.flatMap((item) => (isOwnSchema(item) ? (read(item) ?? []) : []));
  const about = found.filter(({ id }) => inspector.sums.differsAt(id));
  inspector.looked(about.length);
  return about;
}

function livingUsers(inspector: Inspector, links: readonly { readonly id: string }[]): Promise<ReadonlySet<string>> {
  const { keys, other } = inspector;
  return inspector.existing(
    links.map(({ id }) => id),
    (id) => keys.resource(id),
    (id) => other.resource(id),
  );
}

/** The same for ascending ids: users of the other side are read in order, at a fraction of the cost of single reads. */
async function livingInOrder(inspector: Inspector, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { keys, other, database } = inspector;
  if (ids.length === 0) return new Set();
  const range = { from: ids[0], limit: ids.length * READ_FOR_EACH, only: ["sk"] };
  const { items, last } = await database.query(other.collection(USER_LAYOUT), range);
  const listed = new Set(items.map(({ sk }) => String(sk)));
  const left = ids.filter((id) => !listed.has(id));
  const beyond = left.filter((id) => last !== undefined && id > last);
  const own = await inspector.existing(left, (id) => keys.resource(id));
  const others = await inspector.existing(beyond, (id) => other.resource(id));
  return new Set([...listed, ...own, ...others]);
}

interface Link {
  readonly id: string;
  readonly applicationId: string;
}

async function lookAtLink(inspector: Inspector, { id, applicationId }: Link): Promise<Contradiction | undefined> {
  const { keys, other } = inspector;
  const wanted = {
    place: keys.link(applicationId),
    linked: keys.linkedUser(id),
    own: keys.resource(id),
    theirs: other.resource(id),
    ownMarker: keys.marker(id),
    theirMarker: other.marker(id),
  };
  const { place, linked, own, theirs, ownMarker, theirMarker } = await inspector.together(wanted);
  const leads = place?.id === id && place.a === applicationId;
  const isLinked = linked?.a === applicationId;
  const free: Action = { delete: wanted.place, condition: heldBy(id) };
  if (own === undefined && theirs === undefined) {
    // The sweep will remove the link.
    if (ownMarker !== undefined || theirMarker !== undefined || !(leads || isLinked)) return undefined;
    const end: Action = { update: wanted.linked, remove: ["a"], condition: linkedTo(applicationId) };
    return { code: "link.nobody", ids: [id], repair: [...(leads ? [free] : []), ...(isLinked ? [end] : [])] };
  }
  if (leads === isLinked) return undefined;
  if (leads) {
    const asSeen = { check: wanted.linked, condition: linked === undefined ? ABSENT : { all: stillIs("a", linked.a) } };
    return { code: "link.stray", ids: [id], repair: [asSeen, free] };
  }
  return missing(inspector, { id, applicationId }, place);
}

/** A user's link to which its applicationId does not lead. Where another live user has it too, the owner is unknown. */
async function missing(
  inspector: Inspector,
  { id, applicationId }: Link,
  place: Item | undefined,
): Promise<Contradiction> {
  const { keys, other } = inspector;
  const holder = place === undefined ? undefined : String(place.id);
  if (holder !== undefined && isIdOf(USER_LAYOUT, holder)) {
    const wanted = { held: keys.linkedUser(holder), own: keys.resource(holder), theirs: other.resource(holder) };
    const { held, own, theirs } = await inspector.together(wanted);
    const lives = own !== undefined || theirs !== undefined;
    if (lives && held?.a === applicationId) return { code: "link.duplicate", ids: [id, holder] };
  }
  const claim = { put: linkItem(keys, id, applicationId), condition: holder === undefined ? ABSENT : heldBy(holder) };
  const asSeen = { check: keys.linkedUser(id), condition: linkedTo(applicationId) };
  return { code: "link.missing", ids: [id], repair: [asSeen, claim] };
}

function heldBy(id: string): Condition {
  return { all: [{ equals: ["id", id] }] };
}

function linkedTo(applicationId: string): Condition {
  return { all: [{ equals: ["a", applicationId] }] };
}
