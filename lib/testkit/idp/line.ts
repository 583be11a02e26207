import { NoAnswer, sendPlainly } from "../../../functions/probe/sendPlainly.ts";
import { isObject, type Json } from "../../../functions/scim/json.ts";
import { PATCH_OP } from "../../../functions/scim/schema.ts";
import type { ProviderFault, ProviderFaults } from "./providerFaults.ts";
import type { Traffic } from "./traffic.ts";

/** An identity provider's request. */
export interface ProviderRequest {
  readonly method: string;
  /** Below the Tenant URL, percent-encoded as by that provider. */
  readonly path: string;
  readonly body?: Json;
}

/** One attribute with its new value, for a PATCH. */
export interface AttributeChange {
  readonly path: string;
  readonly value: Json;
  /** The attribute had no value. */
  readonly isNew?: boolean;
}

export function patchOf(path: string, operations: Json[]): ProviderRequest {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: operations } };
}

export function deletionOf(path: string): ProviderRequest {
  return { method: "DELETE", path };
}

/** A filter that compares one attribute with a text, not yet URL-encoded. */
export function equalTo(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

/** Form encoding: `+` for a space. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+");
}

/** A sent request and its result. */
export interface Exchange {
  readonly method: string;
  /** Below the Tenant URL. */
  readonly path: string;
  /** As sent, without `Authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  /** Undefined where the provider got no answer. */
  readonly status: number | undefined;
  /** Undefined for no body, invalid JSON, or no answer. */
  readonly answer: Json | undefined;
  /** The raw body of the answer. */
  readonly text: string | undefined;
  /** The fault that hit this request. */
  readonly fault: ProviderFault["kind"] | undefined;
}

/** A provider's retries after refusals and lost answers. */
export interface Retrying {
  /** Attempts of one request in all. */
  readonly attempts: number;
  /** @param retryAfter the header's text @param attempt 1 for the first refusal @returns milliseconds; undefined: gives up */
  pauseMs(retryAfter: string | undefined, attempt: number): number | undefined;
}

/** Waits where Retry-After has seconds, and gives up otherwise. */
export const WAITING_FOR_SECONDS: Retrying = {
  attempts: 4,
  pauseMs: (retryAfter) => (/^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) * 1000 : undefined),
};

/** How one provider reaches one server. */
export interface LineMeans {
  /** The provider's name, for messages. */
  readonly title: string;
  /** The Tenant URL. */
  readonly url: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  readonly retrying: Retrying;
  readonly faults: ProviderFaults;
  readonly traffic: Traffic;
  /** Lets a provider's waiting time pass. */
  wait(milliseconds: number): Promise<unknown>;
  /** Receives every exchange. */
  record(exchange: Exchange): void;
}

/** The server refused what the provider needs. */
export class ProviderRefused extends Error {
  override readonly name = "ProviderRefused";
  readonly status: number;
  /** The detail of the server's SCIM error, if there is one. */
  readonly detail: string | undefined;
  readonly scimType: string | undefined;
  /** The refused request. */
  readonly exchange: Exchange;
  /** The action's requests up to it. */
  readonly exchanges: readonly Exchange[];

  constructor(title: string, exchange: Exchange, exchanges: readonly Exchange[]) {
    const { answer, method, path, status = 0 } = exchange;
    const detail = isObject(answer) && typeof answer.detail === "string" ? answer.detail : undefined;
    super(`${title} was answered with ${status} for ${method} ${path}${detail === undefined ? "" : `: ${detail}`}`);
    this.status = status;
    this.detail = detail;
    this.scimType = isObject(answer) && typeof answer.scimType === "string" ? answer.scimType : undefined;
    this.exchange = exchange;
    this.exchanges = exchanges;
  }
}

/** A create without an answer: it may have happened. The provider looks for the resource. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost";

  constructor({ method, path }: Pick<Exchange, "method" | "path">) {
    super(`No answer came for ${method} ${path}.`);
  }
}

/** No server answers, or the answer is incomplete. */
export class ServerSilent extends Error {
  override readonly name = "ServerSilent";

  constructor(origin: string, cause: Error) {
    super(`No answer from ${origin}: ${cause.message}`, { cause });
  }
}

interface Answered {
  readonly status: number;
  readonly json: Json | undefined;
}

