import { allOf, type Database } from "./database.ts";
import type { FeedPlace } from "./eventFeed.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Item } from "./table.ts";
import { additions, ENABLED, wake } from "./webhookDeliveries.ts";
import type { StoredMessage } from "./webhookItems.ts";
import { registeredOwner, type WebhookOwner, webhookKeys } from "./webhookKeys.ts";
import { unmoved } from "./webhooks.ts";

/** The position of message creation in a shard of the feed. */
export interface NotifierPlace {
  readonly place: FeedPlace;
  /** Set where the feed has lost the following entries: when this was found, milliseconds since the epoch, and where to continue. */
  readonly reset?: { readonly since: number; readonly to: FeedPlace };
  /** The item as read. */
  readonly item: Item;
}

/** `moved`: another run was faster. `known`: messages with these keys exist already. `changed`: an endpoint is gone or disabled. */
type Commitment =
  | { readonly outcome: "written" | "moved" | "changed" }
  | { readonly outcome: "known"; readonly names: readonly string[] };

/** The messages from one shard of the feed, for the worker that creates them. */
export class WebhookFeed {
  readonly #database: Database;
  readonly #shard: number;

  constructor(database: Database, shard: number) {
    this.#database = database;
    this.#shard = shard;
  }

  /** @returns undefined before there was an endpoint */
  async place(): Promise<NotifierPlace | undefined> {
    const item = await this.#database.get(webhookKeys.position(this.#shard));
    if (item === undefined) return undefined;
    const { h, g, ra, rh, rg } = item;
    const place = { generation: String(g), number: Number(h) };
    if (ra === undefined) return { place, item };
    return { place, item, reset: { since: Number(ra), to: { generation: String(rg), number: Number(rh) } } };
  }

  /** Adds the messages and moves the place in one transaction. @param messages that fit (`fitTogether`) */
  async advance({ item }: NotifierPlace, to: FeedPlace, messages: readonly StoredMessage[]): Promise<Commitment> {
    const move: Action = {
      update: webhookKeys.position(this.#shard),
      set: { h: to.number, g: to.generation },
      condition: unmoved(item),
    };
    return this.#commit([move], messages);
  }

  /** Starts a reset: the shard continues at `to` once every endpoint is notified. Writes nothing where another run was faster. */
  async beginReset({ item }: NotifierPlace, to: FeedPlace, now: number): Promise<void> {
    const update = webhookKeys.position(this.#shard);
    const set = { ra: now, rh: to.number, rg: to.generation };
    await this.#database.write([{ update, set, condition: unmoved(item) }]);
  }

  /** Adds messages without moving the place. */
  async add(messages: readonly StoredMessage[]): Promise<Commitment> {
    return this.#commit([], messages);
  }

  async endReset({ item }: NotifierPlace, to: FeedPlace): Promise<void> {
    const update = webhookKeys.position(this.#shard);
    const set = { h: to.number, g: to.generation };
    await this.#database.write([{ update, set, remove: ["ra", "rh", "rg"], condition: unmoved(item) }]);
  }

  /** The owners of all endpoints, each once. */
  async owners(): Promise<readonly WebhookOwner[]> {
    const items = await allOf(this.#database, webhookKeys.registry());
    return [...new Set(items.map(({ sk }) => registeredOwner(String(sk))))];
  }

  async #commit(first: readonly Action[], messages: readonly StoredMessage[]): Promise<Commitment> {
    const now = this.#database.now();
    const endpoints = new Map(messages.map((message) => [message.endpoint, message]));
    const woken = [...endpoints.values()].map((message) => wake(message, now, ENABLED));
    const actions = [...first, ...woken, ...messages.flatMap(additions)];
    const refusals = await this.#database.write(actions);
    if (refusals.length === 0) return { outcome: "written" };
    if (refusals.some(({ index }) => index < first.length)) return { outcome: "moved" };
    const known = refusals.filter(({ index, stored }) => index >= first.length + woken.length && stored !== undefined);
    if (known.length < refusals.length) return { outcome: "changed" };
    const names = known.flatMap(({ index }) => messages[Math.floor((index - first.length - woken.length) / 2)] ?? []);
    return { outcome: "known", names: names.map(messageName) };
  }
}

/** Count of actions for the messages and the move of the place. */
function actionsOf(messages: readonly StoredMessage[]): number {
  return 1 + new Set(messages.map(({ endpoint }) => endpoint)).size + 2 * messages.length;
}

/** Whether one transaction can carry the messages. */
export function fitTogether(messages: readonly StoredMessage[]): boolean {
  return actionsOf(messages) <= ACTIONS_PER_TRANSACTION;
}

/** A unique name of the message. */
export function messageName(message: StoredMessage): string {
  return webhookKeys.message(message).sk;
}
