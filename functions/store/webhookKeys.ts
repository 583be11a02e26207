import { EVERY_ORG, type OrgId } from "./keys.ts";
import type { Key } from "./table.ts";

/** Whose events an endpoint gets: one org's, or those of the whole deployment. */
export type WebhookOwner = OrgId | typeof EVERY_ORG;

const INDEX_PARTITIONS = 8;

/** Partitions of the reverse index with the states of endpoints that have something to send, by when. */
export const DUE_ENDPOINTS: readonly string[] = Array.from({ length: INDEX_PARTITIONS }, (_, part) => `Q#${part}`);
/** The same of those that fail at everything: apart, so that waiting for them holds up no other. */
export const FAILING_ENDPOINTS: readonly string[] = DUE_ENDPOINTS.map((partition) => `${partition}f`);

export function dueEndpoints(endpoint: string): string {
  return `Q#${endpoint.charCodeAt(1) % INDEX_PARTITIONS}`;
}

export function failingEndpoints(endpoint: string): string {
  return `${dueEndpoints(endpoint)}f`;
}

/** Beyond every time in milliseconds; its difference to a time falls while time goes on, in as many digits. */
export const END_OF_TIME = 9_999_999_999_999;

/** Sorts as times do. @param time milliseconds since the epoch */
export function timeText(time: number): string {
  return String(time).padStart(13, "0");
}

/** What leads to one message of an endpoint. */
export interface MessagePlace {
  readonly owner: WebhookOwner;
  readonly endpoint: string;
  /** `webhook-id` behind the endpoint's own. */
  readonly name: string;
  /** Milliseconds since the epoch: when the feed's entry was written, or what was asked for. */
  readonly time: number;
}

/** Keys of webhooks (SCHEMA.md). */
export const webhookKeys = {
  endpoints: (owner: string): string => `H#${owner}`,
  endpoint: (owner: string, id: string): Key => ({ pk: `H#${owner}`, sk: id }),
  /** How many there are. Sorts before every id. */
  count: (owner: string): Key => ({ pk: `H#${owner}`, sk: "#" }),
  states: (owner: string): string => `H#${owner}#S`,
  state: (owner: string, id: string): Key => ({ pk: `H#${owner}#S`, sk: id }),
  messages: (owner: string): string => `H#${owner}#M`,
  /** The newest first. */
  message: ({ owner, endpoint, name, time }: MessagePlace): Key => ({
    pk: `H#${owner}#M`,
    sk: `${endpoint}#${timeText(END_OF_TIME - time)}#${name}`,
  }),
  /** Partition of what is still to be sent: an item for each attempt that is due. */
  attempts: (owner: string): string => `H#${owner}#Q`,
  /** @param turn how often the message was put here: no key comes twice */
  attempt: ({ owner, endpoint, name, time }: MessagePlace, due: number, turn: number): Key => ({
    pk: `H#${owner}#Q`,
    sk: `${endpoint}#${timeText(due)}#${turn}#${timeText(END_OF_TIME - time)}#${name}`,
  }),
  /** Partition that says whose endpoints there are at all. */
  registry: (): string => `H#${EVERY_ORG}#O`,
  registered: (owner: string, id: string): Key => ({ pk: `H#${EVERY_ORG}#O`, sk: `${owner}#${id}` }),
  /** How far the messages have come with a shard of the feed. */
  position: (shard: number): Key => ({ pk: `H#${EVERY_ORG}#P`, sk: String(shard) }),
} as const;

/** What the key of a message says, and that of an attempt behind its due time and turn. */
export function messagePlace(owner: WebhookOwner, sk: string): MessagePlace {
  const [endpoint = "", inverted = "", name = ""] = sk.split("#");
  return { owner, endpoint, name, time: END_OF_TIME - Number(inverted) };
}

/** When an attempt is due, which turn it is, and at what. */
export interface AttemptPlace {
  readonly due: number;
  readonly turn: number;
  readonly message: MessagePlace;
}

export function attemptPlace(owner: WebhookOwner, sk: string): AttemptPlace {
  const [endpoint = "", due = "", turn = "", ...rest] = sk.split("#");
  return { due: Number(due), turn: Number(turn), message: messagePlace(owner, [endpoint, ...rest].join("#")) };
}

/** `webhook-id`: names the message, also in a list, and leads to it. */
export function webhookId({ endpoint, name, time }: MessagePlace): string {
  return `${endpoint}.${name}.${time.toString(36)}`;
}

const WEBHOOK_ID = /^([0-9A-Za-z]{12})\.([0-9A-Za-z-]{8}\.[0-9A-Za-z]{1,16}\.[0-9A-Za-z]{1,16})\.([0-9a-z]{1,9})$/;

/** @returns undefined where the text is no such id */
export function readWebhookId(owner: WebhookOwner, id: string): MessagePlace | undefined {
  const [, endpoint, name, time] = WEBHOOK_ID.exec(id) ?? [];
  if (endpoint === undefined || name === undefined || time === undefined) return undefined;
  return { owner, endpoint, name, time: Number.parseInt(time, 36) };
}

/** Whose state an item of the index is. */
export function stateOwner(pk: string): WebhookOwner {
  // Only states stand in these partitions of the index.
  return pk.slice("H#".length, -"#S".length) as WebhookOwner;
}

/** Whose endpoint an item of the registry is. */
export function registeredOwner(sk: string): WebhookOwner {
  return sk.slice(0, sk.indexOf("#")) as WebhookOwner;
}

const ENDPOINT_ID = /^[0-9A-Za-z]{12}$/;

/** Whether a text may become part of a key. */
export function isEndpointId(text: string): boolean {
  return ENDPOINT_ID.test(text);
}
