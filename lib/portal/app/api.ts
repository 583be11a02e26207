import type {
  CONSOLE_ADMIN_OPERATIONS,
  CONSOLE_OPERATIONS,
  CONSOLE_RUNS,
} from "../../../functions/http/signed/declarations/console.ts";
import type { AnswerOf, BodyOf, ParametersOf } from "../../../functions/http/signed/declarations/declaration.ts";
import type { PORTAL_OPERATIONS } from "../../../functions/http/signed/declarations/portal.ts";
import type {
  PORTAL_ADMIN_OPERATIONS,
  PORTAL_ENTRY_OPERATIONS,
} from "../../../functions/http/signed/declarations/portalSessions.ts";
import { PORTAL_PATHS } from "../generated/paths.ts";
import { PortalError, readPortalError } from "./portalError.ts";

type PortalOperations = typeof PORTAL_OPERATIONS & typeof PORTAL_ADMIN_OPERATIONS & typeof PORTAL_ENTRY_OPERATIONS;
export type OperatorOperations = typeof CONSOLE_ADMIN_OPERATIONS & typeof CONSOLE_OPERATIONS & typeof CONSOLE_RUNS;

/** The path's parameters, as an object. */
export type ParametersFor<D> = D extends { readonly path: infer P extends string }
  ? Readonly<Record<ParametersOf<P>, string>>
  : never;

/** Query parameters: absent members are left out, and numbers have a default. */
type QueryFor<D> = D extends { readonly query: infer Q }
  ? { readonly [N in keyof Q]?: string | number | undefined }
  : Record<never, never>;

export type PageAnswer<O extends keyof PortalOperations> = AnswerOf<PortalOperations[O]>;
export type OperatorAnswer<O extends keyof OperatorOperations> = AnswerOf<OperatorOperations[O]>;

/** An operation's method and path below /portal/v1/. */
type OperationPath = readonly [method: string, path: string];

export interface PortalApi {
  /**
   * @throws PortalError
   * @throws DOMException named AbortError on the signal
   */
  read<O extends keyof PortalOperations>(
    operation: O,
    parameters: ParametersFor<PortalOperations[O]>,
    query: QueryFor<PortalOperations[O]>,
    signal: AbortSignal,
  ): Promise<PageAnswer<O>>;
  /** Like `read`, with a body: for changes. */
  change<O extends keyof PortalOperations>(
    operation: O,
    parameters: ParametersFor<PortalOperations[O]>,
    body: BodyOf<PortalOperations[O]>,
  ): Promise<PageAnswer<O>>;
  /** Operations of the operator console: its table of paths comes with its pages. */
  send<T>(path: OperationPath, parameters: Readonly<Record<string, string>>, rest: RequestRest): Promise<T>;
  /**
   * Reads an answer line by line, each line a JSON value (application/x-ndjson), without a time limit.
   * @returns after the last line
   */
  sendForLines(
    path: OperationPath,
    parameters: Readonly<Record<string, string>>,
    rest: RequestRest & { readonly signal: AbortSignal },
    onLine: (value: unknown) => void,
  ): Promise<void>;
}

