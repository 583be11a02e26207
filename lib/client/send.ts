import type { Authorizer } from "./authorize.ts";
import { onAbort } from "./onAbort.ts";
import { type Answered, refusalIn } from "./refusal.ts";
import { type ClientCode, RollcallError } from "./rollcallError.ts";

/** The part of `fetch` that the client uses: that of undici and of other packages fits too. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** Settings of one client's calls. */
export interface Means {
  /** The deployment's address, without a trailing slash. */
  readonly base: string;
  readonly authorizer: Authorizer;
  readonly fetch: Fetch;
  /** Who makes the calls, in the application's ids. */
  readonly actor: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Most repetitions of a call. */
  readonly retries: number;
  readonly wait: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** One call. */
export interface Sending {
  readonly method: string;
  /** Complete: `/directory/v1/orgs/acme`. */
  readonly path: string;
  readonly body?: unknown;
  /** As `If-Match`. */
  readonly ifVersion?: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether the call is idempotent. */
  readonly isRepeatable: boolean;
  /** Whether a successful answer has no body. */
  readonly isEmpty: boolean;
  /** Milliseconds for which the server may hold the request. */
  readonly holdMs?: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Makes a call. It repeats a call where that is safe and may help, with growing random pauses, or with the server's
 * Retry-After.
 * @throws RollcallError, or the reason of `signal`
 */
export async function send(sending: Sending, means: Means): Promise<unknown> {
  let mayBeDone = false;
  for (let tries = 0; ; tries += 1) {
    try {
      return await once(sending, means);
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      const isGone = error.status === 404 && error.code.startsWith("notFound.") && error.code !== "notFound.org";
      // An earlier attempt deleted it; its answer was lost.
      if (mayBeDone && isGone && sending.method === "DELETE" && sending.isEmpty) return undefined;
      // With 429 the server has done nothing.
      const mayRepeat = error.isTransient && (sending.isRepeatable || error.status === 429);
      const pause = error.retryAfterMs ?? Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
      if (!mayRepeat || tries >= means.retries || pause > LONGEST_PAUSE_MS) throw error;
      mayBeDone ||= error.status !== 429;
      await means.wait(pause, sending.signal);
    }
  }
}

async function once({ method, path, body, ifVersion, signal, holdMs = 0 }: Sending, means: Means): Promise<unknown> {
  const { base, authorizer, now, actor } = means;
  const request = {
    method,
    url: base + path,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(ifVersion !== undefined && { "If-Match": `W/"${ifVersion}"` }),
      // A character that no header takes looks like a lost connection to `fetch`; the server says why it refuses a question mark.
      ...(actor !== undefined && { "Rollcall-Actor": actor.replace(/[^ -~]/g, "?") }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  const headers = await authorizer.headers(request, now());
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort();
  // A timer with more fires at once.
  const timer = setTimeout(end, Math.min(means.timeoutMs + holdMs, 2 ** 31 - 1));
  const forget = signal && onAbort(signal, end);
  let answer: Answered;
  try {
    const response = await means.fetch(request.url, {
      method,
      headers,
      ...(request.body !== undefined && { body: request.body }),
      // Credentials must not follow to another address.
      redirect: "manual",
      signal: ending.signal,
    });
    answer = { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw lost(error, base, ending.signal);
  } finally {
    clearTimeout(timer);
    forget?.();
  }
  if (answer.status < 200 || answer.status > 299) throw refusalIn(answer, base, authorizer, now());
  if (answer.text === "") return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new RollcallError({
      status: answer.status,
      code: "client.url" satisfies ClientCode,
      detail: `What answers at ${base} is not Rollcall: it sends no JSON. Look at the url.`,
    });
  }
}

/** Why the answer is missing or incomplete. */
function lost(error: unknown, base: string, ending: AbortSignal): RollcallError {
  if (ending.aborted) {
    return new RollcallError({
      code: "client.timeout" satisfies ClientCode,
      detail: `${base} did not answer in time.`,
      isTransient: true,
    });
  }
  const cause = codeIn(error);
  return new RollcallError({
    code: "client.connection" satisfies ClientCode,
    detail: `No connection to ${base}${cause === undefined ? "" : ` (${cause})`}: look at the url, and whether the server runs.`,
    isTransient: true,
    cause: error,
  });
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` …, from the causes of a fetch error. */
function codeIn(error: unknown): string | undefined {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    if ("code" in one && typeof one.code === "string") return one.code;
  }
  return undefined;
}
