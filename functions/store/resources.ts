import { counted } from "./counters.ts";
import {
  addDerived,
  derivedItems,
  holdersOf,
  leftoversOf,
  type Moves,
  movesBetween,
  removeDerived,
} from "./derivedItems.ts";
import { listCountIn } from "./groupLists.ts";
import { findAmong, type ListedItems, listOf, pageOf, scanOf } from "./listing.ts";
import type {
  Changed,
  Created,
  CreatedBeside,
  Deleted,
  Listed,
  Page,
  ResourceRecord,
  ResourceWrite,
  Stamp,
} from "./records.ts";
import { listedAttributes, storedRecord } from "./resourceItems.ts";
import { isIdOf, type LookupKeys, type TypeLayout } from "./storedType.ts";
import { ABSENT, type Action, type Condition, type Item, type Refusal } from "./table.ts";
import { deletionItems } from "./tombstone.ts";
import type { OrgView } from "./view.ts";

/** Half-done changes of one resource that a write clears away before it leaves it to its caller whether there is time for more. */
export const REPAIRS = 4;
/** How often the two forms of giving a shared name up are tried in turn, while others take and leave the same name. */
const NAME_TRIES = 6;

/** As far as a query goes: where resources come from that are read and never written may be another place. */
export type ReadableResources<R extends ResourceRecord> = Pick<
  StoredResources<R>,
  "find" | "findMany" | "page" | "list" | "scan"
>;

/** What the store does alike with resources of every type: SCHEMA.md has the items. */
export abstract class StoredResources<R extends ResourceRecord> {
  protected readonly view: OrgView;
  protected readonly type: TypeLayout;
  readonly #listed: readonly string[];

  /** @param listed attributes that are read of each resource but a single one */
  constructor(view: OrgView, type: TypeLayout, listed = listedAttributes(type)) {
    this.view = view;
    this.type = type;
    this.#listed = listed;
  }

  protected abstract recordOf(item: Item): R;

  get #list(): ListedItems<R> {
    return { type: this.type, only: this.#listed, recordOf: (item) => this.recordOf(item) };
  }

  async find(id: string): Promise<R | undefined> {
    if (!isIdOf(this.type, id)) return undefined;
    const item = await this.view.get(this.view.keys.resource(id));
    if (this.type.listsGroups) this.view.listed.set(id, listCountIn(item));
    return item && this.recordOf(item);
  }

  /** As the request has read it with its token, where nobody has asked for it yet. */
  peek(id: string): R | undefined {
    const item = isIdOf(this.type, id) ? this.view.peek(this.view.keys.resource(id)) : undefined;
    return item && this.recordOf(item);
  }

