import { type Database, inParallel } from "../../store/database.ts";
import { type FeedPage, type FeedPlace, feedEnd, readFeedBehind } from "../../store/eventFeed.ts";
import type { StoredFeedEntry } from "../../store/eventItems.ts";
import { readRange } from "../../store/eventRange.ts";
import { EVERY_ORG, isOrgId } from "../../store/keys.ts";
import { StoreBusy } from "../../store/records.ts";
import { fitTogether, messageName, type NotifierPlace, WebhookFeed } from "../../store/webhookFeed.ts";
import { newMessage, type StoredMessage, type WebhookEndpoint } from "../../store/webhookItems.ts";
import type { WebhookOwner } from "../../store/webhookKeys.ts";
import { WebhookStore } from "../../store/webhooks.ts";
import { isOneOf } from "../events/eventTypes.ts";
import { bodyOf, messageOfEntry, typesIn } from "./message.ts";
import { announceReset } from "./reset.ts";

interface Notifying {
  readonly database: Database;
  now(): number;
  /** Milliseconds since the epoch. No work is begun after it. */
  readonly until: number;
}

export interface Notified {
  /** Number of messages made. */
  readonly messages: number;
  /** Shards with expired entries: every endpoint gets a message about it. */
  readonly reset: readonly number[];
  /** Why work on a shard stopped: an error's name. A later run continues there. */
  readonly cause?: string;
}

const ENTRIES_AT_ONCE = 40;
/** Attempts for one page, if other runs write in between. */
const TRIES = 20;
/** The clocks of two machines differ by less. An endpoint gets no entry that is older than itself by more. */
const SKEW_MS = 300_000;

/**
 * Makes messages for all entries after the shards' places, for each endpoint of the org and the deployment that wants the entry's
 * types, and moves the places in the same transactions. Runs may repeat and overlap: each entry makes one message per endpoint.
 * Without endpoints it costs one read.
 *
 * Endpoints are read after the entries, so an entry that was logged after an endpoint's creation finds the endpoint.
 */
export async function notifyWebhooks(shards: readonly number[], notifying: Notifying): Promise<Notified> {
  if (!(await new WebhookStore(notifying.database).hasAny())) return { messages: 0, reset: [] };
  const all = await inParallel(shards, (shard) => notifyOfShard(shard, notifying));
  const cause = all.map((one) => one.cause).find((one) => one !== undefined);
  return {
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    reset: shards.filter((_, index) => all[index]?.isReset),
    ...(cause !== undefined && { cause }),
  };
}

interface ShardNotified {
  messages: number;
  isReset: boolean;
  cause?: string;
}

/** A failure in one shard does not stop the others. */
async function notifyOfShard(shard: number, notifying: Notifying): Promise<ShardNotified> {
  const done: ShardNotified = { messages: 0, isReset: false };
  try {
    await followShard(shard, notifying, done);
  } catch (error) {
    done.cause = error instanceof Error ? error.name : typeof error;
  }
  return done;
}

async function followShard(shard: number, { database, now, until }: Notifying, done: ShardNotified): Promise<void> {
  const feed = new WebhookFeed(database, shard);
  const known = new Set<string>();
  for (let tries = 1; now() < until; ) {
    const from = await feed.place();
    if (from === undefined) return;
    if (from.reset !== undefined) {
      done.messages += await announceReset(feed, database, shard, { ...from, reset: from.reset });
      continue;
    }
    const page = await pageBehind(database, shard, from.place);
    if (page.outcome === "gone") {
      done.isReset = true;
      await feed.beginReset(from, page.place, now());
      continue;
    }
    if (page.entries.length === 0) return;
    const batches = batchesOf(await messagesOf(database, page.entries, page.place, now()), known);
    const taken = await takeAll(feed, from, batches);
    done.messages += taken.messages;
    for (const name of taken.known) known.add(name);
    if (taken.isWhole) tries = 1;
    else if (tries++ >= TRIES) throw new StoreBusy("conflict");
    else await database.pause(tries);
  }
}

