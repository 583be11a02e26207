import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type Json, own } from "../../../functions/scim/json.ts";
import { Chance } from "../chance.ts";
import { AnswerLost, type Exchange, Line, type Retrying, ServerSilent } from "../idp/line.ts";
import { ProviderFaults } from "../idp/providerFaults.ts";
import type { ProviderRequest } from "../idp/providerRequest.ts";
import { Traffic } from "../idp/traffic.ts";

/** How long a service may ask to be left alone, and how often a request is sent in all. */
const LONGEST_WAIT_SECONDS = 60;
const SENDINGS = 4;

export interface Expectation {
  readonly status: number | readonly number[];
  /** What the identity provider needs to find in the answer: at least these members; arrays element by element. */
  readonly body?: Json;
  /** Ids of exactly the members that the group has, in any order. */
  readonly members?: readonly string[];
}

/** One thing in an answer that is not as the identity provider needs it. */
export interface AnswerDifference {
  /** The status; a member that is absent; a value that is another one, also of a list with too many or too few elements. */
  readonly kind: "status" | "missing" | "value";
  /** Where in the answer: `status`, or a path such as `answer.Resources[0].active`. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;
}

export interface PlayOptions {
  /** The Tenant URL. */
  readonly url: string;
  readonly token: string;
  /** Headers that go with every request, and those that go with a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyHeaders: Readonly<Record<string, string>>;
  print(line: string): void;
  /** Takes every request and its answer. */
  record?(exchange: Exchange): void;
  /** Lets the time pass until a service is to be asked again; absent: really. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** One step as it went. */
export interface PlayedStep {
  readonly title: string;
  readonly method: string;
  /** Below the Tenant URL, without ids and query. */
  readonly path: string;
  readonly status: number;
  readonly differences: readonly AnswerDifference[];
}

/** A step on which the others stand went wrong: there is nothing to go on with. */
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

  /** A step that makes something: what it made is taken away at the end, whatever happens. @returns its id @throws PlayStopped */
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

  /** A step that deletes what `create` made. */
  async delete(title: string, request: ProviderRequest): Promise<void> {
    const { status } = await this.step(title, request, { status: 204 });
    if (status === 204) this.#made.splice(this.#made.indexOf(request.path), 1);
  }

  /** Deletes what is still there, newest first; only what cannot be deleted is spoken of. */
  async cleanUp(): Promise<void> {
    for (const path of this.#made.splice(0).reverse()) {
      const exchange = await this.#send({ method: "DELETE", path });
      const { status = 0 } = exchange;
      if (status === 204 || status === 404) continue;
      this.#note("Clean up", exchange, [{ kind: "status", place: path, expected: "gone", got: `${status}` }]);
    }
  }

  /** As identity providers do: what is to come again later is sent again then. @throws PlayStopped */
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

/** Ids and filters are long; which request it was shows without them. */
function shortened(path: string): string {
  const [resource = "", query] = path.split("?");
  const short = resource.replace(/^(\/(?:Users|Groups))\/.+$/, "$1/{id}");
  return short + (query === undefined || query === "" ? "" : "?…");
}
