import { EVERY_ORG, type OrgId } from "./keys.ts";
import type { Key } from "./table.ts";

/** Whose events an endpoint gets: those of one org, or of the whole deployment. */
export type WebhookOwner = OrgId | typeof EVERY_ORG;

const INDEX_PARTITIONS = 8;

/** Partitions of the reverse index with the states of endpoints with open messages, ordered by due time. */
export const DUE_ENDPOINTS: readonly string[] = Array.from({ length: INDEX_PARTITIONS }, (_, part) => `Q#${part}`);
/** The same for endpoints where every delivery fails: apart, so that waiting for them delays no other. */
export const FAILING_ENDPOINTS: readonly string[] = DUE_ENDPOINTS.map((partition) => `${partition}f`);

export function dueEndpoints(endpoint: string): string {
  return `Q#${endpoint.charCodeAt(1) % INDEX_PARTITIONS}`;
}

export function failingEndpoints(endpoint: string): string {
  return `${dueEndpoints(endpoint)}f`;
}

/** Larger than every time in milliseconds. The difference to a time falls as time goes on, and has as many digits. */
export const END_OF_TIME = 9_999_999_999_999;

/** Texts sort like the times. @param time milliseconds since the epoch */
export function timeText(time: number): string {
  return String(time).padStart(13, "0");
}

/** The parts of the key of a message. */
export interface MessagePlace {
  readonly owner: WebhookOwner;
  readonly endpoint: string;
  /** The part of `webhook-id` after the endpoint's id. */
  readonly name: string;
  /** When the feed's entry was written, or the request was made; milliseconds since the epoch. */
  readonly time: number;
}

/** Keys of webhooks (SCHEMA.md). */
export const webhookKeys = {
  endpoints: (owner: string): string => `H#${owner}`,
  endpoint: (owner: string, id: string): Key => ({ pk: `H#${owner}`, sk: id }),
  /** The count of endpoints. Sorts before every id. */
  count: (owner: string): Key => ({ pk: `H#${owner}`, sk: "#" }),
  states: (owner: string): string => `H#${owner}#S`,
  state: (owner: string, id: string): Key => ({ pk: `H#${owner}#S`, sk: id }),
  messages: (owner: string): string => `H#${owner}#M`,
  /** Sorts newest first. */
  message: ({ owner, endpoint, name, time }: MessagePlace): Key => ({
    pk: `H#${owner}#M`,
    sk: `${endpoint}#${timeText(END_OF_TIME - time)}#${name}`,
  }),
  /** Partition with an item for each due attempt. */
  attempts: (owner: string): string => `H#${owner}#Q`,
  /** @param turn how often the message was scheduled: makes the key unique */
  attempt: ({ owner, endpoint, name, time }: MessagePlace, due: number, turn: number): Key => ({
    pk: `H#${owner}#Q`,
    sk: `${endpoint}#${timeText(due)}#${turn}#${timeText(END_OF_TIME - time)}#${name}`,
  }),
  /** Partition with an entry for each endpoint of every owner. */
  registry: (): string => `H#${EVERY_ORG}#O`,
  registered: (owner: string, id: string): Key => ({ pk: `H#${EVERY_ORG}#O`, sk: `${owner}#${id}` }),
  /** The position of message creation in a shard of the feed. */
  position: (shard: number): Key => ({ pk: `H#${EVERY_ORG}#P`, sk: String(shard) }),
} as const;

/** @param sk of a message; or the part of an attempt's key without due time and turn */
export function messagePlace(owner: WebhookOwner, sk: string): MessagePlace {
  const [endpoint = "", inverted = "", name = ""] = sk.split("#");
  return { owner, endpoint, name, time: END_OF_TIME - Number(inverted) };
}

/** The parts of the key of an attempt. */
export interface AttemptPlace {
  readonly due: number;
  readonly turn: number;
  readonly message: MessagePlace;
}

export function attemptPlace(owner: WebhookOwner, sk: string): AttemptPlace {
  const [endpoint = "", due = "", turn = "", ...rest] = sk.split("#");
  return { due: Number(due), turn: Number(turn), message: messagePlace(owner, [endpoint, ...rest].join("#")) };
}

/** `webhook-id`: the unique id of a message; the message can be found by it. */
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

/** The owner of a state, from its partition key. */
export function stateOwner(pk: string): WebhookOwner {
  // Only states are in these partitions of the index.
  return pk.slice("H#".length, -"#S".length) as WebhookOwner;
}

/** The owner of an endpoint, from its registry entry. */
export function registeredOwner(sk: string): WebhookOwner {
  return sk.slice(0, sk.indexOf("#")) as WebhookOwner;
}

const ENDPOINT_ID = /^[0-9A-Za-z]{12}$/;

/** Whether a text from outside may become part of a key. */
export function isEndpointId(text: string): boolean {
  return ENDPOINT_ID.test(text);
}
