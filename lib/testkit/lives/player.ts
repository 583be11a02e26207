import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type Json, own } from "../../../functions/scim/json.ts";
import { Chance } from "../chance.ts";
import { AnswerLost, type Exchange, Line, type ProviderRequest, type Retrying, ServerSilent } from "../idp/line.ts";
import { ProviderFaults } from "../idp/providerFaults.ts";
import { Traffic } from "../idp/traffic.ts";

/** Longest wait that a service may ask for, and attempts of one request in all. */
const LONGEST_WAIT_SECONDS = 60;
const SENDINGS = 4;

interface Expectation {
  readonly status: number | readonly number[];
  /** What the answer must contain: at least these members; arrays element by element. */
  readonly body?: Json;
  /** Ids of exactly the group's members, in any order. */
  readonly members?: readonly string[];
}

/** A part of an answer that differs from what the identity provider needs. */
export interface AnswerDifference {
  /** The status; an absent member; another value, also a list of another length. */
  readonly kind: "status" | "missing" | "value";
  /** Its place in the answer: `status`, or a path such as `answer.Resources[0].active`. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
}

export interface PlayOptions {
  /** The Tenant URL. */
  readonly url: string;
  readonly token: string;
  /** Headers of every request, and of those with a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  print(line: string): void;
  /** Receives every request with its answer. */
  record?(exchange: Exchange): void;
  /** Lets a requested waiting time pass; absent: really. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** A played step. */
export interface PlayedStep {
  readonly title: string;
  readonly method: string;
  /** Below the Tenant URL, without ids and query. */
  readonly path: string;
  readonly status: number;
  readonly differences: readonly AnswerDifference[];
}

/** A step that later ones need has failed. */
export class PlayStopped extends Error {}

const RETRYING: Retrying = {
  attempts: SENDINGS,
  pauseMs(retryAfter = "") {
    const seconds = /^\d{1,2}$/.test(retryAfter) ? Number(retryAfter) : Number.NaN;
    return seconds <= LONGEST_WAIT_SECONDS ? seconds * 1000 : undefined;
  },
};

/** Plays steps against a Tenant URL and prints one line for each. */
export class Player {
  readonly #line: Line;
  readonly #print: PlayOptions["print"];
  readonly #made: string[] = [];
  readonly steps: PlayedStep[] = [];

  constructor({ print, record = () => undefined, wait = sleep, ...options }: PlayOptions) {
    const undisturbed = { faults: new ProviderFaults(new Chance(0)), traffic: new Traffic() };
    this.#line = new Line({ ...options, ...undisturbed, record, wait, title: "", retrying: RETRYING });
    this.#print = print;
  }

  async step(title: string, request: ProviderRequest, wanted: Expectation): Promise<Exchange> {
    const exchange = await this.#send(request);
    this.#note(title, exchange, differencesFrom(wanted, exchange));
    return exchange;
  }

  #note(title: string, { method, path, status = 0 }: Exchange, differences: readonly AnswerDifference[]): void {
    const short = shortened(path);
    this.steps.push({ title, method, path: short, status, differences });
    this.#print(`${differences.length === 0 ? "✓" : "✗"} ${title}  (${method} ${short} → ${status})`);
    for (const difference of differences) this.#print(`    ${differenceInWords(difference)}`);
  }

  /** A step that makes a resource; `cleanUp` removes it in any case. @returns its id @throws PlayStopped */
  async create(
    title: string,
    request: ProviderRequest & { readonly path: "/Users" | "/Groups" },
    wanted: Expectation,
  ): Promise<string> {
    const { answer, status = 0 } = await this.step(title, request, wanted);
    const id = isObject(answer) && status < 300 ? answer.id : undefined;
    if (typeof id !== "string") throw new PlayStopped("The remaining steps need it.");
    this.#made.push(`${request.path}/${id}`);
    return id;
  }

  /** A step that deletes a resource of `create`. */
  async delete(title: string, request: ProviderRequest): Promise<void> {
    const { status } = await this.step(title, request, { status: 204 });
    if (status === 204) this.#made.splice(this.#made.indexOf(request.path), 1);
  }

  /** Deletes the remaining resources, newest first; it reports only failures. */
  async cleanUp(): Promise<void> {
    for (const path of this.#made.splice(0).reverse()) {
      const exchange = await this.#send({ method: "DELETE", path });
      const { status = 0 } = exchange;
      if (status === 204 || status === 404) continue;
      this.#note("Clean up", exchange, [{ kind: "status", place: path, expected: "gone", got: `${status}` }]);
    }
  }

  /** Sends with retries, as identity providers do. @throws PlayStopped */
  async #send(request: ProviderRequest): Promise<Exchange> {
    try {
      return await this.#line.exchange(request);
    } catch (error) {
      if (!(error instanceof ServerSilent || error instanceof AnswerLost)) throw error;
      throw new PlayStopped(error.message);
    }
  }
}

/** One line for a person. */
export function differenceInWords({ kind, place, expected, got }: AnswerDifference): string {
  return kind === "status" && place === "status"
    ? `expected ${expected}, got ${got}`
    : `${place}: expected ${expected}, got ${got}`;
}

function differencesFrom(wanted: Expectation, { answer, status = 0, text = "" }: Exchange): AnswerDifference[] {
  const statuses = typeof wanted.status === "number" ? [wanted.status] : wanted.status;
  if (!statuses.includes(status)) {
    const detail = isObject(answer) && typeof answer.detail === "string" ? answer.detail : text.slice(0, 200);
    const got = `${status}${detail === "" ? "" : `: ${detail}`}`;
    return [{ kind: "status", place: "status", expected: statuses.join(" or "), got }];
  }
  if (status === 204) return [];
  return [
    ...(wanted.body === undefined ? [] : missing(wanted.body, answer, "answer")),
    ...(wanted.members === undefined ? [] : otherMembers(wanted.members, answer)),
  ];
}

function otherMembers(wanted: readonly string[], answer: Json | undefined): AnswerDifference[] {
  const members = (isObject(answer) ? answer.members : undefined) ?? [];
  const ids = Array.isArray(members) ? members.map((one) => (isObject(one) ? one.value : one)) : [members];
  const [expected, got] = [wanted, ids].map((list) => JSON.stringify([...list].sort()));
  return expected === got ? [] : [{ kind: "value", place: "answer.members", expected: `${expected}`, got: `${got}` }];
}

function missing(wanted: Json, got: Json | undefined, place: string): AnswerDifference[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length !== wanted.length) return [mismatch(wanted, got, place)];
    return wanted.flatMap((one, index) => missing(one, got[index], `${place}[${index}]`));
  }
  if (!isObject(wanted)) return wanted === got ? [] : [mismatch(wanted, got, place)];
  if (!isObject(got)) return [mismatch(wanted, got, place)];
  return Object.entries(wanted).flatMap(([name, one]) => missing(one, own(got, name), `${place}.${name}`));
}

function mismatch(wanted: Json, got: Json | undefined, place: string): AnswerDifference {
  const expected = JSON.stringify(wanted);
  if (got === undefined) return { kind: "missing", place, expected, got: "nothing" };
  return { kind: "value", place, expected, got: JSON.stringify(got).slice(0, 300) };
}

/** The request is clear without long ids and filters. */
function shortened(path: string): string {
  const [resource = "", query] = path.split("?");
  const short = resource.replace(/^(\/(?:Users|Groups))\/.+$/, "$1/{id}");
  return short + (query === undefined || query === "" ? "" : "?…");
}
