import { createHmac, timingSafeEqual } from "node:crypto";

interface Envelope<T extends string, D> {
  readonly type: T;
  /** ISO 8601, UTC: when the events were logged, or the message was made. */
  readonly timestamp: string;
  readonly data: D;
}

interface ReceivedOrg {
  /** Login name. */
  readonly org: string;
  readonly orgId: string;
}

/** The subject of an event; the log has the rest. */
export interface ReceivedEvent {
  readonly seq: number;
  /** As in the event log: `user.deactivated`. */
  readonly type: string;
  /** Id of the user, team or token. */
  readonly resource: string;
  readonly version: number;
}

/** A message announces news to read; messages come in any order, and more than once. Ignore unknown types. */
export type ReceivedWebhook =
  | Envelope<
      "events.logged",
      ReceivedOrg & {
        /** `seq` of the first and the last event. */
        readonly from: number;
        readonly to: number;
        /** Absent where they are too many for one message, or no longer kept: read the log. */
        readonly events?: readonly ReceivedEvent[];
      }
    >
  /** The organization was purged. */
  | Envelope<"org.ended", ReceivedOrg>
  /** Some logged events made no message: sync the organization; without `orgId`, every organization. */
  | Envelope<"log.reset", { readonly orgId?: string; readonly shard?: number }>
  /** A test of the endpoint; nothing happened. */
  | Envelope<"webhook.test", { readonly orgId?: string }>;

/**
 * `header`: a header is missing or malformed. `wrong`: no signature fits. `old`, `future`: outside the tolerance. `body`: no
 * message, or parsed already.
 */
export type WebhookFault = "header" | "wrong" | "old" | "future" | "body" | "secret";

export class WebhookError extends Error {
  override readonly name = "WebhookError";
  readonly reason: WebhookFault;

  constructor(reason: WebhookFault, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Headers of node:http, of fetch, or a plain object. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Allowed difference between the message's time and now. */
  readonly toleranceSeconds?: number;
}

/**
 * Checks that Rollcall sent a message (Standard Webhooks 1.0), and reads it. Answer 2xx once it is stored, and 400 where this
 * throws.
 * @param body the exact bytes: a parsed and rewritten body has another signature
 * @param secrets `whsec_` texts of the endpoint; both during a rotation
 * @throws WebhookError
 */
export function verifyWebhook(
  headers: WebhookHeaders,
  body: string | Uint8Array,
  secrets: string | readonly string[],
  { now = Date.now, toleranceSeconds = 300 }: WebhookOptions = {},
): ReceivedWebhook {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError("header", "webhook-timestamp is no time in seconds.");
  const text = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  // A framework's body is often untyped, and parsed already.
  if (!ArrayBuffer.isView(text)) {
    throw new WebhookError("body", "Pass the body as it arrived, as text or bytes, before a framework parses it.");
  }
  const keys = [secrets].flat().map(keyOf);
  if (keys.length === 0) throw new WebhookError("secret", "Give at least one secret.");
  const claimed = signatures.split(" ").flatMap((one) => {
    const [, signature] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(one) ?? [];
    return signature === undefined ? [] : Buffer.from(signature, "base64");
  });
  const expected = keys.map((key) => createHmac("sha256", key).update(`${id}.${timestamp}.`).update(text).digest());
  // Compares all pairs, so that the time does not show which one fits.
  const fits = expected.flatMap((one) => claimed.map((other) => timingSafeEqual(one, other)));
  if (!fits.includes(true)) {
    throw new WebhookError(
      "wrong",
      "No signature fits: the secret is another one, or the body is not as it arrived, byte by byte.",
    );
  }
  const age = Math.floor(now() / 1_000) - Number(timestamp);
  if (age > toleranceSeconds) throw new WebhookError("old", `The message was signed ${age} seconds ago.`);
  if (age < -toleranceSeconds) {
    throw new WebhookError("future", `The message was signed ${-age} seconds ahead of this clock.`);
  }
  return messageIn(text);
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isHeaders(headers) ? headers.get(name) : onlyValue(headers, name);
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookError("header", `The header ${name} is missing.`);
}

/** In a test event of API Gateway's console, headers are null. */
function isHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers?.get === "function";
}

/** Header names ignore case; a repeated header counts as missing. */
function onlyValue(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  const values = Object.entries(headers ?? {})
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value);
  return values.length === 1 ? values[0] : undefined;
}

/** @throws WebhookError without the text, because it is a secret */
function keyOf(secret: string): Buffer {
  // In JavaScript, it may be a variable of the environment that is not set.
  const base64 = String(secret)
    .trim()
    .replace(/^whsec_/, "");
  const key = Buffer.from(base64, "base64");
  if (key.length < 16 || key.toString("base64") !== base64) {
    throw new WebhookError("secret", "A secret is no text of the form whsec_ and base64.");
  }
  return key;
}

/** Rollcall signed it, so its form is right: unknown members come from a later release. */
function messageIn(text: Uint8Array): ReceivedWebhook {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    if (typeof json === "object" && json !== null && "type" in json && "data" in json) return json as ReceivedWebhook;
  } catch {}
  throw new WebhookError("body", "The body is no message of Rollcall.");
}
