import type { Database } from "./database.ts";
import { ABSENT, type Action, type Condition } from "./table.ts";
import {
  attemptItem,
  type DeliveryStatus,
  dueFrom,
  MESSAGE_DAYS,
  messageItem,
  newMessage,
  type StoredMessage,
  storedMessage,
} from "./webhookItems.ts";
import { type MessagePlace, messagePlace, type WebhookOwner, webhookKeys } from "./webhookKeys.ts";

/** Messages that one filtered page of a list reads. */
const LOOKED_AT = 200;
const DAY_SECONDS = 86_400;

export interface DeliveryQuestion {
  /** Absent: any status. */
  readonly status?: DeliveryStatus | undefined;
  /** `next` of the previous page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly messages: readonly StoredMessage[];
  /** Absent at the end. A page may be empty without being the last. */
  readonly next: string | undefined;
}

/** The messages of one endpoint, for the operations of an operator. */
export class DeliveryStore {
  readonly #database: Database;
  readonly #owner: WebhookOwner;
  readonly #endpoint: string;

  constructor(database: Database, owner: WebhookOwner, endpoint: string) {
    this.#database = database;
    this.#owner = owner;
    this.#endpoint = endpoint;
  }

  async list({ status, after, limit }: DeliveryQuestion): Promise<DeliveryPage> {
    const prefix = `${this.#endpoint}#`;
    const from = after === undefined ? undefined : prefix + after;
    const page = await this.#database.query(webhookKeys.messages(this.#owner), {
      prefix,
      after: from,
      limit: status === undefined ? limit : Math.max(limit, LOOKED_AT),
    });
    const found = page.items
      .map((item) => storedMessage(messagePlace(this.#owner, String(item.sk)), item))
      .filter((message) => (status ?? message.status) === message.status && this.#isKept(message));
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const end = shown.length < found.length && last !== undefined ? webhookKeys.message(last).sk : page.last;
    return { messages: shown, next: end?.slice(prefix.length) };
  }

  async find(place: MessagePlace): Promise<StoredMessage | undefined> {
    const item = await this.#database.get(webhookKeys.message(place));
    const message = item && storedMessage(place, item);
    return message !== undefined && this.#isKept(message) ? message : undefined;
  }

  /** TTL may remove an expired message days later. */
  #isKept({ ttl }: StoredMessage): boolean {
    return ttl * 1000 > this.#database.now();
  }

  /**
   * Adds a message that does not come from the feed. @param place one that no message has
   * @returns whether it was added: false where the endpoint is gone or disabled
   */
  async add(place: MessagePlace, body: string, now: number): Promise<boolean> {
    const refusals = await this.#database.transact([
      wake(place, now, ENABLED),
      ...additions(newMessage(place, body, now)),
    ]);
    return refusals.every(({ index, stored }) => index > 0 && stored !== undefined);
  }

  /**
   * Opens the messages again, whatever their status, each with a new retry schedule.
   * @param messages up to `REOPENED_AT_ONCE`
   * @returns how many were opened: none that has changed or is being sent; or that the endpoint is disabled or gone
   */
  async reopen(messages: readonly StoredMessage[], now: number): Promise<number | "disabled" | "missing"> {
    let open = messages;
    while (open.length > 0) {
      const awake = wake({ owner: this.#owner, endpoint: this.#endpoint }, now, ENABLED);
      const refusals = await this.#database.transact([awake, ...open.flatMap((message) => reopening(message, now))]);
      if (refusals.length === 0) break;
      const [first] = refusals;
      if (first?.index === 0) return first.stored === undefined ? "missing" : "disabled";
      const refused = new Set(refusals.map(({ index }) => Math.floor((index - 1) / ACTIONS_EACH)));
      open = open.filter((_, index) => !refused.has(index));
    }
    return open.length;
  }
}

const ACTIONS_EACH = 3;
export const REOPENED_AT_ONCE = 25;
export const ENABLED: Condition = { all: [{ exists: "pk" }, { missing: "off" }] };

function reopening(message: StoredMessage, now: number): readonly Action[] {
  const { firstTry: _first, ...kept } = message;
  const ttl = Math.max(message.ttl, Math.ceil(now / 1000) + MESSAGE_DAYS * DAY_SECONDS);
  const again: StoredMessage = { ...kept, status: "open", step: 0, due: now, turn: message.turn + 1, ttl };
  return [
    { put: messageItem(again), condition: unchangedMessage(message) },
    { put: attemptItem(again) },
    // Its former attempt may still be waiting.
    { delete: webhookKeys.attempt(message, message.due, message.turn) },
  ];
}

/** Makes the endpoint due. Belongs in the transaction that adds the message. */
export function wake(
  { owner, endpoint }: Pick<MessagePlace, "owner" | "endpoint">,
  now: number,
  condition: Condition,
): Action {
  return { update: webhookKeys.state(owner, endpoint), set: dueFrom(endpoint, now), add: { n: 1 }, condition };
}

/** The actions that store a new message and its due attempt. */
export function additions(message: StoredMessage): readonly [Action, Action] {
  return [{ put: messageItem(message), condition: ABSENT }, { put: attemptItem(message) }];
}

/** No sender has claimed it or written its result since it was read. */
export function unchangedMessage({ tries, turn, fence }: StoredMessage): Condition {
  return { all: [{ equals: ["a", tries] }, { equals: ["k", turn] }, { equals: ["f", fence] }] };
}
