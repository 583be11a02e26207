import { DETAIL_VALUES, type DetailValue } from "../../../bin/generate/detailValues.ts";
import { isDetailCode, valueNamesOf } from "../../../bin/rollcall/errors/errors.ts";
import { isObject, type Json, own } from "../../../functions/scim/json.ts";
import { makeOrg } from "../../support/org.ts";
import type { Target } from "../../support/target.ts";
import { type Answer, at, type RawRequest } from "../../support/wire.ts";
import { type Marking, markOf, markProse, marksIn, markValues, unmarked } from "./marks.ts";

type LogLine = Readonly<Record<string, unknown>>;

/** Marks what goes to a target, and looks at everything that comes out: its lines, and its answers. */
export class LeakWatch {
  readonly lines: string[] = [];
  /** What must not be as it is, one sentence each. */
  readonly faults: string[] = [];
  /** How many requests carried a mark, and how many answers to them were errors. */
  marked = 0;
  errors = 0;
  readonly #marking: Marking;
  readonly #before: Marking | undefined;
  readonly #marks = new Map<string, string>();
  /** The random part of every token and secret that was given out. */
  readonly #secrets = new Set<string>();
  /** The latest line of each reference. */
  readonly #byReference = new Map<unknown, LogLine>();

  /** @param before is done to a copy of each request that is sent first, its answer looked at and passed over */
  constructor(marking: Marking, before?: Marking) {
    this.#marking = marking;
    this.#before = before;
  }

  readonly log = (line: LogLine): void => {
    this.#byReference.set(line.ref, line);
    this.lines.push(JSON.stringify(line));
  };

  /** The same target, marked and watched. What its callers see is free of marks: a script goes on as it would without. */
  over({ transport, admin, directory, ...rest }: Target): Target {
    const send = async (request: RawRequest): Promise<Answer> => {
      const mark = this.#markFor(request.target);
      const sent = async (marked: RawRequest) => this.#judged(mark, marked, await transport(marked));
      if (this.#before !== undefined) await sent(this.#before(request, mark));
      return sent(this.#marking(request, mark));
    };
    const signed =
      (call: Target["admin"]): Target["admin"] =>
      async (method, path, body) => {
        const born = path === "/orgs" ? at(body as Json | undefined, "org") : undefined;
        const mark = this.#markFor(born === undefined ? path : `/orgs/${born}`);
        const marked = markProse(body, mark);
        const target = markValues(path, mark);
        const request = { method, target, headers: {}, body: JSON.stringify(marked) };
        return this.#judged(mark, request, await call(method, target, marked));
      };
    const watched = { ...rest, transport: send, admin: signed(admin), directory: signed(directory) };
    return { ...watched, org: makeOrg(rest.base, watched.transport, watched.admin) };
  }

  /** By the org in the address, as a client wrote it. */
  #markFor(target: string): string {
    const org = /\/(?:orgs|v2)\/([^/?]+)/.exec(target)?.[1] ?? "";
    const mark = this.#marks.get(org) ?? markOf(this.#marks.size);
    this.#marks.set(org, mark);
    return mark;
  }

  #judged(own: string, request: RawRequest, answer: Answer): Answer {
    const given = `${answer.text} ${answer.headers["set-cookie"] ?? ""}`;
    for (const [, secret = ""] of given.matchAll(
      /(?:rollcall(?:app|link|portal)?_(?:[0-9A-Za-z]+_)*|whsec_)([0-9A-Za-z+/]{43})[_=]/g,
    )) {
      this.#secrets.add(secret);
    }
    if (marksIn(`${request.target}${request.body}${Object.values(request.headers)}`).length > 0) this.marked += 1;
    const reference = /\(ref: ([0-9a-f]{12})\)/.exec(answer.text)?.[1];
    this.faults.push(...errorFaults(answer, this.#byReference.get(reference), [own]));
    const foreign = marksIn(answer.text).filter((mark) => mark !== own);
    // An org that did not exist when it was asked for is nobody's: what makes it is asked without its name.
    if (foreign.length > 0 && !/\/orgs(\?|$)/.test(request.target)) {
      this.faults.push(
        `${request.method} ${request.target} was answered with another org's ${foreign}: ${answer.text.slice(0, 300)}`,
      );
    }
    if (answer.status >= 400) this.errors += 1;
    const text = unmarked(answer.text);
    return { ...answer, text, json: answer.json === undefined ? undefined : (JSON.parse(text) as Json) };
  }

  /** Marks and secrets in these texts: none of what lines, events and dead letters hold. */
  leaksIn(texts: readonly string[]): string[] {
    return texts.filter((text) => marksIn(text).length > 0 || this.#hasSecret(text)).map((text) => text.slice(0, 500));
  }

  #hasSecret(text: string): boolean {
    return [...text.matchAll(/[0-9A-Za-z+/]{43}/g)].some(([long]) => this.#secrets.has(long));
  }
}

/**
 * What an error may repeat: a piece of the request, in the answer to that request, where the catalogue says that its text
 * has one. Nothing else of it is in any error.
 * @param line the request's, which has the code; undefined where no function saw it
 * @param marksOf which marks are in a text
 */
export function errorFaults(
  answer: Answer,
  line: LogLine | undefined,
  own: readonly string[],
  marksOf = marksIn,
): string[] {
  const errors = answer.status >= 400 ? [answer.text] : bulkErrors(answer.json);
  const codes = [line?.detailCode, ...Object.keys(isRecord(line?.codes) ? line.codes : {})].map(String);
  const mayRepeat = codes.some(repeatsRequest);
  return errors.flatMap((text) => {
    const marks = marksOf(text);
    if (marks.length === 0 || (mayRepeat && marks.every((mark) => own.includes(mark)))) return [];
    return [`the error ${codes} repeats what was sent: ${text.slice(0, 300)}`];
  });
}

/** The token endpoint repeats nothing, and tells why an organization may not provision as the others do. */
function repeatsRequest(code: string): boolean {
  if (code === "oauth.unauthorized_client") return true;
  return (
    isDetailCode(code) && valueNamesOf(code).some((name) => own<DetailValue>(DETAIL_VALUES, name)?.holds !== undefined)
  );
}

function bulkErrors(json: Json | undefined): string[] {
  const operations = at(json, "Operations");
  if (!Array.isArray(operations)) return [];
  return operations
    .filter(isObject)
    .flatMap(({ response }) => (at(response, "detail") === undefined ? [] : [JSON.stringify(response)]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
