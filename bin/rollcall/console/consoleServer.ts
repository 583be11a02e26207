import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readBody, readQuery } from "../../../functions/http/signed/readCall.ts";
import { type JsonObject, objectIn } from "../../../functions/scim/json.ts";
import { drain, listenOrRefuse, readBytes } from "../../local/httpServer.ts";
import type { AdminAnswer } from "../adminClient.ts";
import type { DeadLetterQueues } from "../deadLetters.ts";
import type { Place } from "../place.ts";
import { answerRun } from "./answerRun.ts";
import { Connection, type OpenApi } from "./connection.ts";
import { ConsoleAdmission } from "./consoleAdmission.ts";
import { ConsoleError, errorAnswerOf, faultAnswer } from "./consoleError.ts";
import { CONSOLE_HANDLERS } from "./consoleHandlers.ts";
import type { ConsoleMeans, RunOutput } from "./consoleMeans.ts";
import { type FoundOperation, operationAt } from "./consoleOperations.ts";
import { RUN_HANDLERS } from "./consoleRuns.ts";
import { DeploymentRefusal, passOn, requestFor } from "./passOn.ts";

export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface ConsoleOptions {
  readonly place: Place;
  readonly actor: string | undefined;
  /** 0 takes any free port. */
  readonly port: number;
  readonly open: OpenApi;
  /** Runs before credentials are read again. */
  renew(): Promise<void>;
  openQueues(): Promise<DeadLetterQueues | undefined>;
  /** The browser's files: the shell at `/portal`, and its assets. */
  pages(path: string): PageFile | undefined;
  /** Shows errors on the terminal. */
  say(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The console ends after this long without a person's request. */
  readonly idleMs: number;
}

/** Why the console ended by itself. */
type ConsoleEnd = "idle" | "signedOut";

export interface RunningConsole {
  readonly port: number;
  /** A new address for one use. It replaces the last one. */
  address(): string;
  readonly ended: Promise<ConsoleEnd>;
  close(): Promise<void>;
}

const API = "/portal/v1";
/** The longest body is a pasted error. */
const BODY_BYTES = 262_144;
const DRAIN_MS = 2_000;
/** Pages poll these by themselves: they show no person. */
const POLLED: ReadonlySet<string> = new Set(["getOverview", "getContact", "listActivity", "listProblems", "getHealth"]);
const OF_EVERY_ANSWER = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Serves the operator console on this machine until it is closed. @throws StartRefused */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const server = new ConsoleServer(options);
  await server.listen(options.port);
  return server;
}

class ConsoleServer implements RunningConsole {
  readonly #options: ConsoleOptions;
  readonly #means: ConsoleMeans;
  readonly #notes: ProblemNotes;
  readonly #ending = Promise.withResolvers<ConsoleEnd>();
  readonly #over = new AbortController();
  readonly #server = createServer((incoming, response) => void this.#serve(incoming, response));
  #idle: NodeJS.Timeout | undefined;
  port = 0;

  constructor(options: ConsoleOptions) {
    const { actor, now, open, openQueues, place, renew, say } = options;
    this.#options = options;
    this.#notes = new ProblemNotes(say, now);
    this.#means = {
      place,
      actor,
      openQueues,
      connection: new Connection(place, open, renew),
      admission: new ConsoleAdmission(now),
      end: () => this.#ending.resolve("signedOut"),
    };
  }

  get ended(): Promise<ConsoleEnd> {
    return this.#ending.promise;
  }

  async listen(port: number): Promise<void> {
    this.port = await listenOrRefuse(this.#server, port);
    this.#awake();
  }

  address(): string {
    return `http://${CONSOLE_HOST}:${this.port}/portal#console=${this.#means.admission.issue()}`;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#over.abort();
    await drain(this.#server, DRAIN_MS);
    await this.#means.connection.close();
  }

  #awake(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#ending.resolve("idle"), this.#options.idleMs).unref();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [path = "", query = ""] = (incoming.url ?? "").split("?", 2);
      const isApi = path.startsWith(`${API}/`);
      if (gateFault(incoming, this.port, isApi ? "api" : "page") !== undefined) throw new ConsoleError("gate");
      if (isApi) await this.#answer(incoming, response, path.slice(API.length), query);
      else this.#servePage(incoming, response, path);
    } catch (error) {
      this.#refuse(response, error);
    }
  }

  #servePage({ method }: IncomingMessage, response: ServerResponse, path: string): void {
    const file = this.#options.pages(path);
    if (file === undefined) throw new ConsoleError("notFound");
    if (method !== "GET" && method !== "HEAD") throw new ConsoleError("method");
    response.writeHead(200, { ...OF_EVERY_ANSWER, ...file.headers, "Content-Length": Buffer.byteLength(file.text) });
    response.end(method === "HEAD" ? undefined : file.text);
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse, path: string, query: string): Promise<void> {
    const { method = "GET", headers } = incoming;
    const begins = method === "POST" && path === "/console/session";
    if (!begins && !this.#means.admission.admits(headers.authorization)) throw new ConsoleError("bearer");
    const found = operationAt(method, path);
    const { kind, name } = found.operation;
    if (!POLLED.has(name)) this.#awake();
    const body = await bodyOf(incoming);
    const asked = new URLSearchParams(query);
    if (kind === "admin" || kind === "console") {
      const { connection } = this.#means;
      const { status, text } = await passOn(connection, kind, requestFor(found, asked, body));
      send(response, status, text);
      return;
    }
    const call = this.#callOf(found, asked, body);
    if (kind === "run") {
      const run = RUNS.get(name);
      if (run === undefined) throw new Error(`${name} has no handler`);
      const errorOf = (error: unknown) => objectIn(this.#refusalOf(error).text);
      await answerRun(response, (output) => run(call, output), this.#over.signal, errorOf);
      return;
    }
    const answer = HANDLERS.get(name);
    if (answer === undefined) throw new Error(`${name} has no handler`);
    const value = await answer(call);
    send(response, found.operation.status ?? 200, value === undefined ? "" : JSON.stringify(value));
  }

  /** From here on, query and body match the declaration. @throws ScimError 400 */
  #callOf({ operation, parameters }: FoundOperation, asked: URLSearchParams, body: JsonObject | undefined): AnyCall {
    const given = new Map([...asked].map(([name, value]) => [name.toLowerCase(), value]));
    const query = readQuery({ query: given }, operation.query ?? {});
    const read = { bytesIn: body === undefined ? 0 : 1, body: () => body ?? {} };
    return { ...this.#means, parameters, query, body: operation.body && readBody(read, operation.body) };
  }

  #refuse(response: ServerResponse, error: unknown): void {
    const { status, text } = this.#refusalOf(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // An unread body must not be read as the next request.
    response.setHeader("Connection", "close");
    send(response, status, text);
  }

  /** The page's answer; the terminal shows this side's errors. */
  #refusalOf(error: unknown): AdminAnswer {
    if (error instanceof DeploymentRefusal) return error.answer;
    const answer = errorAnswerOf(error);
    if (answer === undefined) this.#options.say(error instanceof Error ? `${error.stack}` : String(error));
    else if (Number(answer.status) > 500) this.#notes.note(answer.detail);
    const shown = answer ?? faultAnswer();
    return { status: Number(shown.status), text: JSON.stringify(shown) };
  }
}