export interface RequestRest {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

interface ApiSettings {
  /** Base of relative paths, with trailing slash, such as `https://host/stage/portal/v1/`. */
  readonly base: string;
  /** The embedded element's; null: the browser sends its cookie. */
  readonly bearer: string | null;
  /** The session's, once it is known. */
  readonly csrf: () => string | null;
  /** Called for each answer that says that the session is over. */
  readonly onEnded: (error: PortalError) => void;
  /** Milliseconds since 1970 by the server's clock, for each answer with a date. */
  readonly onTime: (now: number) => void;
  /** Aborted when the page or the element is gone. */
  readonly gone: AbortSignal;
  readonly fetch: typeof fetch;
}

/** Milliseconds until a request without an answer is given up. */
const PATIENCE = 30_000;

export function makePortalApi(settings: ApiSettings): PortalApi {
  const open = async (asked: Asking): Promise<Response> => {
    const response = await answerOf(settings, asked);
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (!Number.isNaN(date)) settings.onTime(date);
    if (response.ok) return response;
    const error = readPortalError(response.status, await response.text().catch(() => ""));
    if (response.status === 401) settings.onEnded(error);
    throw error;
  };
  const send = async <T>(path: OperationPath, parameters: Readonly<Record<string, string>>, rest: RequestRest) => {
    const response = await open({ path, parameters, rest, patience: PATIENCE });
    return answered<T>(response.status, await textOf(response));
  };
  return {
    send,
    read: async (operation, parameters, query, signal) =>
      said(await send(PORTAL_PATHS[operation], parameters, { query, signal })),
    change: (operation, parameters, body) => send(PORTAL_PATHS[operation], parameters, { body }),
    sendForLines: async (path, parameters, rest, onLine) => {
      const { body, status } = await open({ path, parameters, rest, patience: null });
      if (body !== null) await readLines(body, (line) => onLine(answered(status, line)));
    },
  };
}

/** @throws PortalError the connection ended before the answer did: as if there were none */
async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    throw new PortalError(0, null, "", null);
  }
}

interface Asking {
  readonly path: OperationPath;
  readonly parameters: Readonly<Record<string, string>>;
  readonly rest: RequestRest;
  /** Milliseconds; null: no limit. */
  readonly patience: number | null;
}

async function readLines(body: ReadableStream<Uint8Array<ArrayBuffer>>, onLine: (line: string) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = `${held}${part.value}`.split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
  if (held !== "") onLine(held);
}

/**
 * The server's answers match the declarations, the source of both: an object, or 204. Anything else comes from something in
 * between.
 * @throws PortalError
 */
function answered<T>(status: number, text: string): T {
  if (status === 204) return undefined as T;
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === "object" && answer !== null && !Array.isArray(answer)) return answer as T;
  } catch {
    // No JSON, like an empty text.
  }
  throw new PortalError(status, null, "", null);
}

/** A read's answer has a body. @throws PortalError */
function said<T>(answer: T): T {
  if (answer === undefined) throw new PortalError(204, null, "", null);
  return answer;
}

async function answerOf(
  { base, bearer, csrf, gone, fetch: ask }: ApiSettings,
  { path, parameters, rest, patience }: Asking,
): Promise<Response> {
  const [method] = path;
  const { body, signal, query = {} } = rest;
  const proof = method === "GET" ? null : csrf();
  const init: RequestInit = {
    method,
    headers: {
      Accept: "application/json",
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(proof !== null && { "Rollcall-Csrf": proof }),
      ...(bearer !== null && { Authorization: `Bearer ${bearer}` }),
    },
    credentials: bearer === null ? "same-origin" : "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const left = AbortSignal.any(signal === undefined ? [gone] : [gone, signal]);
  const limits = patience === null ? [left] : [left, AbortSignal.timeout(patience)];
  const url = requestUrl(base, path, parameters, query);
  try {
    return await ask(url, { ...init, signal: AbortSignal.any(limits) });
  } catch (error) {
    if (left.aborted) throw error;
    throw new PortalError(0, null, "", null);
  }
}

/** @throws PortalError 404 for a parameter that would leave its place in the path: nothing has such a name */
export function requestUrl(
  base: string,
  [, path]: OperationPath,
  parameters: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number | undefined>>,
): URL {
  const values = new Map(Object.entries(parameters));
  for (const value of values.values()) if (value === "." || value === "..") throw new PortalError(404, null, "", null);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values.get(name) ?? ""));
  const url = new URL(filled, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
  return url;
}

const LONGEST_PAUSE = 60_000;

/** Milliseconds until the next request: doubled with each successive failure, at most a minute. */
export function nextPause(every: number, failures: number): number {
  return failures === 0 ? every : Math.max(every, Math.min(LONGEST_PAUSE, every * 2 ** Math.min(failures, 10)));
}
