import { setTimeout as wait } from "node:timers/promises";
import { isObject, type Json, own } from "../../functions/scim/json.ts";
import { NoAnswer, type Received, sendPlainly } from "./sendPlainly.ts";

/** Okta closes the socket then; nobody waits longer. */
const PATIENCE_MS = 60_000;
/** How long a service may ask to be left alone, and how often a request is sent in all. */
const LONGEST_WAIT_SECONDS = 60;
const SENDINGS = 4;

export interface PlayRequest {
  readonly method: string;
  /** Below the Tenant URL, percent-encoded as the identity provider does it. */
  readonly path: string;
  readonly body?: Json;
}

export interface Expectation {
  readonly status: number | readonly number[];
  /** What the identity provider needs to find in the answer: at least these members; arrays element by element. */
  readonly body?: Json;
  /** Members of the answer that must be absent or empty. */
  readonly empty?: readonly string[];
}

export interface Played {
  readonly status: number;
  readonly json: Json | undefined;
}

export interface PlayOptions {
  readonly url: string;
  readonly token: string;
  /** Headers that go with every request, and those that go with a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  print(line: string): void;
}

/** One step as it went, for the list at the end. */
export interface PlayedStep {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly differences: readonly string[];
}

/** A step on which the others stand went wrong: there is nothing to go on with. */
export class PlayStopped extends Error {}

/** Plays steps against a Tenant URL and prints one line for each. */
export class Player {
  readonly #options: PlayOptions;
  readonly #made: string[] = [];
  readonly steps: PlayedStep[] = [];

  constructor(options: PlayOptions) {
    this.#options = options;
  }

  async step(title: string, request: PlayRequest, wanted: Expectation): Promise<Played> {
    const { status, text } = await this.#send(request);
    const json = parsed(text);
    this.#note(title, request, status, differencesFrom(wanted, status, json, text));
    return { status, json };
  }

  #note(title: string, { method, path }: PlayRequest, status: number, differences: readonly string[]): void {
    const short = shortened(path);
    this.steps.push({ title, method, path: short, status, differences });
    this.#options.print(`${differences.length === 0 ? "✓" : "✗"} ${title}  (${method} ${short} → ${status})`);
    for (const difference of differences) this.#options.print(`    ${difference}`);
  }

  /** A step that makes something: what it made is taken away at the end, whatever happens. @returns its id */
  async create(
    title: string,
    request: PlayRequest & { readonly path: "/Users" | "/Groups" },
    wanted: Expectation,
  ): Promise<string> {
    const { json, status } = await this.step(title, request, wanted);
    const id = isObject(json) && status < 300 ? json.id : undefined;
    if (typeof id !== "string") throw new PlayStopped("The remaining steps need it.");
    this.#made.push(`${request.path}/${id}`);
    return id;
  }

  /** A step that deletes what `create` made. */
  async delete(title: string, path: string): Promise<void> {
    const { status } = await this.step(title, { method: "DELETE", path }, { status: 204 });
    if (status === 204) this.#made.splice(this.#made.indexOf(path), 1);
  }

  /** Deletes what is still there, newest first; only what cannot be deleted is spoken of. */
  async cleanUp(): Promise<void> {
    for (const path of this.#made.splice(0).reverse()) {
      const request = { method: "DELETE", path };
      const { status } = await this.#send(request);
      if (status !== 204 && status !== 404) this.#note("Clean up", request, status, [`${path} is still there`]);
    }
  }

  /** As identity providers do: what is to come again later is sent again then. */
  async #send(request: PlayRequest): Promise<Received> {
    for (let sendings = 1; ; sendings++) {
      const received = await this.#sendOnce(request);
      const retryAfter = received.headers["retry-after"] ?? "";
      const seconds = /^\d{1,2}$/.test(retryAfter) ? Number(retryAfter) : Number.NaN;
      const later = (received.status === 429 || received.status === 503) && seconds <= LONGEST_WAIT_SECONDS;
      if (!later || sendings === SENDINGS) return received;
      await wait(seconds * 1_000);
    }
  }

  async #sendOnce({ method, path, body }: PlayRequest): Promise<Received> {
    const { bodyHeaders, headers, token, url } = this.#options;
    const target = new URL(url.replace(/\/+$/, "") + path);
    const all = { ...headers, Authorization: `Bearer ${token}`, ...(body === undefined ? {} : bodyHeaders) };
    const options = { method, headers: all, timeout: PATIENCE_MS };
    try {
      return await sendPlainly(target, options, body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new PlayStopped(`No answer from ${target.origin}: ${error.message}`);
    }
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // PendingLine to the person as a difference, where a body was wanted.
    return undefined;
  }
}

function differencesFrom(wanted: Expectation, status: number, json: Json | undefined, text: string): string[] {
  const statuses = typeof wanted.status === "number" ? [wanted.status] : wanted.status;
  if (!statuses.includes(status)) {
    const detail = isObject(json) && typeof json.detail === "string" ? json.detail : text.slice(0, 200);
    return [`expected ${statuses.join(" or ")}, got ${status}${detail === "" ? "" : `: ${detail}`}`];
  }
  if (status === 204) return [];
  const full = (wanted.empty ?? []).filter((name) => isObject(json) && !isEmpty(json[name]));
  return [
    ...(wanted.body === undefined ? [] : missing(wanted.body, json, "the answer")),
    ...full.map((name) => `the answer.${name}: expected none`),
  ];
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function missing(wanted: Json, got: Json | undefined, place: string): string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length !== wanted.length) return [mismatch(wanted, got, place)];
    return wanted.flatMap((one, index) => missing(one, got[index], `${place}[${index}]`));
  }
  if (!isObject(wanted)) return wanted === got ? [] : [mismatch(wanted, got, place)];
  if (!isObject(got)) return [mismatch(wanted, got, place)];
  return Object.entries(wanted).flatMap(([name, one]) => missing(one, own(got, name), `${place}.${name}`));
}

function mismatch(wanted: Json, got: Json | undefined, place: string): string {
  return `${place}: expected ${JSON.stringify(wanted)}, got ${got === undefined ? "nothing" : JSON.stringify(got).slice(0, 300)}`;
}

/** Ids and filters are long; which request it was shows without them. */
function shortened(path: string): string {
  const [resource = "", query] = path.split("?");
  return resource.replace(/\/[^/]{9,}$/, "/{id}") + (query === undefined ? "" : "?…");
}
