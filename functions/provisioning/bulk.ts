import type { BulkEntry, BulkOperation, BulkRequest } from "../scim/bulk/bulk.ts";
import { divide, referencesIn, resolveId, resolveObject, resolveOperations } from "../scim/bulk/references.ts";
import { bulkError, ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import { resolvePatch } from "../scim/patch/resolvePatch.ts";
import { preconditionOf } from "../scim/render.ts";
import type { ResourceType } from "../scim/schema.ts";
import { BulkReferences, listAt } from "./bulkReferences.ts";
import { type BulkResult, BulkResults, notReached, pathOf, unresolvable } from "./bulkResults.ts";
import type { ResourceDefinition } from "./resources/definition.ts";
import type { Session } from "./session.ts";
import { hasTimeTo } from "./timeBudget.ts";

/**
 * Carries out the operations one after the other, in their order, with the use cases of single requests (RFC 7644 section 3.7).
 * ADR 0014 explains why a resource that refers to a later one is first created without the reference.
 * @returns the results in the order of the operations; fewer where `failOnErrors` ended the work
 */
export async function carryOutBulk(
  session: Session,
  definitions: readonly ResourceDefinition[],
  request: BulkRequest,
): Promise<readonly BulkResult[]> {
  const work = new BulkWork(session, definitions, request);
  await work.run();
  return work.results.inOrder();
}

/** A created resource that still lacks its references to resources that did not exist yet. */
interface Unfinished {
  readonly type: ResourceType;
  readonly id: string;
  readonly bulkId: string;
  readonly later: JsonObject;
  readonly references: ReadonlySet<string>;
  /** True: the create adopted an existing resource, so a failure must not delete it. */
  readonly adopted: boolean;
}

type Changing = Exclude<BulkOperation, { readonly method: "POST" }>;

/** The state of one bulk request. */
class BulkWork {
  readonly #session: Session;
  readonly #definitions: ReadonlyMap<string, ResourceDefinition>;
  readonly #entries: readonly BulkEntry[];
  readonly results: BulkResults;
  readonly #ids = new Map<string, string>();
  /** bulkIds that no later operation can give an id. */
  readonly #unresolvable: Set<string>;
  readonly #references: BulkReferences;
  readonly #unfinished = new Map<number, Unfinished>();
  /** Changes that refer to resources which do not exist yet, or that wait for an earlier change of the same resource. */
  readonly #waiting = new Map<number, Changing>();
  /** By resource, the places of its waiting changes. They keep the order of changes of one resource. */
  readonly #queues = new Map<string, Set<number>>();
  /** By bulkId, the places of unfinished and waiting operations that refer to it. */
  readonly #referrers = new Map<string, number[]>();
  /** By place of a POST, the places of operations for which it is the last POST they need. */
  readonly #until = new Map<number, number[]>();
  /** bulkIds of created resources that must be deleted, because a direct or indirect reference can never be resolved. */
  readonly #doomed = new Set<string>();
  /** Places of operations that may have become possible since they were last checked. */
  readonly #news = new Set<number>();
  /** Number of operations that were begun and have ended. */
  #over = 0;

  constructor(session: Session, definitions: readonly ResourceDefinition[], request: BulkRequest) {
    this.#session = session;
    this.#definitions = new Map(definitions.map((one) => [one.type(session.rules).name, one]));
    this.#entries = request.entries;
    this.results = new BulkResults(request);
    this.#references = new BulkReferences(request.entries);
    this.#unresolvable = this.#references.unresolvable();
  }

  async run(): Promise<void> {
    for (const [index, entry] of this.#entries.entries()) {
      if (this.#isOver()) break;
      await this.#begin(index, entry);
      this.#over = index + 1;
      for (const one of this.#until.get(index) ?? []) this.#news.add(one);
      await this.#settle();
      if (this.results.failedTooOften) return this.#giveUpUnfinished(unresolvable);
    }
    // The time is over: every operation that was not begun gets this error.
    const reason = () => notReached(this.#session);
    await this.#giveUpUnfinished(reason);
    for (const index of this.#entries.keys()) if (!this.results.has(index)) this.results.fail(index, reason());
  }

  #isOver(): boolean {
    return !hasTimeTo("bulkOperation", this.#session);
  }

  async #begin(index: number, { asked }: BulkEntry): Promise<void> {
    if (asked instanceof ScimError) return this.results.fail(index, asked);
    const references = this.#references.of(index);
    if ([...references].some((bulkId) => this.#isUnresolvable(bulkId))) {
      if (asked.method === "POST") this.#lose(asked.bulkId);
      return this.results.fail(index, unresolvable());
    }
    if (asked.method === "POST") return this.#create(index, asked);
    if (this.#stateOf(references) === "wait" || this.#isBehind(index, asked)) {
      this.#waiting.set(index, asked);
      this.#queueOf(asked).add(index);
      this.#expect(index, references);
      return;
    }
    await this.#change(index, asked);
  }

  async #create(index: number, operation: Extract<BulkOperation, { method: "POST" }>): Promise<void> {
    const { type, bulkId, data } = operation;
    const { now, later } = divide(data, (reference) => !this.#isReady(reference));
    const body = resolveObject(now, (reference) => this.#ids.get(reference));
    try {
      const { id, version } = await this.#definitionOf(type).actions.create(this.#session, body);
      this.#ids.set(bulkId, id);
      if (later === undefined) this.results.succeed(index, type, id, 201, version);
      else {
        const references = referencesIn(later);
        // Only an adopted resource has an earlier version.
        this.#unfinished.set(index, { type, id, bulkId, later, references, adopted: version > 1 });
        this.#expect(index, references);
      }
    } catch (error) {
      this.#lose(bulkId);
      this.results.fail(index, error);
    }
  }

  async #change(index: number, operation: Changing): Promise<void> {
    const idOf = (bulkId: string) => this.#ids.get(bulkId);
    const { type } = operation;
    const precondition = preconditionOf(operation.version);
    const id = resolveId(operation.id, idOf);
    const session = this.#session;
    const { actions, patchStatusRule } = this.#definitionOf(type);
    try {
      switch (operation.method) {
        case "PUT": {
          const body = () => resolveObject(operation.data, idOf);
          const { record } = await actions.replace(session, id, body, precondition);
          return this.results.succeed(index, type, id, 200, record.version);
        }
        case "PATCH": {
          const readOperations = () => {
            if (operation.patch instanceof ScimError) throw operation.patch;
            session.quirks.take(operation.patch.quirks);
            return resolveOperations(operation.patch.operations, idOf);
          };
          const { record } = await actions.patch(session, id, readOperations, precondition);
          const status = patchStatusRule ? session.rules[patchStatusRule] : 200;
          return this.results.succeed(index, type, id, status, record.version);
        }
        case "DELETE":
          await actions.delete(session, id, precondition);
          return this.results.succeed(index, type, id, 204, undefined);
      }
    } catch (error) {
      this.results.fail(index, error, pathOf(type, id));
    }
  }

  /** Continues operations whose references now exist or never will, until none is left. */
  async #settle(): Promise<void> {
    for (let moved = true; moved && this.#news.size > 0; ) {
      moved = false;
      for (const [index, unfinished] of this.#unfinished) {
        if (!this.#news.has(index)) continue;
        const state = this.#stateOf(unfinished.references);
        if (state === "wait" || this.#isOver()) continue;
        moved = true;
        this.#news.delete(index);
        if (state === "unresolvable") await this.#giveUp(index, unfinished, unresolvable());
        else await this.#finish(index, unfinished);
      }
      for (const [index, operation] of this.#waiting) {
        if (this.results.failedTooOften || this.#isOver()) return;
        if (!this.#news.has(index)) continue;
        const state = this.#stateOf(this.#references.of(index));
        if (state === "wait" || (state === "resolved" && this.#isBehind(index, operation))) continue;
        moved = true;
        this.#leave(index, operation);
        if (state === "unresolvable") this.results.fail(index, unresolvable());
        else await this.#change(index, operation);
      }
    }
  }

  /** Removes the change from the queue. The next change of the same resource may then be the first. */
  #leave(index: number, operation: Changing): void {
    this.#waiting.delete(index);
    this.#news.delete(index);
    const queue = this.#queueOf(operation);
    queue.delete(index);
    const [next] = queue;
    if (next !== undefined) this.#news.add(next);
  }

  /** Checks the operation again when the last of its references exists, or one of them never will. */
  #expect(index: number, references: ReadonlySet<string>): void {
    for (const bulkId of references) listAt(this.#referrers, bulkId).push(index);
    listAt(this.#until, this.#references.lastOf(references)).push(index);
  }

  /** No operation will give the bulkId an id, so resources created with a reference to it must go. */
  #lose(bulkId: string): void {
    this.#unresolvable.add(bulkId);
    const lost = new Set([bulkId]);
    // The loop also visits entries that are added to the set meanwhile.
    for (const one of lost) {
      for (const index of this.#referrers.get(one) ?? []) {
        if (one === bulkId) this.#news.add(index);
        const referring = this.#unfinished.get(index)?.bulkId;
        if (referring === undefined || this.#doomed.has(referring)) continue;
        this.#doomed.add(referring);
        lost.add(referring);
      }
    }
  }

  async #finish(index: number, unfinished: Unfinished): Promise<void> {
    const { type, id, later } = unfinished;
    const { rules, quirks } = this.#session;
    const value = resolveObject(later, (reference) => this.#ids.get(reference));
    const add = () => resolvePatch(type, [{ op: "add", path: undefined, value }], rules, quirks);
    try {
      const { record } = await this.#definitionOf(type).actions.patch(this.#session, id, add, undefined);
      this.#unfinished.delete(index);
      this.results.succeed(index, type, id, 201, record.version);
    } catch (error) {
      await this.#giveUp(index, unfinished, error);
    }
  }

  /** A failed operation leaves nothing: a resource that was created without its references is deleted. */
  async #giveUp(index: number, { type, id, bulkId, adopted }: Unfinished, reason: unknown): Promise<void> {
    this.#unfinished.delete(index);
    this.#ids.delete(bulkId);
    this.#lose(bulkId);
    const leftBehind = bulkError("busy.bulkUnfinished", [], { "Retry-After": "2" });
    try {
      if (adopted || !hasTimeTo("bulkClearing", this.#session)) throw leftBehind;
      // No guard: a resource that this request created is no removal to hold.
      await this.#definitionOf(type).actions.delete({ ...this.#session, guard: undefined }, id, undefined);
      this.results.fail(index, reason);
    } catch {
      this.results.fail(index, leftBehind, pathOf(type, id));
    }
  }

  async #giveUpUnfinished(reason: () => ScimError): Promise<void> {
    for (const [index, unfinished] of this.#unfinished) await this.#giveUp(index, unfinished, reason());
  }

  #stateOf(references: ReadonlySet<string>): "resolved" | "wait" | "unresolvable" {
    if ([...references].some((bulkId) => this.#isUnresolvable(bulkId))) return "unresolvable";
    return [...references].every((bulkId) => this.#isReady(bulkId)) ? "resolved" : "wait";
  }

  /** Whether it has an id and stays, since all its direct and indirect references are resolved. */
  #isReady(bulkId: string): boolean {
    const needed = this.#references.lastOf([bulkId]);
    return this.#ids.has(bulkId) && !this.#doomed.has(bulkId) && needed < this.#over;
  }

  #isUnresolvable(bulkId: string): boolean {
    return this.#unresolvable.has(bulkId) || !this.#references.isKnown(bulkId);
  }

  /** Whether an earlier change of the same resource still waits. */
  #isBehind(index: number, operation: Changing): boolean {
    const [first] = this.#queueOf(operation);
    return first !== undefined && first < index;
  }

  #queueOf({ type, id }: Changing): Set<number> {
    const resource = `${type.name} ${resolveId(id, (bulkId) => `bulkId:${bulkId}`)}`;
    const queue = this.#queues.get(resource) ?? new Set();
    this.#queues.set(resource, queue);
    return queue;
  }

  #definitionOf({ name }: ResourceType): ResourceDefinition {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new Error("an operation on a resource of no type");
    return definition;
  }
}
