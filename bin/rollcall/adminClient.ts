import { isObject, type Json, type JsonObject, objectIn } from "../../functions/scim/json.ts";
import { pause } from "../local/terminal.ts";
import { ANSWER_MEMBERS } from "./generated/answerMembers.ts";
import type { Place } from "./place.ts";
import { type Asked, refusalInWords } from "./refusalWords.ts";
import { Missing, Refused, Unreachable, UsageError } from "./refused.ts";

/** The signed APIs: administration, the application's view of users, teams and sign-in, and the reads of the portal's pages. */
export type Api = "admin" | "directory" | "console";

export interface AdminRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's root, such as `/admin/v1/`; percent-encoded, with its query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The version that a change is based on: the server refuses it if somebody else changed it since. */
  readonly ifVersion?: number | undefined;
  /** Breaks off a request over HTTP. */
  readonly signal?: AbortSignal | undefined;
}

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** A way to call the APIs: in this process, or by signed HTTP. */
export interface AdminTransport {
  send(request: AdminRequest): Promise<AdminAnswer>;
  close(): Promise<void>;
}

/** The administration or directory API as the commands use it. */
export class AdminClient {
  readonly #transport: AdminTransport;
  readonly #place: Place | undefined;
  readonly #wait: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
  readonly #say: (text: string) => void;

  /** @param place its commands appear in refusals @param say tells the waiting person why it takes long */
  constructor(
    transport: AdminTransport,
    wait: (milliseconds: number, signal?: AbortSignal) => Promise<unknown> = pause,
    place: Place | undefined = undefined,
    say: (text: string) => void = () => undefined,
  ) {
    this.#transport = transport;
    this.#place = place;
    this.#wait = wait;
    this.#say = say;
  }

  /** @throws Refused in words of the command line when the server refuses */
  async call(method: AdminRequest["method"], path: string, body?: JsonObject, ifVersion?: number): Promise<JsonObject> {
    const answer = await this.#transport.send({ method, path, body, ifVersion });
    return answerOf(answer, method, { path, body, place: this.#place });
  }

  /**
   * The pages of a list; each request starts where the last page ended.
   * @param path may have a query
   * @param ask `insist` in a long run
   * @param from the parameter that takes `next`
   */
  async *pages(path: string, ask: "call" | "insist" = "call", from = "after"): AsyncGenerator<JsonObject> {
    const more = `${path}${path.includes("?") ? "&" : "?"}${from}=`;
    for (let asked = path; ; ) {
      const page = await this[ask]("GET", asked);
      yield page;
      if (typeof page.next !== "string") return;
      asked = more + encodeURIComponent(page.next);
    }
  }

  /** The entries under this name in all pages of a list. @throws Refused */
  async list(path: string, name: string, ask?: "call" | "insist"): Promise<JsonObject[]> {
    const found: JsonObject[] = [];
    for await (const page of this.pages(path, ask)) found.push(...neededListIn(page, name));
    return found;
  }

  /**
   * Like `call`, but repeats the request for about two minutes while the server is busy or unreachable: for repeatable requests
   * in runs too long to lose.
   * @param signal ends it early
   * @throws Refused
   */
  async insist(
    method: AdminRequest["method"],
    path: string,
    body?: JsonObject,
    signal?: AbortSignal,
  ): Promise<JsonObject> {
    for (let attempt = 1; ; attempt++) {
      let why: string;
      try {
        const answer = await this.#transport.send({ method, path, body, signal });
        if (attempt === INSISTENCE || !PASSING.has(answer.status)) {
          return answerOf(answer, method, { path, body, place: this.#place });
        }
        why = `The server answers ${answer.status}.`;
      } catch (error) {
        if (attempt === INSISTENCE || !(error instanceof Unreachable) || signal?.aborted === true) throw error;
        why = error.message;
      }
      if (attempt % SAID_EVERY === 0) this.#say(`${why} Waiting.`);
      await this.#wait(Math.min(30_000, 500 * 2 ** attempt), signal);
    }
  }
}

const INSISTENCE = 9;
/** Attempts: what passes within three seconds is not worth a line. */
const SAID_EVERY = 3;
/** Passing refusals of the function, and of the API Gateway before it. */
const PASSING = new Set([429, 502, 503, 504]);

const CHANGED_SINCE =
  "Somebody else changed this since it was read, so nothing was changed now. Look at it as it is, and repeat the command.";

/** The headers of a change that is based on a version. */
export function ifMatchOf({ ifVersion }: Pick<AdminRequest, "ifVersion">): Readonly<Record<string, string>> {
  return ifVersion === undefined ? {} : { "If-Match": `W/"${ifVersion}"` };
}

/** @throws Refused */
function answerOf({ status, text }: AdminAnswer, method: AdminRequest["method"], asked: Asked): JsonObject {
  const answer = objectIn(text);
  if (status >= 200 && status < 300 && answer !== undefined) {
    if (isForeign(answer, method, asked.path)) throw foreignAnswer();
    return answer;
  }
  if (status === 412) throw new Refused(CHANGED_SINCE, "version.mismatch");
  const inWords = answer === undefined ? undefined : refusalInWords(answer, asked);
  const detail = inWords ?? answer?.detail ?? answer?.message ?? answer?.Message;
  const sentence = typeof detail === "string" ? detail : `The server answered ${status} and nothing readable.`;
  const code = typeof answer?.code === "string" ? answer.code : undefined;
  throw status === 404 ? new Missing(sentence, code) : new Refused(sentence, code);
}

/** Whether an answer lacks what every answer of this operation has. Where paths of two APIs are alike, either will do. */
function isForeign(answer: JsonObject, method: AdminRequest["method"], path: string): boolean {
  const segments = path.replace(/\?.*/s, "").split("/");
  const fits = (template: string): boolean => {
    const parts = template.split("/");
    return parts.length === segments.length && parts.every((part, at) => part === segments[at] || part.startsWith("{"));
  };
  const declared = ANSWER_MEMBERS.filter(([of, path]) => of === method && fits(path));
  return declared.length > 0 && !declared.some(([, , member]) => Object.hasOwn(answer, member));
}

/** Another server, or a proxy, answers with JSON too: nothing may be concluded from what is missing there. */
function foreignAnswer(): Refused {
  return new Refused("The answer is not one of Rollcall: check the address, and what stands between.");
}

/** A number that every answer of this call has. @throws Refused */
export function neededNumberIn(answer: JsonObject, name: string): number {
  const value = answer[name];
  if (typeof value === "number") return value;
  throw foreignAnswer();
}

/** A text that every answer of this call has. @throws Refused */
export function neededTextIn(answer: JsonObject, name: string): string {
  const value = answer[name];
  if (typeof value === "string") return value;
  throw foreignAnswer();
}

/** The objects of a list that every answer of this call has. @throws Refused */
export function neededListIn(answer: JsonObject, name: string): JsonObject[] {
  if (!Array.isArray(answer[name])) throw foreignAnswer();
  return objectsIn(answer[name]);
}

/** The objects of a list in an answer; none where it is no list. */
export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The entries of a list as texts; none where it is no list. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The `version` of an answer; undefined from an earlier release. */
export function versionIn(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A path of the API with encoded segments. @throws UsageError for one that would leave its place in the path: nothing has such a name */
export function adminPath(...segments: readonly string[]): string {
  const dots = segments.find((segment) => segment === "." || segment === "..");
  if (dots !== undefined) throw new UsageError(`"${dots}" is no name and no id.`);
  return segments.map(encodeURIComponent).join("/");
}
