import { counted } from "./counters.ts";
import {
  addDerived,
  type DerivedItem,
  derivedItems,
  holdersOf,
  leftoversOf,
  type Moves,
  movesBetween,
  type ReleaseForm,
  removeDerived,
} from "./derivedItems.ts";
import { listCountIn } from "./groupLists.ts";
import { isIdOf } from "./keys.ts";
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
import type { LookupKeys, TypeLayout } from "./storedTypes.ts";
import { ABSENT, type Action, type Condition, type Fitting, type Item, type Refusal } from "./table.ts";
import { deletionItems } from "./tombstone.ts";
import type { OrgView } from "./view.ts";

/** How many half-done changes of one resource a write clears before it returns; the caller decides whether there is time for more. */
export const REPAIRS = 4;

/** The methods that queries need: resources that are only read may come from elsewhere. */
export type ReadableResources<R extends ResourceRecord> = Pick<
  StoredResources<R>,
  "find" | "findMany" | "page" | "list" | "scan"
>;

/** The store operations that are the same for every type. SCHEMA.md describes the items. */
export abstract class StoredResources<R extends ResourceRecord> {
  readonly view: OrgView;
  readonly type: TypeLayout;
  readonly #listed: readonly string[] | undefined;

  /** @param listed attributes to read of each resource when more than one is read; absent: those of the type */
  constructor(view: OrgView, type: TypeLayout, listed?: readonly string[]) {
    this.view = view;
    this.type = type;
    this.#listed = listed;
  }

  protected abstract readonly recordOf: (item: Item) => R;

  get #list(): ListedItems<R> {
    return { type: this.type, only: this.#listed ?? listedAttributes(this.type), recordOf: this.recordOf };
  }

  async find(id: string): Promise<R | undefined> {
    if (!isIdOf(this.type, id)) return undefined;
    const item = await this.view.get(this.view.keys.resource(id));
    if (this.type.listsGroups) this.view.listed.set(id, listCountIn(item));
    return item && this.recordOf(item);
  }

  /** The resource as read together with the token, where nobody has asked for it yet. */
  peek(id: string): R | undefined {
    const item = isIdOf(this.type, id) ? this.view.peek(this.view.keys.resource(id)) : undefined;
    return item && this.recordOf(item);
  }

