import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { objectIn } from "../../scim/json.ts";
import { type DynamoCalls, type DynamoSend, isWhole } from "../dynamoCalls.ts";
import type { HttpReply } from "./answerReader.ts";
import { plainOutput, type WireAnswer, wireInput } from "./attributeValues.ts";
import type { ConnectionLimits } from "./connection.ts";
import { CONNECTION_LIMITS, Connections } from "./connections.ts";
import { brokenAnswer, DynamoFailure, ExchangeFailure } from "./failure.ts";
import { ATTEMPTS, RetryBudget, reasonOf, waitBefore } from "./retries.ts";
import { Signature, type Signer } from "./signature.ts";
import { asksForSortKeys, parseSortKeys } from "./sortKeys.ts";

export interface SignedOptions {
  /** With its scheme; a path is kept. */
  readonly endpoint: string;
  /** Called for each attempt: credentials may be renewed. */
  readonly signer: () => Signer;
  readonly limits?: ConnectionLimits;
  /** PEM of the authority of the endpoint's certificate; absent: those that Node trusts. */
  readonly ca?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds since any fixed moment. */
  readonly elapsed?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Rejects once the signal is aborted. */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

const API = "DynamoDB_20120810";

/** Names of DynamoDB's errors for a signature with a wrong time. */
const CLOCK_ERRORS: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);
/** Milliseconds of clock error before signatures are refused, less a minute. */
const SKEW = 240_000;

/** Names of errors about credentials: renewed credentials may have arrived meanwhile. */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  "ExpiredTokenException",
  "InvalidSignatureException",
  "UnrecognizedClientException",
]);

/**
 * A client for DynamoDB's JSON protocol with its own signatures: most requests take less than half the CPU of the SDK's
 * client (ADR 49). It has the SDK's limits and retries. It supports only the values of a `Table` and `DynamoCalls`.
 */
export class SignedClient {
  readonly #options: SignedOptions;
  readonly #connections: Connections;
  readonly #signature = new Signature();
  readonly #budget = new RetryBudget();
  readonly #endpoint: URL;
  readonly #now: () => number;
  /** Milliseconds by which DynamoDB's clock is ahead of this one. */
  #ahead = 0;

  constructor(options: SignedOptions) {
    const { ca, elapsed = () => performance.now(), endpoint, limits = CONNECTION_LIMITS, now = Date.now } = options;
    this.#options = options;
    this.#endpoint = new URL(endpoint);
    this.#now = now;
    this.#connections = new Connections({ endpoint: this.#endpoint, limits, ca, now, elapsed });
  }

  readonly send: DynamoSend = async <O extends keyof DynamoCalls>(
    operation: O,
    input: DynamoCalls[O][0],
    signal?: AbortSignal,
  ) => {
    const body = JSON.stringify(wireInput(input));
    let paid = 0;
    for (let tries = 1; ; tries++) {
      const signer = this.#options.signer();
      const sentAt = this.#now() + this.#ahead;
      let failure: unknown;
      let headers: HttpReply["headers"] | undefined;
      try {
        const reply = await this.#exchange(operation, body, signer, sentAt, signal);
        headers = reply.headers;
        const output = readReply(reply, operation, input);
        this.#budget.giveBack(paid);
        return { ...output, $metadata: { attempts: tries } };
      } catch (error) {
        failure = error;
      }
      if (tries >= ATTEMPTS) throw failure;
      if (this.#differs(failure, signer, sentAt, headers?.get("date"))) continue;
      const reason = reasonOf(failure);
      const price = reason && this.#budget.take(reason);
      if (reason === undefined || price === undefined) throw failure;
      paid = price;
      // A stale connection says nothing about DynamoDB: try again without a wait.
      if (failure instanceof ExchangeFailure && failure.stale) continue;
      const { random = Math.random, wait = defaultWait } = this.#options;
      await wait(waitBefore(reason, tries, random(), hintOf(headers, this.#now() + this.#ahead)), signal);
    }
  };

  close(): void {
    this.#connections.close();
  }

  #exchange(
    operation: string,
    body: string,
    signer: Signer,
    at: number,
    signal: AbortSignal | undefined,
  ): Promise<HttpReply> {
    if (signer.accessKeyId === "" || signer.secretAccessKey === "") {
      throw new Error("no credentials in the environment: Lambda sets them, elsewhere use the table client `sdk`");
    }
    const { host, pathname: path } = this.#endpoint;
    const headers = this.#signature.headers(signer, { host, path, target: `${API}.${operation}`, body }, at);
    return this.#connections.exchange(headers, body, signal);
  }

  /** Whether the next attempt changes what DynamoDB refused: it has a corrected clock or other credentials. */
  #differs(failure: unknown, signer: Signer, sentAt: number, date: string | undefined): boolean {
    if (!(failure instanceof DynamoFailure) || failure.status >= 500) return false;
    const serverTime = Date.parse(date ?? "");
    // Once per call: the next attempt uses the corrected clock.
    if (CLOCK_ERRORS.has(failure.name) && Math.abs(serverTime - sentAt) >= SKEW) {
      this.#ahead = serverTime - this.#now();
      return true;
    }
    const { accessKeyId, sessionToken } = this.#options.signer();
    const changed = accessKeyId !== signer.accessKeyId || sessionToken !== signer.sessionToken;
    return changed && CREDENTIAL_ERRORS.has(failure.name);
  }
}

function defaultWait(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> {
  return sleep(milliseconds, undefined, { signal });
}

/** @throws DynamoFailure for an error from DynamoDB, ExchangeFailure for a damaged answer or another server's */
function readReply<O extends keyof DynamoCalls>(
  { status, headers, body }: HttpReply,
  operation: O,
  input: DynamoCalls[O][0],
): DynamoCalls[O][1] {
  const sum = headers.get("x-amz-crc32");
  if (sum !== undefined && Number(sum) !== crc32(body)) throw brokenAnswer("bad checksum");
  const text = body.toString();
  const answer = (asksForSortKeys(input) && parseSortKeys(text)) || objectIn(text);
  if (status !== 200) {
    const error = Object(answer);
    throw new DynamoFailure(errorName(error.__type, status), status, error);
  }
  try {
    // By DynamoDB's API reference, these are the members of the operation's answer.
    const output = plainOutput(answer as WireAnswer) as unknown as DynamoCalls[O][1];
    if (isWhole(operation, input, output)) return output;
  } catch {}
  throw brokenAnswer("other JSON");
}

/** @param type from DynamoDB: "com.amazonaws.dynamodb.v20120810#ThrottlingException"; a proxy's answer has none */
function errorName(type: unknown, status: number): string {
  if (typeof type === "string") return type.slice(type.lastIndexOf("#") + 1);
  return status === 429 ? "TooManyRequestsException" : `Status${status}`;
}

/** Milliseconds that an answer asks to wait. Retry-After has seconds or a date (RFC 9110, section 10.2.3). */
function hintOf(headers: HttpReply["headers"] | undefined, now: number): number | undefined {
  const after = headers?.get("retry-after") ?? "";
  const seconds = /^\d+(?:\.\d+)?$/.test(after) ? Number(after) * 1_000 : Date.parse(after) - now;
  const milliseconds = Number(headers?.get("x-amz-retry-after") ?? seconds);
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}