async function pageBehind(database: Database, shard: number, place: FeedPlace): Promise<FeedPage> {
  const head = await feedEnd(database, shard);
  // An empty shard had this place, too, before the feed began again.
  if (place.generation === "" && head.renewed === true) return { outcome: "gone", place: head };
  return readFeedBehind(database, shard, head, place, ENTRIES_AT_ONCE);
}

/** Whether an endpoint gets an entry. Also true where the endpoint's time is in the future because of a wrong clock. */
function concerns({ createdAt }: WebhookEndpoint, { time }: StoredFeedEntry, now: number): boolean {
  const made = Date.parse(createdAt);
  return made - SKEW_MS <= time || made - SKEW_MS > now;
}

interface EntryMessages {
  /** The place after the entry. */
  readonly to: FeedPlace;
  readonly messages: readonly StoredMessage[];
}

/** Entries in order, batched for one transaction each. All messages of one entry always fit (`MOST_ENDPOINTS`). */
function batchesOf(entries: readonly EntryMessages[], known: ReadonlySet<string>): readonly EntryMessages[] {
  const batches: EntryMessages[] = [];
  for (const { to, messages } of entries) {
    const fresh = messages.filter((message) => !known.has(messageName(message)));
    const last = batches.at(-1);
    const joined = [...(last?.messages ?? []), ...fresh];
    if (last !== undefined && fitTogether(joined)) batches[batches.length - 1] = { to, messages: joined };
    else batches.push({ to, messages: fresh });
  }
  return batches;
}

async function takeAll(feed: WebhookFeed, from: NotifierPlace, batches: readonly EntryMessages[]) {
  let place = from;
  let messages = 0;
  for (const batch of batches) {
    const outcome = await feed.advance(place, batch.to, batch.messages);
    if (outcome.outcome !== "written")
      return { messages, known: outcome.outcome === "known" ? outcome.names : [], isWhole: false };
    messages += batch.messages.length;
    const { number, generation } = batch.to;
    place = { place: batch.to, item: { ...place.item, h: number, g: generation } };
  }
  return { messages, known: [], isWhole: true };
}

async function messagesOf(
  database: Database,
  entries: readonly StoredFeedEntry[],
  { generation }: FeedPlace,
  now: number,
): Promise<readonly EntryMessages[]> {
  const orgs = [...new Set(entries.map(({ orgId }) => orgId))].filter(isOrgId);
  const store = new WebhookStore(database);
  const owners: readonly WebhookOwner[] = [EVERY_ORG, ...orgs];
  const listed = await inParallel(owners, (owner) => store.list(owner));
  const endpointsOf = new Map<string, readonly WebhookEndpoint[]>(
    owners.map((owner, index) => [owner, (listed[index] ?? []).filter(({ state }) => state.disabled === undefined)]),
  );
  const everywhere = endpointsOf.get(EVERY_ORG) ?? [];
  return inParallel(entries, async (entry) => {
    const mine = entry.range === undefined ? [] : (endpointsOf.get(entry.orgId) ?? []);
    const endpoints = [...mine, ...everywhere].filter((endpoint) => concerns(endpoint, entry, now));
    const to = { generation, number: entry.number };
    return { to, messages: endpoints.length === 0 ? [] : await messagesFor(database, entry, to, endpoints, now) };
  });
}

async function messagesFor(
  database: Database,
  entry: StoredFeedEntry,
  { generation }: FeedPlace,
  endpoints: readonly WebhookEndpoint[],
  now: number,
): Promise<readonly StoredMessage[]> {
  const { orgId, range, time } = entry;
  const { events } = range === undefined ? { events: [] } : await readRange(database, orgId, range);
  const body = bodyOf(messageOfEntry(entry, events, time));
  const types = typesIn(entry, events);
  const name = `${orgId}.${generation}.${range?.from ?? "ended"}`;
  return endpoints
    .filter((endpoint) => endpoint.types === undefined || types === undefined || types.some(isOneOf(endpoint.types)))
    .map(({ owner, id }) => newMessage({ owner, endpoint: id, name, time }, body, now));
}