/** A call before its operation is known. */
type AnyCall = ConsoleMeans & {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: ReturnType<typeof readQuery>;
  readonly body: JsonObject | undefined;
};
type AnyHandler = (call: AnyCall) => Promise<unknown>;
type AnyRun = (call: AnyCall, output: RunOutput) => Promise<unknown>;

// A handler's parameters match its route: both come from one declaration.
const HANDLERS = new Map(Object.entries(CONSOLE_HANDLERS).map(([name, handler]) => [name, handler as AnyHandler]));
const RUNS = new Map(Object.entries(RUN_HANDLERS).map(([name, run]) => [name, run as AnyRun]));

/** @throws ConsoleError 400, 413 */
async function bodyOf(incoming: IncomingMessage): Promise<JsonObject | undefined> {
  const bytes = await readBytes(incoming, BODY_BYTES);
  if (bytes === undefined) throw new ConsoleError("tooLarge");
  if (bytes.length === 0) return undefined;
  const type = incoming.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  const body = objectIn(Buffer.from(bytes).toString("utf8"));
  if (type !== "application/json" || body === undefined) throw new ConsoleError("body");
  return body;
}

function send(response: ServerResponse, status: number, text: string): void {
  const headers = { ...OF_EVERY_ANSWER, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) };
  response.writeHead(status, status === 204 ? OF_EVERY_ANSWER : headers);
  response.end(text);
}

/** The console answers only under this name: a request by another name comes from that name's page (DNS rebinding). */
const CONSOLE_HOST = "127.0.0.1";

type GateFault = "host" | "origin" | "site";

/**
 * Why a request's origin is refused. Other programs of this machine can send any header, but lack the bearer; other sites'
 * pages in the operator's browser cannot hide its headers.
 * @param kind `page`: the shell and its assets, which hold no data: any site may link to them
 */
function gateFault(
  { headersDistinct, url = "" }: Pick<IncomingMessage, "headersDistinct" | "url">,
  port: number,
  kind: "page" | "api",
): GateFault | undefined {
  const { host = [], origin = [], "sec-fetch-site": sites = [] } = headersDistinct;
  const names = port === 80 ? [CONSOLE_HOST, `${CONSOLE_HOST}:80`] : [`${CONSOLE_HOST}:${port}`];
  // A request line with a whole URL names a host too (RFC 9112 section 3.2.2); browsers send none.
  if (host.length !== 1 || !host.every((name) => names.includes(name)) || !url.startsWith("/")) return "host";
  if (!origin.every((one) => names.some((name) => one === `http://${name}`))) return "origin";
  const { "sec-fetch-mode": modes = [], "sec-fetch-dest": targets = [] } = headersDistinct;
  if (kind === "page" && modes.includes("navigate") && targets.includes("document")) return undefined;
  return sites.every((site) => site === "same-origin" || site === "none") ? undefined : "site";
}

/** The same sentence appears at most once in this time. */
const AGAIN_MS = 60_000;

/** Shows on the terminal why the pages do not work: they repeat their requests, but each sentence appears once. */
class ProblemNotes {
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  #last: { readonly text: string; readonly at: number } | undefined;

  constructor(say: (text: string) => void, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  note(text: string): void {
    const at = this.#now();
    if (this.#last?.text === text && at - this.#last.at < AGAIN_MS) return;
    this.#last = { text, at };
    this.#say(text);
  }
}
