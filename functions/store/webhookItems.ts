import { keyItem } from "./keys.ts";
import type { Item, Update } from "./table.ts";
import { dueEndpoints, type MessagePlace, timeText, type WebhookOwner, webhookKeys } from "./webhookKeys.ts";

/** As it is stored: `SecretSealer` made it. */
export interface SealedSecret {
  readonly sealed: string;
  /** Milliseconds since the epoch: signs no longer from then on. Absent: the newest one. */
  readonly until?: number;
}

/** What an operator says of an endpoint. */
export interface EndpointRecord {
  readonly id: string;
  readonly owner: WebhookOwner;
  /** May hold a token in its path or query: it is not to be logged. */
  readonly url: string;
  readonly description: string;
  /** Names and selectors (`user.*`) of event types; absent: all. */
  readonly types?: readonly string[];
  /** The newest first, at most two. */
  readonly secrets: readonly SealedSecret[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** The actor of the call that made it, as logged. */
  readonly createdBy: string;
  /** Rises with each change. */
  readonly version: number;
}

/** `operator`: somebody asked for it. `gone`: the receiver answered 410. `failing`: five days without a success. */
export type DisabledReason = "operator" | "gone" | "failing";

export interface Disabled {
  readonly reason: DisabledReason;
  /** ISO 8601. */
  readonly at: string;
}

/** How deliveries go. Times are milliseconds since the epoch. */
export interface EndpointState {
  readonly disabled?: Disabled;
  /** Of the first failure since the last success. */
  readonly failingSince?: number;
  readonly lastSuccess?: number;
  readonly lastFailure?: number;
  /** How often messages were added: a sender that finds another number than it read has to look again. */
  readonly added: number;
  /** `added` as the last visit found it, and when: what was added by then shows in every read a minute later. */
  readonly seen?: { readonly added: number; readonly at: number };
  /** A sender works on it until then; 0: none does. */
  readonly leasedUntil: number;
  /** Number of the last lease: a sender that has an earlier one writes nothing. */
  readonly fence: number;
  /** Messages in a row whose first attempt failed: from some number on one probe at a time is sent. */
  readonly failures: number;
  /** Probes in a row that failed. */
  readonly probes: number;
  /** Nothing is sent earlier. */
  readonly notBefore: number;
}

export interface WebhookEndpoint extends EndpointRecord {
  readonly state: EndpointState;
}

export type DeliveryStatus = "open" | "delivered" | "givenUp";

/** One message and what became of it. Times are milliseconds since the epoch. */
export interface StoredMessage extends MessagePlace {
  /** JSON text: the same in every attempt. */
  readonly body: string;
  readonly status: DeliveryStatus;
  /** Attempts that were begun. */
  readonly tries: number;
  /** Attempts that failed since it was made, or replayed last: the step of the ladder. */
  readonly step: number;
  /** Of the first attempt since it was made, or replayed last; absent before. */
  readonly firstTry?: number;
  /** Of the last attempt. */
  readonly lastTry?: number;
  /** HTTP status or class of failure of the last attempt that ended. */
  readonly result?: string;
  /** When the next attempt is due; without meaning unless it is open. */
  readonly due: number;
  readonly turn: number;
  /** Of the lease under which it was last taken. */
  readonly fence: number;
  /** Seconds since the epoch. */
  readonly ttl: number;
}

/** Days for which a message can be listed and replayed. */
export const MESSAGE_DAYS = 14;
const DAY_SECONDS = 86_400;

export function endpointItem(record: EndpointRecord): Item {
  const { owner, version, ...said } = record;
  return { ...keyItem(webhookKeys.endpoint(owner, record.id)), v: version, d: JSON.stringify(said) };
}

export function endpointRecord(owner: WebhookOwner, { v, d }: Item): EndpointRecord {
  // Only endpointItem writes it.
  const said = JSON.parse(String(d)) as Omit<EndpointRecord, "owner" | "version">;
  return { ...said, owner, version: Number(v) };
}

/** Of an endpoint that has never had anything to send. */
export function newStateItem(owner: WebhookOwner, id: string): Item {
  return { ...keyItem(webhookKeys.state(owner, id)), n: 0, l: 0, f: 0 };
}

export function endpointState(item: Item): EndpointState {
  const { off, oa, fs, ls, lf, n, sn, sa, l, f, cf, pf, nb } = item;
  return {
    ...(off !== undefined && { disabled: { reason: disabledReason(off), at: new Date(Number(oa)).toISOString() } }),
    ...(fs !== undefined && { failingSince: Number(fs) }),
    ...(ls !== undefined && { lastSuccess: Number(ls) }),
    ...(lf !== undefined && { lastFailure: Number(lf) }),
    added: Number(n ?? 0),
    ...(sn !== undefined && { seen: { added: Number(sn), at: Number(sa) } }),
    leasedUntil: Number(l ?? 0),
    fence: Number(f ?? 0),
    failures: Number(cf ?? 0),
    probes: Number(pf ?? 0),
    notBefore: Number(nb ?? 0),
  };
}

function disabledReason(stored: Item[string]): DisabledReason {
  return stored === "gone" || stored === "failing" ? stored : "operator";
}

/** Attributes of a state that say how failures went: gone with a success, and with what the operator changes. */
export const FAILURE_ATTRIBUTES: readonly string[] = ["fs", "cf", "pf", "nb"];

/** Attributes with which a state stands in the index. */
export const DUE_ATTRIBUTES: readonly string[] = ["g1p", "g1s"];

/** What makes an endpoint due. @param time milliseconds since the epoch */
export function dueFrom(endpoint: string, time: number): NonNullable<Update["set"]> {
  return { g1p: dueEndpoints(endpoint), g1s: timeText(time) };
}

/** @param now milliseconds since the epoch: when it is made */
export function newMessage(place: MessagePlace, body: string, now: number): StoredMessage {
  const ttl = Math.ceil(now / 1000) + MESSAGE_DAYS * DAY_SECONDS;
  return { ...place, body, status: "open", tries: 0, step: 0, due: now, turn: 1, fence: 0, ttl };
}

export function messageItem(message: StoredMessage): Item {
  const { body, status, tries, step, firstTry, lastTry, result, due, turn, fence, ttl } = message;
  const done = { a: tries, st: step, ft: firstTry, lt: lastTry, r: result };
  return { ...keyItem(webhookKeys.message(message)), d: body, s: status, ...done, u: due, k: turn, f: fence, ttl };
}

/** The item that says that an attempt is due. */
export function attemptItem(message: StoredMessage): Item {
  return { ...keyItem(webhookKeys.attempt(message, message.due, message.turn)), ttl: message.ttl };
}

export function storedMessage(place: MessagePlace, item: Item): StoredMessage {
  const { d, s, a, st, ft, lt, r, u, k, f, ttl } = item;
  return {
    ...place,
    body: String(d),
    status: s === "delivered" || s === "givenUp" ? s : "open",
    tries: Number(a),
    step: Number(st),
    ...(ft !== undefined && { firstTry: Number(ft) }),
    ...(lt !== undefined && { lastTry: Number(lt) }),
    ...(r !== undefined && { result: String(r) }),
    due: Number(u),
    turn: Number(k),
    fence: Number(f ?? 0),
    ttl: Number(ttl),
  };
}