  /** In the order of `ids`; ids without a resource are left out. */
  async findMany(ids: readonly string[]): Promise<R[]> {
    const known = ids.filter((id) => isIdOf(this.type, id));
    // Group items are small. User items are not: reading past other users costs as much as asking for each.
    if (this.type.hasMembers) return inOrder(known, await findAmong(this.view, this.#list, known));
    const { only, recordOf } = this.#list;
    const keys = known.map((id) => this.view.keys.resource(id));
    return (await this.view.getMany(keys, only)).map(recordOf);
  }

  /** Ids of resources that may have this name, ascending. A unique name has at most one, its holder. */
  async idsByName(key: string): Promise<string[]> {
    if (key === "") return [];
    return holdersOf((await this.view.get(this.view.keys.name(this.type, key))) ?? {}).sort();
  }

  /** Ids of all resources whose name key begins with `prefix`, in no order; undefined when there are more than `limit`. */
  idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined> {
    return this.view.idsByPrefix(this.view.keys.names(this.type), prefix, limit, holdersOf);
  }

  /** Ids of resources that may have this value, ascending. The caller must check each record. */
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

  /** Resources in the org's stable order, after the id `after`: changes elsewhere do not shift the page. */
  list(limit: number, after?: string): Promise<Listed<R>> {
    return listOf(this.view, this.#list, limit, after);
  }

  /** Every resource once, in the stable order, page by page. */
  scan(): AsyncIterable<readonly R[]> {
    return scanOf(this.view, this.#list);
  }

  abstract replace(previous: R, write: ResourceWrite, stamp: Stamp): Promise<Changed<R>>;

  /** Removes the resource for every reader at once and frees its names; a tombstone stays for 30 days. */
  async delete(previous: R, stamp: Stamp): Promise<Deleted> {
    const { keys } = this.view;
    const { id, version } = previous;
    const own = { delete: keys.resource(id), condition: unchangedSince(version) };
    const moving = this.moving(id, movesBetween(derivedItems(keys, this.type, previous), []));
    const remains = [counted(keys, id, -1), ...deletionItems(keys, this.type, previous, stamp)];
    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const refusals = await this.view.write([own, ...moving, ...remains]);
      if (refusals.length === 0) {
        this.view.deleted.add(id);
        return { outcome: "deleted" };
      }
      const refused = refusalOf(refusals, OWN);
      if (refused !== undefined && refused.stored === undefined) return { outcome: "missing" };
      if (refused === undefined || !isHalfDone(refused, version)) return { outcome: "stale" };
      await this.repair(id, refused);
    }
    return { outcome: "stale" };
  }

  /** The actions that create a resource: its own item first, its name second. */
  insertion(record: R, own: Item, nameUnique = false): Action[] {
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

  /** The actions behind a change of the resource's own item: the move of its name first, then the others. */
  protected moving(id: string, { released, claimed, puts, deletes }: Moves, nameUnique = false): (Action | Fitting)[] {
    return [
      ...(released === undefined ? [] : [releasing(released, id)]),
      ...(claimed === undefined ? [] : [addDerived(claimed, id, nameUnique)]),
      ...puts.map((item) => addDerived(item, id, false)),
      ...deletes.map((item) => removeDerived(item, id, "only")),
    ];
  }

  /** Removes the leftovers of a two-step change that was interrupted after its first step. */
  protected async repair(id: string, { stored }: Refusal): Promise<void> {
    if (stored !== undefined) await this.clear(id, String(stored.w), storedRecord(this.type, stored).keys);
  }

  /** @param widened `w` of the resource @param stored the resource's current keys */
  protected async clear(id: string, widened: string, stored: LookupKeys): Promise<void> {
    const { keys } = this.view;
    const condition: Condition = { all: [{ equals: ["w", widened] }] };
    const deletes = leftoversOf(keys, this.type, id, widened, stored);
    const own = { update: keys.resource(id), remove: ["w"], condition };
    await this.view.write([own, ...this.moving(id, { puts: [], deletes })]);
  }
}

function inOrder<R extends ResourceRecord>(ids: readonly string[], records: readonly R[]): R[] {
  const known = new Map(records.map((record) => [record.id, record]));
  return ids.flatMap((id) => known.get(id) ?? []);
}

/** There are two forms of giving up a shared name, tried in turn: as its only holder, or as one of several. */
function releasing(name: DerivedItem, id: string): Fitting {
  let form: ReleaseForm = "only";
  return {
    form: () => removeDerived(name, id, form),
    learn: () => {
      form = form === "only" ? "oneOfSeveral" : "only";
    },
  };
}

/** Positions in every transaction: the resource's own item, a new resource's name, the name that replaces a released one. */
export const OWN = 0;
export const NAMED = 1;
export const CLAIMED = 2;

export function refusalOf(refusals: readonly Refusal[], place: number): Refusal | undefined {
  for (const refusal of refusals) if (refusal.index === place) return refusal;
  return undefined;
}

/** Signals a fault in this code or in the table. */
export function refusedForNothing(): Error {
  return new Error("a write was refused without a possible reason");
}

/** For a creation where only the name can be refused. */
export function onlyTaken<R>(made: CreatedBeside<R>): Created<R> {
  if (made.outcome === "refused") throw refusedForNothing();
  return made;
}

/** Nobody else has written the resource, and no two-step change is open. */
export function unchangedSince(version: number): Condition {
  return { all: [{ equals: ["v", version] }, { missing: "w" }] };
}

/** Whether it was refused because this same write was applied before and its answer was lost. */
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
