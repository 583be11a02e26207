import { type Database, inParallel } from "../../store/database.ts";
import { feedShardOf } from "../../store/eventKeys.ts";
import { EVERY_ORG } from "../../store/keys.ts";
import { StoreBusy } from "../../store/records.ts";
import { messageName, type NotifierPlace, type WebhookFeed } from "../../store/webhookFeed.ts";
import { newMessage, type StoredMessage } from "../../store/webhookItems.ts";
import type { WebhookOwner } from "../../store/webhookKeys.ts";
import { WebhookStore } from "../../store/webhooks.ts";
import { bodyOf, type LogResetMessage } from "./message.ts";

const TRIES = 20;

/**
 * Sends one message to every endpoint of the deployment and of the shard's orgs: take a snapshot. Then the shard continues at the
 * feed's place. It may be interrupted and repeated: its messages have the same keys.
 * @returns number of messages
 */
export async function announceReset(
  feed: WebhookFeed,
  database: Database,
  shard: number,
  place: NotifierPlace & { readonly reset: NonNullable<NotifierPlace["reset"]> },
): Promise<number> {
  const { since, to } = place.reset;
  const owners = (await feed.owners()).filter((owner) => owner === EVERY_ORG || feedShardOf(owner) === shard);
  const store = new WebhookStore(database);
  let made = 0;
  for (let start = 0; start < owners.length; start += OWNERS_AT_ONCE) {
    const some = owners.slice(start, start + OWNERS_AT_ONCE);
    const known = new Set<string>();
    for (let tries = 1, isDone = false; !isDone; tries += 1) {
      if (tries > TRIES) throw new StoreBusy("conflict");
      const listed = (await inParallel(some, (owner) => store.list(owner))).flat();
      const enabled = listed.filter(({ state }) => state.disabled === undefined);
      const messages = enabled
        .map(({ owner, id }) => resetMessage(owner, id, shard, since, database.now()))
        .filter((message) => !known.has(messageName(message)));
      const outcome = messages.length === 0 ? ({ outcome: "written" } as const) : await feed.add(messages);
      isDone = outcome.outcome === "written";
      if (isDone) made += messages.length;
      if (outcome.outcome === "known") for (const name of outcome.names) known.add(name);
    }
  }
  await feed.endReset(place, to);
  return made;
}

/** One transaction takes the messages of so many owners with ten endpoints each. */
const OWNERS_AT_ONCE = 3;

function resetMessage(owner: WebhookOwner, endpoint: string, shard: number, since: number, now: number): StoredMessage {
  const data = owner === EVERY_ORG ? { shard } : { orgId: owner };
  const message: LogResetMessage = { type: "log.reset", timestamp: new Date(since).toISOString(), data };
  return newMessage({ owner, endpoint, name: `${owner}.reset.${shard}`, time: since }, bodyOf(message), now);
}
