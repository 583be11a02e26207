import type { IncomingMessage } from "node:http";
import type { Attempt, AttemptOutcome, Deliver, DeliveryFailure } from "../provisioning/webhooks/ports.ts";
import { exchange } from "./exchange.ts";
import { openSocket, type SocketMeans } from "./openSocket.ts";
import { webhookHeaders } from "./signWebhook.ts";
import { readWebhookUrl } from "./webhookUrl.ts";

export interface DeliveryMeans extends SocketMeans {
  /** For a `Retry-After` with a date. */
  now(): number;
  readonly limits?: DeliveryLimits;
  /** Ends running attempts: a stopping process waits for no receiver. */
  readonly ending?: AbortSignal;
}

/** Milliseconds. */
interface DeliveryLimits {
  /** Until the connection is ready: name, TCP and TLS. */
  readonly connect: number;
  /** From the beginning to the end of the answer. */
  readonly all: number;
}

const LIMITS: DeliveryLimits = { connect: 5_000, all: 15_000 };
/** Most bytes read of an answer's body; its content is not used. */
const MOST_BODY = 16_384;
/** Seconds of `Retry-After`: more than any step of the retry schedule. */
const LONGEST_RETRY = 999_999_999;
const USER_AGENT = "Rollcall-Webhooks/1";

/**
 * Sends webhooks (ADR 0044), each attempt on its own connection. The environment cannot redirect it: no proxy and no
 * additional certificates. A redirect counts as an answer and is not followed.
 */
export function createDeliver(means: DeliveryMeans): Deliver {
  return async (attempt) => {
    try {
      return await deliver(attempt, means);
    } catch (error) {
      return failed(failureOf(error));
    }
  };
}

async function deliver(attempt: Attempt, means: DeliveryMeans): Promise<AttemptOutcome> {
  const target = readWebhookUrl(attempt.url, means.allowed);
  if ("fault" in target) return failed(target.fault === "address" ? "ForbiddenAddress" : "ForbiddenUrl");
  const signed = webhookHeaders(attempt);
  if (signed === undefined) return failed("Secret");
  const { limits = LIMITS, ending } = means;
  const limit = AbortSignal.timeout(limits.all);
  const all = ending === undefined ? limit : AbortSignal.any([limit, ending]);
  const socket = await openSocket(target, means, AbortSignal.any([all, AbortSignal.timeout(limits.connect)]));
  if (typeof socket === "string") return failed(socket);
  try {
    const headers = { "content-type": "application/json", "user-agent": USER_AGENT, ...signed };
    const sent = { method: "POST", target, headers, body: Buffer.from(attempt.body, "utf8") } as const;
    return answered((await exchange(socket, sent, { most: MOST_BODY, signal: all })).message, means.now());
  } finally {
    socket.destroy();
  }
}

function answered({ statusCode = 0, headers }: IncomingMessage, now: number): AttemptOutcome {
  const asks = statusCode === 429 || statusCode === 503;
  const retryAfter = asks ? retryAfterOf(headers["retry-after"], now) : undefined;
  return { outcome: "answered", status: statusCode, ...(retryAfter !== undefined && { retryAfter }) };
}

/** The three forms of RFC 9110 section 5.6.7, all in GMT. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT|[A-Z]{1}[a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** RFC 9110 section 10.2.3. @returns seconds; undefined where the text is no time */
function retryAfterOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), LONGEST_RETRY);
  const at = HTTP_DATE.test(text) ? Date.parse(text.endsWith("GMT") ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, Math.ceil((at - now) / 1000)), LONGEST_RETRY);
}

const FAILURES: readonly (readonly [RegExp, DeliveryFailure])[] = [
  [/^(ETIMEDOUT|ABORT_ERR)$/, "Timeout"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN|ENETDOWN|EACCES|EPERM)$/, "ConnectionRefused"],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, "ConnectionLost"],
  [/^(EPROTO|HPE_|ERR_SSL_|ERR_TLS_)/, "NotHttp"],
];

/** By Node's error codes; of several addresses, the first match in FAILURES counts. */
function failureOf(error: unknown): DeliveryFailure {
  const { name, code, errors } = partsOf(error);
  if (name === "TimeoutError" || name === "AbortError") return "Timeout";
  const codes = [code, ...(Array.isArray(errors) ? errors.map((one) => partsOf(one).code) : [])].map(String);
  return FAILURES.find(([pattern]) => codes.some((one) => pattern.test(one)))?.[1] ?? "Unknown";
}

function partsOf(error: unknown): { readonly name?: unknown; readonly code?: unknown; readonly errors?: unknown } {
  return typeof error === "object" && error !== null ? error : {};
}

function failed(failure: DeliveryFailure): AttemptOutcome {
  return { outcome: "failed", failure };
}