/** Milliseconds, Okta's limit for a request; no provider waits longer. */
const PATIENCE_MS = 60_000;

/** The requests of one action of a provider, in order. */
export class Line {
  readonly #means: LineMeans;
  readonly exchanges: Exchange[] = [];

  constructor(means: LineMeans) {
    this.#means = means;
  }

  /**
   * @param wanted the accepted statuses
   * @throws ProviderRefused for another status; AnswerLost for a POST without an answer; ServerSilent
   */
  async send(request: ProviderRequest, wanted: readonly number[]): Promise<Answered> {
    const exchange = await this.exchange(request);
    const { answer: json, status } = exchange;
    if (status !== undefined && wanted.includes(status)) return { status, json };
    throw new ProviderRefused(this.#means.title, exchange, [...this.exchanges]);
  }

  /**
   * Sends the request, and again after a request to wait or a lost answer; returns the last exchange with any status.
   * @throws AnswerLost for a POST without an answer; ServerSilent
   */
  async exchange(request: ProviderRequest): Promise<Exchange> {
    const { retrying, traffic, wait } = this.#means;
    for (let attempt = 1; ; attempt++) {
      const last = attempt === retrying.attempts;
      const { exchange, retryAfter } = await this.#sendOnce(request);
      if (exchange.status === undefined) {
        if (last || request.method === "POST") throw new AnswerLost(request);
        continue;
      }
      const later = exchange.status === 429 || exchange.status === 503;
      const pauseMs = later && !last ? retrying.pauseMs(retryAfter, attempt) : undefined;
      if (pauseMs === undefined) return exchange;
      await traffic.quiet();
      await wait(pauseMs);
    }
  }

  async #sendOnce(request: ProviderRequest): Promise<{ exchange: Exchange; retryAfter: string | undefined }> {
    const { faults, traffic, wait } = this.#means;
    const fault = faults.take(request);
    if (fault?.kind === "loseRequest") return this.#note(request, fault, undefined);
    if (fault?.kind === "answer") return this.#note(request, fault, refusal(fault));
    if (fault?.kind === "reorder") await traffic.overtaken();
    if (fault?.kind === "delay") {
      await traffic.quiet();
      await wait(fault.ms);
    }
    const received = await this.#post(request);
    const tooLate = fault?.kind === "delay" && fault.ms >= PATIENCE_MS;
    const noted = this.#note(request, fault, fault?.kind === "loseAnswer" || tooLate ? undefined : received);
    if (fault?.kind === "duplicate") this.#note(request, fault, await this.#post(request));
    return noted;
  }

  #note(
    { method, path, body }: ProviderRequest,
    fault: ProviderFault | undefined,
    received: Received | undefined,
  ): { exchange: Exchange; retryAfter: string | undefined } {
    const exchange: Exchange = {
      method,
      path,
      headers: this.#headers(body !== undefined),
      body,
      status: received?.status,
      answer: received && jsonIn(received.text),
      text: received?.text,
      fault: fault?.kind,
    };
    this.exchanges.push(exchange);
    this.#means.record(exchange);
    return { exchange, retryAfter: received?.retryAfter };
  }

  #headers(hasBody: boolean): Readonly<Record<string, string>> {
    const { bodyHeaders, headers } = this.#means;
    return hasBody ? { ...headers, ...bodyHeaders } : headers;
  }

  /** @throws ServerSilent */
  async #post({ method, path, body }: ProviderRequest): Promise<Received> {
    const { token, traffic, url } = this.#means;
    const target = new URL(url.replace(/\/+$/, "") + path);
    const headers = { ...this.#headers(body !== undefined), Authorization: `Bearer ${token}` };
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      const answer = await traffic.carry(() => sendPlainly(target, { method, headers, timeout: PATIENCE_MS }, text));
      return { status: answer.status, text: answer.text, retryAfter: answer.headers["retry-after"] };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new ServerSilent(target.origin, error);
    }
  }
}

interface Received {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

function refusal({ status, retryAfter }: Extract<ProviderFault, { kind: "answer" }>): Received {
  return { status, text: "", retryAfter: retryAfter === undefined ? undefined : String(retryAfter) };
}

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // A provider that needs a body reports its absence.
    return undefined;
  }
}
