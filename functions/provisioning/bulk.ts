import type { BulkEntry, BulkOperation, BulkRequest } from "../scim/bulk/readBulk.ts";
import { divide, referencesIn, referencesOf, resolveData, resolveId, resolveObject } from "../scim/bulk/references.ts";
import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../scim/schema.ts";
import { createGroup, deleteGroup, patchGroup, replaceGroup } from "./groups.ts";
import type { Session } from "./session.ts";
import { createUser, deleteUser, patchUser, replaceUser } from "./users.ts";

/** No operation is begun later than this before the deadline: one may take long, and the answer must get out. */
const RESERVE_MS = 6_000;
/** Created resources that wait for others are cleared away until this long before the deadline. */
const CLEARING_MS = 3_000;

/** What became of one operation of a bulk request. `path` is that of the resource, relative to the service root. */
export interface BulkResult {
  readonly entry: BulkEntry;
  readonly path: string | undefined;
  readonly outcome:
    | { readonly status: 200 | 201 | 204; readonly version: number | undefined }
    /** Whatever the use case threw: a refusal, or a surprise. */
    | { readonly error: unknown };
}

/**
 * Carries out the operations one after the other, in their order, by the same use cases as single requests
 * (RFC 7644 section 3.7). Why a resource that refers to a later one is made without the reference first: ADR 0014.
 * @returns the results in the order of the operations; fewer where `failOnErrors` ended the work
 */
export async function carryOutBulk(session: Session, request: BulkRequest): Promise<readonly BulkResult[]> {
  const work = new BulkWork(session, request);
  await work.run();
  return work.results();
}

/** Made, but without its references to what did not exist yet. */
interface Unfinished {
  readonly type: "User" | "Group";
  readonly id: string;
  readonly bulkId: string;
  readonly later: JsonObject;
  readonly references: ReadonlySet<string>;
}

type Changing = Exclude<BulkOperation, { readonly method: "POST" }>;

/** The state of one bulk request. */
class BulkWork {
  readonly #session: Session;
  readonly #request: BulkRequest;
  readonly #results = new Map<number, BulkResult>();
  readonly #ids = new Map<string, string>();
  /** bulkIds that no later operation can give an id. */
  readonly #hopeless: Set<string>;
  readonly #known: ReadonlySet<string>;
  readonly #unfinished = new Map<number, Unfinished>();
  /** Changes that name what does not exist yet, or wait behind one of the same resource. */
  readonly #waiting = new Map<number, Changing>();
  #errors = 0;

  constructor(session: Session, request: BulkRequest) {
    this.#session = session;
    this.#request = request;
    const posts = request.entries.flatMap(({ asked }) =>
      !(asked instanceof ScimError) && asked.method === "POST" ? [asked] : [],
    );
    this.#known = new Set(posts.map(({ bulkId }) => bulkId));
    this.#hopeless = hopelessOf(posts, this.#known);
  }

