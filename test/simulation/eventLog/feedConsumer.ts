import { pageOfFeed } from "../../../functions/provisioning/events/pageOfFeed.ts";
import { feedPlaceText, readPlace } from "../../../functions/provisioning/events/place.ts";
import { ScimError } from "../../../functions/scim/error.ts";
import type { FeedEntry } from "../../../functions/store/eventItems.ts";
import { feedShardOf } from "../../../functions/store/eventKeys.ts";
import type { OrgId } from "../../../functions/store/keys.ts";
import type { StoreSession } from "../../../functions/store/session.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { type Copy, EMPTY, type Followed, follow } from "./consumer.ts";
import type { Reader } from "./reader.ts";

/** Everything a worker over all orgs keeps, in one transaction of its own. */
export interface FeedCopy {
  /** A cursor for each shard. */
  readonly places: ReadonlyMap<number, string>;
  readonly orgs: ReadonlyMap<OrgId, Copy>;
}

export const NO_ORGS: FeedCopy = { places: new Map(), orgs: new Map() };

/** Most pages of one org's log for one entry; then the worker comes again. */
const MOST_PAGES = 20;
const ENTRIES = 3;

/** One step of a worker over all orgs of a deployment, in one shard: the feed's entries name the logs with news. */
export async function followShard(
  reader: Reader,
  session: StoreSession,
  shard: number,
  copy: FeedCopy,
  now: number,
): Promise<{ readonly copy: FeedCopy; readonly isEnd: boolean }> {
  const place = copy.places.get(shard);
  const page = place === undefined ? undefined : await pageBehind(session, shard, place, now);
  if (page === undefined) return { copy: await compareAll(reader, session, shard, copy, now), isEnd: false };
  const orgs = new Map(copy.orgs);
  const places = new Map(copy.places);
  for (const entry of page.entries) {
    if (!(await take(reader, session, entry, orgs, now))) break;
    places.set(shard, feedPlaceText(shard, { generation: page.next.generation, number: entry.number }));
  }
  return { copy: { places, orgs }, isEnd: page.entries.length === 0 };
}

/** @returns undefined where the place is gone */
async function pageBehind({ database }: StoreSession, shard: number, place: string, now: number) {
  try {
    return await pageOfFeed(database, shard, place, { limit: ENTRIES, now });
  } catch (error) {
    if (error instanceof ScimError && error.status === 410) return undefined;
    throw error;
  }
}

/** @returns whether the entry is done */
async function take(
  reader: Reader,
  session: StoreSession,
  { orgId, range }: FeedEntry,
  orgs: Map<OrgId, Copy>,
  now: number,
): Promise<boolean> {
  // From an item that the log's writer made.
  const id = orgId as OrgId;
  if (range === undefined) {
    orgs.delete(id);
    return true;
  }
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { copy, outcome } = await follow(reader, session, id, orgs.get(id) ?? EMPTY, now);
    if (outcome === "gone") {
      orgs.delete(id);
      return true;
    }
    orgs.set(id, copy);
    // The head may not show yet what the feed shows. Compares only the present log: an older one has other numbers.
    if (copy.cursor !== undefined && (readPlace(copy.cursor)?.place.seq ?? 0) >= range.to) return true;
  }
  return false;
}

/** The worker is new or too late for the feed: it reads the feed's end first, then every org. */
async function compareAll(
  reader: Reader,
  session: StoreSession,
  shard: number,
  copy: FeedCopy,
  now: number,
): Promise<FeedCopy> {
  const { next } = await pageOfFeed(session.database, shard, undefined, { limit: ENTRIES, now });
  const listed = await new SettingsStore(session.database).orgs(100);
  const mine = listed.orgs.map(({ id }) => id).filter((id) => feedShardOf(id) === shard);
  const orgs = new Map([...copy.orgs].filter(([id]) => feedShardOf(id) !== shard));
  for (const id of mine) {
    let followed: Followed = { copy: copy.orgs.get(id) ?? EMPTY, outcome: "more" };
    for (let pages = 0; pages < MOST_PAGES && followed.outcome === "more"; pages += 1)
      followed = await follow(reader, session, id, followed.copy, now);
    if (followed.outcome !== "gone") orgs.set(id, followed.copy);
    // The place stays, and the worker comes again.
    if (followed.outcome === "more") return { ...copy, orgs: new Map(copy.orgs).set(id, followed.copy) };
  }
  return { places: new Map(copy.places).set(shard, feedPlaceText(shard, next)), orgs };
}
