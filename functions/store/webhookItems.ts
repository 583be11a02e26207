import { keyItem } from "./keys.ts";
import type { Item, Update } from "./table.ts";
import { dueEndpoints, type MessagePlace, timeText, type WebhookOwner, webhookKeys } from "./webhookKeys.ts";

/** A secret as stored, sealed by `SecretSealer`. */
export interface SealedSecret {
  readonly sealed: string;
  /** Milliseconds since the epoch: from then on the secret signs nothing. Absent on the newest secret. */
  readonly until?: number;
}

/** The settings of an endpoint. */
export interface EndpointRecord {
  readonly id: string;
  readonly owner: WebhookOwner;
  /** May hold a token in its path or query: must not be logged. */
  readonly url: string;
  readonly description: string;
  /** Event type names and selectors (`user.*`); absent: all types. */
  readonly types?: readonly string[];
  /** Newest first, at most two. */
  readonly secrets: readonly SealedSecret[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** The actor of the call that created the endpoint, as logged. */
  readonly createdBy: string;
  readonly version: number;
}

/** `operator`: by request. `gone`: the receiver answered 410. `failing`: five days without a success. */
export type DisabledReason = "operator" | "gone" | "failing";

/** The state of deliveries. Times are milliseconds since the epoch. */
export interface EndpointState {
  readonly disabled?: {
    readonly reason: DisabledReason;
    /** ISO 8601. */
    readonly at: string;
  };
  /** Time of the first failure since the last success. */
  readonly failingSince?: number;
  readonly lastSuccess?: number;
  readonly lastFailure?: number;
  /** Count of additions of messages: a sender that finds another count than it read must look again. */
  readonly added: number;
  /** `added` at the last visit, and the time of the visit: a minute later every read shows what was added by then. */
  readonly seen?: { readonly added: number; readonly at: number };
  /** A sender has the lease until then; 0: no sender has it. */
  readonly leasedUntil: number;
  /** Number of the last lease: a sender with an earlier number writes nothing. */
  readonly fence: number;
  /** Messages in a row whose first attempt failed: from a certain number on, only one probe at a time is sent. */
  readonly failures: number;
  /** Failed probes in a row. */
  readonly probes: number;
  /** No attempt before this time. */
  readonly notBefore: number;
}

export interface WebhookEndpoint extends EndpointRecord {
  readonly state: EndpointState;
}

export type DeliveryStatus = "open" | "delivered" | "givenUp";

/** One message and its delivery state. Times are milliseconds since the epoch. */
export interface StoredMessage extends MessagePlace {
  /** JSON text, the same in every attempt. */
  readonly body: string;
  readonly status: DeliveryStatus;
  /** Count of attempts that began. */
  readonly tries: number;
  /** Failed attempts since the message was made or last replayed: the step of the retry schedule. */
  readonly step: number;
  /** Time of the first attempt since the message was made or last replayed; absent before it. */
  readonly firstTry?: number;
  /** Time of the last attempt. */
  readonly lastTry?: number;
  /** HTTP status or failure class of the last finished attempt. */
  readonly result?: string;
  /** When the next attempt is due; meaningless unless the message is open. */
  readonly due: number;
  readonly turn: number;
  /** Number of the lease under which it was last claimed. */
  readonly fence: number;
  /** Seconds since the epoch. */
  readonly ttl: number;
}

/** Days for which a message can be listed and replayed. */
export const MESSAGE_DAYS = 14;
const DAY_SECONDS = 86_400;

export function endpointItem(record: EndpointRecord): Item {
  const { owner, version, ...settings } = record;
  return { ...keyItem(webhookKeys.endpoint(owner, record.id)), v: version, d: JSON.stringify(settings) };
}

export function endpointRecord(owner: WebhookOwner, { v, d }: Item): EndpointRecord {
  // Only endpointItem writes it.
  const settings = JSON.parse(String(d)) as Omit<EndpointRecord, "owner" | "version">;
  return { ...settings, owner, version: Number(v) };
}

/** The state of a new endpoint: nothing to send yet. */
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

/** State attributes about failures: a success removes them, and so does a change by the operator. */
export const FAILURE_ATTRIBUTES: readonly string[] = ["fs", "cf", "pf", "nb"];

/** State attributes that put the endpoint into the index. */
export const DUE_ATTRIBUTES: readonly string[] = ["g1p", "g1s"];

/** Attributes that make an endpoint due. @param time milliseconds since the epoch */
export function dueFrom(endpoint: string, time: number): NonNullable<Update["set"]> {
  return { g1p: dueEndpoints(endpoint), g1s: timeText(time) };
}

/** @param now the time of creation, milliseconds since the epoch */
export function newMessage(place: MessagePlace, body: string, now: number): StoredMessage {
  const ttl = Math.ceil(now / 1000) + MESSAGE_DAYS * DAY_SECONDS;
  return { ...place, body, status: "open", tries: 0, step: 0, due: now, turn: 1, fence: 0, ttl };
}

export function messageItem(message: StoredMessage): Item {
  const { body, status, tries, step, firstTry, lastTry, result, due, turn, fence, ttl } = message;
  const done = { a: tries, st: step, ft: firstTry, lt: lastTry, r: result };
  return { ...keyItem(webhookKeys.message(message)), d: body, s: status, ...done, u: due, k: turn, f: fence, ttl };
}

/** The item for a due attempt. */
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