  async run(): Promise<void> {
    for (const [index, entry] of this.#request.entries.entries()) {
      if (this.#isOver()) return this.#end(() => notReached(this.#session));
      await this.#begin(index, entry);
      await this.#settle();
      if (this.#hasFailed()) return this.#giveUpUnfinished(unresolvable);
    }
    await this.#end(() => notReached(this.#session));
  }

  results(): readonly BulkResult[] {
    return [...this.#results].sort(([left], [right]) => left - right).map(([, result]) => result);
  }

  #isOver(): boolean {
    return this.#session.now() > this.#session.deadline - RESERVE_MS;
  }

  #hasFailed(): boolean {
    return this.#request.failOnErrors !== undefined && this.#errors >= this.#request.failOnErrors;
  }

  async #begin(index: number, { asked }: BulkEntry): Promise<void> {
    if (asked instanceof ScimError) return this.#fail(index, asked);
    const references = referencesOf(asked);
    if ([...references].some((bulkId) => this.#isHopeless(bulkId))) {
      if (asked.method === "POST") this.#hopeless.add(asked.bulkId);
      return this.#fail(index, unresolvable());
    }
    if (asked.method === "POST") return this.#create(index, asked);
    if (this.#verdictOn(references, this.#unready()) === "wait" || this.#isBehind(index, asked)) {
      this.#waiting.set(index, asked);
      return;
    }
    await this.#change(index, asked);
  }

  async #create(index: number, operation: Extract<BulkOperation, { method: "POST" }>): Promise<void> {
    const { type, bulkId, data } = operation;
    const unready = this.#unready();
    const { now, later } = divide(data, (reference) => !this.#ids.has(reference) || unready.has(reference));
    const body = resolveObject(now, (reference) => this.#ids.get(reference));
    try {
      const create = type === "User" ? createUser : createGroup;
      const { id, version } = await create(this.#session, body);
      this.#ids.set(bulkId, id);
      if (later === undefined) this.#succeed(index, type, id, 201, version);
      else this.#unfinished.set(index, { type, id, bulkId, later, references: referencesIn(later) });
    } catch (error) {
      this.#hopeless.add(bulkId);
      this.#fail(index, error);
    }
  }

  async #change(index: number, operation: Changing): Promise<void> {
    const idOf = (bulkId: string) => this.#ids.get(bulkId);
    const { type, version: match } = operation;
    const id = resolveId(operation.id, idOf);
    const session = this.#session;
    const readBody = () => (operation.method === "DELETE" ? {} : resolveData(operation, idOf));
    const readOperations = () => readPatch(readBody(), session.bent, { ...session.rules, coreSchema });
    const ofUser = type === "User";
    const coreSchema = ofUser ? USER_SCHEMA : GROUP_SCHEMA;
    try {
      switch (operation.method) {
        case "PUT": {
          const { record } = await (ofUser ? replaceUser : replaceGroup)(session, id, readBody, match);
          return this.#succeed(index, type, id, 200, record.version);
        }
        case "PATCH": {
          const { record } = await (ofUser ? patchUser : patchGroup)(session, id, readOperations, match);
          return this.#succeed(index, type, id, ofUser ? 200 : session.rules.groupPatchAnswer, record.version);
        }
        case "DELETE":
          await (ofUser ? deleteUser : deleteGroup)(session, id, match);
          return this.#succeed(index, type, id, 204, undefined);
      }
    } catch (error) {
      this.#fail(index, error, pathOf(type, id));
    }
  }

  /** Goes on with whatever waited for what exists by now, or never will, until nothing does. */
  async #settle(): Promise<void> {
    for (let moved = true; moved; ) {
      moved = false;
      let unready = this.#unready();
      for (const [index, unfinished] of this.#unfinished) {
        const verdict = this.#verdictOn(unfinished.references, unready);
        if (verdict === "wait" || this.#isOver()) continue;
        moved = true;
        if (verdict === "hopeless") await this.#giveUp(index, unfinished, unresolvable());
        else await this.#finish(index, unfinished);
        if (this.#hopeless.has(unfinished.bulkId)) unready = this.#unready();
      }
      for (const [index, operation] of this.#waiting) {
        if (this.#hasFailed() || this.#isOver()) return;
        const verdict = this.#verdictOn(referencesOf(operation), unready);
        if (verdict === "wait" || (verdict === "resolved" && this.#isBehind(index, operation))) continue;
        moved = true;
        this.#waiting.delete(index);
        if (verdict === "hopeless") this.#fail(index, unresolvable());
        else await this.#change(index, operation);
      }
    }
  }

  async #finish(index: number, unfinished: Unfinished): Promise<void> {
    const { type, id, later } = unfinished;
    const value = resolveObject(later, (reference) => this.#ids.get(reference));
    const add = () => [{ op: "add" as const, path: undefined, value }];
    try {
      const { record } = await (type === "User" ? patchUser : patchGroup)(this.#session, id, add, undefined);
      this.#unfinished.delete(index);
      this.#succeed(index, type, id, 201, record.version);
    } catch (error) {
      await this.#giveUp(index, unfinished, error);
    }
  }

  /** An operation that fails leaves nothing behind: what was made without its references goes again. */
  async #giveUp(index: number, { type, id, bulkId }: Unfinished, reason: unknown): Promise<void> {
    this.#unfinished.delete(index);
    this.#ids.delete(bulkId);
    this.#hopeless.add(bulkId);
    try {
      if (this.#session.now() > this.#session.deadline - CLEARING_MS) throw leftBehind();
      await (type === "User" ? deleteUser : deleteGroup)(this.#session, id, undefined);
      this.#fail(index, reason);
    } catch {
      this.#fail(index, leftBehind(), pathOf(type, id));
    }
  }

  async #giveUpUnfinished(reason: () => ScimError): Promise<void> {
    for (const [index, unfinished] of this.#unfinished) await this.#giveUp(index, unfinished, reason());
  }

  /** No time is left: every operation that was not reached is told so. */
  async #end(reason: () => ScimError): Promise<void> {
    await this.#giveUpUnfinished(reason);
    for (const index of this.#request.entries.keys()) {
      if (!this.#results.has(index)) this.#fail(index, reason());
    }
  }

  #verdictOn(references: ReadonlySet<string>, unready: ReadonlySet<string>): "resolved" | "wait" | "hopeless" {
    if ([...references].some((bulkId) => this.#isHopeless(bulkId))) return "hopeless";
    return [...references].every((bulkId) => this.#ids.has(bulkId) && !unready.has(bulkId)) ? "resolved" : "wait";
  }

  /** bulkIds of what was made, but may have to go again because something it refers to, at any distance, has no id yet. */
  #unready(): ReadonlySet<string> {
    const unready = new Set<string>();
    const referring = new Map<string, string[]>();
    for (const { bulkId, references } of this.#unfinished.values()) {
      for (const reference of references) {
        if (!this.#ids.has(reference)) unready.add(bulkId);
        const others = referring.get(reference) ?? [];
        others.push(bulkId);
        referring.set(reference, others);
      }
    }
    // What is added while the set is walked is walked too.
    for (const bulkId of unready) for (const other of referring.get(bulkId) ?? []) unready.add(other);
    return unready;
  }

  #isHopeless(bulkId: string): boolean {
    return this.#hopeless.has(bulkId) || !this.#known.has(bulkId);
  }

  /** Whether an earlier change of the same resource waits still: the order of changes of one resource is kept. */
  #isBehind(index: number, { type, id }: Changing): boolean {
    const idOf = (bulkId: string) => this.#ids.get(bulkId);
    return [...this.#waiting].some(
      ([other, waiting]) =>
        other < index && waiting.type === type && resolveId(waiting.id, idOf) === resolveId(id, idOf),
    );
  }

  #succeed(index: number, type: "User" | "Group", id: string, status: 200 | 201 | 204, version: number | undefined) {
    const entry = this.#entry(index);
    this.#results.set(index, { entry, path: pathOf(type, id), outcome: { status, version } });
  }

  #fail(index: number, error: unknown, path?: string): void {
    const entry = this.#entry(index);
    this.#errors += 1;
    // RFC 7644 section 3.7.3: a location in every answer but that of a POST that made nothing.
    const named = entry.method?.toUpperCase() === "POST" ? undefined : pathNamed(entry);
    this.#results.set(index, { entry, path: path ?? named, outcome: { error } });
  }

  #entry(index: number): BulkEntry {
    const entry = this.#request.entries[index];
    if (entry === undefined) throw new Error("a bulk operation got lost");
    return entry;
  }
}

/** bulkIds of operations that refer to what no operation makes, directly or through others. */
function hopelessOf(
  posts: readonly Extract<BulkOperation, { method: "POST" }>[],
  known: ReadonlySet<string>,
): Set<string> {
  const references = posts.map((post) => ({ bulkId: post.bulkId, names: [...referencesOf(post)] }));
  const hopeless = new Set<string>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const { bulkId, names } of references) {
      if (hopeless.has(bulkId) || names.every((name) => known.has(name) && !hopeless.has(name))) continue;
      hopeless.add(bulkId);
      grew = true;
    }
  }
  return hopeless;
}

function pathOf(type: "User" | "Group", id: string): string {
  return `/${type}s/${id}`;
}

function pathNamed({ path }: BulkEntry): string | undefined {
  return path === undefined || path.startsWith("/") ? path : `/${path}`;
}

function unresolvable(): ScimError {
  return ScimError.conflict("bulkId");
}

function notReached(session: Session): ScimError {
  session.bent.note("bulkNotReached");
  return ScimError.busy("bulkTime", 2);
}

function leftBehind(): ScimError {
  return ScimError.busy("bulkUnfinished", 2);
}