  /** In the order of `ids`; ids without a resource are left out. */
  async findMany(ids: readonly string[]): Promise<R[]> {
    const known = ids.filter((id) => isIdOf(this.type, id));
    // The items of groups are small. Those of users are not: reading past others costs as much as asking.
    if (this.type.hasMembers) return inOrder(known, await findAmong(this.view, this.#list, known));
    const { only, recordOf } = this.#list;
    const keys = known.map((id) => this.view.keys.resource(id));
    return (await this.view.getMany(keys, only)).map(recordOf);
  }

  /** Ids whose resource may have this name, ascending: of a unique name one at most, which has it. */
  async idsByName(key: string): Promise<string[]> {
    if (key === "") return [];
    return holdersOf((await this.view.get(this.view.keys.name(this.type, key))) ?? {}).sort();
  }

  /** Ids of all resources whose name key begins so, in no order; undefined when there are more than `limit`. */
  idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    return this.view.idsByPrefix(this.view.keys.names(this.type), prefix, limit, holdersOf);
  }

  /** Ids whose resource may have this value (candidates: check the record), ascending. */
  idsByExternalId(externalId: string): Promise<string[]> {
    return this.view.idsOf(this.view.byValue(this.view.keys.externalIds(this.type), externalId));
  }

  /** The same for the further values of a type: the e-mails of users. */
  idsByValue(key: string): Promise<string[]> {
    return this.view.idsOf(this.view.byValue(this.view.keys.values(this.type), key));
  }

  /** Resources in the org's stable order (by id), from the 0-based `start`; cost does not grow with `start`. */
  page(start: number, limit: number): Promise<Page<R>> {
    return pageOf(this.view, this.#list, start, limit);
  }

  /** Resources in the org's stable order, beginning behind the id `after`: a page that no change elsewhere shifts. */
  list(limit: number, after?: string): Promise<Listed<R>> {
    return listOf(this.view, this.#list, limit, after);
  }

  /** Every resource once, in stable order, a page at a time. */
  scan(): AsyncIterable<readonly R[]> {
    return scanOf(this.view, this.#list);
  }

  abstract replace(previous: R, write: ResourceWrite, stamp: Stamp): Promise<Changed<R>>;

  /** The resource is gone for every reader at once, its names are free, a tombstone stays for 30 days. */
  async delete(previous: R, stamp: Stamp): Promise<Deleted> {
    const { keys } = this.view;
    const { id, version } = previous;
    const own = { delete: keys.resource(id), condition: unchangedSince(version) };
    const moves = movesBetween(derivedItems(keys, this.type, previous), []);
    const traces = [counted(keys, id, -1), ...deletionItems(keys, this.type, previous, stamp)];
    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const refusals = await this.write(id, own, moves, traces);
      const refused = refusals && refusalOf(refusals, OWN);
      if (refusals !== undefined && refused === undefined) {
        this.view.deleted.add(id);
        return { outcome: "deleted" };
      }
      if (refused !== undefined && refused.stored === undefined) return { outcome: "missing" };
      if (refused === undefined || !isHalfDone(refused, version)) return { outcome: "stale" };
      await this.repair(id, refused);
    }
    return { outcome: "stale" };
  }

  /** @param own the item of the resource */
  protected async insert(record: R, own: Item, nameUnique = false): Promise<Created<R>> {
    return onlyTaken(await this.insertBeside(record, own, nameUnique, []));
  }

  /** @param more written in the same transaction */
  protected async insertBeside(
    record: R,
    own: Item,
    nameUnique: boolean,
    more: readonly Action[],
  ): Promise<CreatedBeside<R>> {
    return this.inserted(record, own, await this.view.write([...this.insertion(record, own, nameUnique), ...more]));
  }

  /** What makes a resource, its own item first and its name second. */
  protected insertion(record: R, own: Item, nameUnique = false): Action[] {
    const { keys } = this.view;
    const { id } = record;
    if (!isIdOf(this.type, id)) throw new Error(`not the id of a ${this.type.kind}`);
    return [
      { put: own, condition: ABSENT },
      ...derivedItems(keys, this.type, record).map((item) => addDerived(item, id, nameUnique)),
      counted(keys, id, 1),
    ];
  }

  /** @param refusals of a transaction that begins with `insertion` */
  protected inserted(record: R, own: Item, refusals: readonly Refusal[]): CreatedBeside<R> {
    const refused = refusalOf(refusals, OWN);
    if (refused !== undefined && !isApplied(refused, own.lr)) throw new Error(`a new ${this.type.kind}'s id is in use`);
    if (refused !== undefined || refusals.length === 0) return { outcome: "created", record };
    const name = refusalOf(refusals, NAMED);
    return name === undefined ? { outcome: "refused" } : taken(name);
  }

  /**
   * Writes a change of the resource's own item, then the move of its name, then the others. Giving a shared name up takes
   * the form that fits whether others have it.
   * @returns undefined when others came and went each time, so that no form did
   */
  protected async write(
    id: string,
    own: Action,
    { released, claimed, puts, deletes }: Moves,
    more: readonly Action[] = [],
    nameUnique = false,
  ): Promise<readonly Refusal[] | undefined> {
    const rest = [
      ...(claimed === undefined ? [] : [addDerived(claimed, id, nameUnique)]),
      ...puts.map((item) => addDerived(item, id, false)),
      ...deletes.map((item) => removeDerived(item, id, "only")),
      ...more,
    ];
    if (released === undefined) return this.view.write([own, ...rest]);
    for (let tries = 0; tries < NAME_TRIES; tries++) {
      const form = tries % 2 === 0 ? "only" : "oneOfSeveral";
      const refusals = await this.view.write([own, removeDerived(released, id, form), ...rest]);
      const formRefused = refusals.length > 0 && refusals.every(({ index }) => index === RELEASED);
      if (!formRefused) return refusals;
    }
    return undefined;
  }

  /** Clears away what a two-step change left behind that did not get to its second step. */
  protected async repair(id: string, { stored }: Refusal): Promise<void> {
    if (stored !== undefined) await this.clear(id, String(stored.w), storedRecord(this.type, stored).keys);
  }

  /** @param widened `w` of the resource @param stored the keys that it has */
  protected async clear(id: string, widened: string, stored: LookupKeys): Promise<void> {
    const { keys } = this.view;
    const condition: Condition = { all: [{ equals: ["w", widened] }] };
    await this.write(
      id,
      { update: keys.resource(id), remove: ["w"], condition },
      { puts: [], deletes: leftoversOf(keys, this.type, id, widened, stored) },
    );
  }
}

function inOrder<R extends ResourceRecord>(ids: readonly string[], records: readonly R[]): R[] {
  const known = new Map(records.map((record) => [record.id, record]));
  return ids.flatMap((id) => known.get(id) ?? []);
}

/** The places in every transaction: of the resource's own item, of a new one's name, of one given up, of one that takes its place. */
export const OWN = 0;
export const NAMED = 1;
export const RELEASED = 1;
export const CLAIMED = 2;

export function refusalOf(refusals: readonly Refusal[], place: number): Refusal | undefined {
  for (const refusal of refusals) if (refusal.index === place) return refusal;
  return undefined;
}

/** A fault of ours, or of the table. */
export function refusedForNothing(): Error {
  return new Error("a write was refused for no reason that it can have");
}

/** Of a creation whose name alone can be refused. */
export function onlyTaken<R>(made: CreatedBeside<R>): Created<R> {
  if (made.outcome === "refused") throw refusedForNothing();
  return made;
}

/** Nobody else wrote the resource, nor is in the middle of a change in two steps. */
export function unchangedSince(version: number): Condition {
  return { all: [{ equals: ["v", version] }, { missing: "w" }] };
}

/** Whether it was refused because the very write was applied before, and the answer got lost. */
export function isApplied(refused: Refusal, writeId: Item[string]): boolean {
  return refused.stored !== undefined && refused.stored.lr === writeId;
}

export function isHalfDone({ stored }: Refusal, version: number): boolean {
  return stored?.v === version && stored.w !== undefined;
}

/** @param name the refusal of a name that is not free */
export function taken(name: Refusal | undefined): { readonly outcome: "taken"; readonly holder: string } {
  const [holder] = holdersOf(name?.stored ?? {}).sort();
  if (holder === undefined) throw refusedForNothing();
  return { outcome: "taken", holder };
}
