import { counted } from "./counters.ts";
import { actionsIn, derivedItems, type Moves, movesBetween, removeDerived } from "./derivedItems.ts";
import { LIST_ATTRIBUTES } from "./groupLists.ts";
import type { Changed, Created, CreatedBeside, ResourceRecord, ResourceWrite, Stamp, Taken } from "./records.ts";
import {
  listedAttributes,
  newWriteId,
  resourceItem,
  resourceRecord,
  resourceState,
  widenedText,
} from "./resourceItems.ts";
import {
  CLAIMED,
  isApplied,
  isHalfDone,
  NAMED,
  OWN,
  onlyTaken,
  REPAIRS,
  refusalOf,
  StoredResources,
  taken,
  unchangedSince,
} from "./resources.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Action, type Refusal, type Update } from "./table.ts";
import type { OrgView } from "./view.ts";

type Adopted =
  | { readonly outcome: "adopted"; readonly record: ResourceRecord }
  | Taken
  /** It has changed or is gone: read again. */
  | { readonly outcome: "stale" }
  /** A two-step change of it is running or was interrupted. */
  | { readonly outcome: "halfDone" }
  /** The `settled` condition failed. */
  | { readonly outcome: "unsettled" }
  /** It needs more actions than one transaction carries. */
  | { readonly outcome: "tooLarge" };

/** Resources of a type without members; each change writes the whole resource. */
export class ResourceStore extends StoredResources<ResourceRecord> {
  protected readonly recordOf = resourceRecord;

  /** The same store, but its lists include the groups of each user. */
  get withGroups(): ResourceStore {
    return new ResourceStore(this.view, this.type, [...listedAttributes(this.type), ...LIST_ATTRIBUTES]);
  }

  async create(id: string, write: ResourceWrite, stamp: Stamp): Promise<Created<ResourceRecord>> {
    return onlyTaken(await this.createBeside(id, write, [], stamp));
  }

  /** In one transaction with `more`. */
  async createBeside(
    id: string,
    write: ResourceWrite,
    more: readonly Action[],
    stamp: Stamp,
  ): Promise<CreatedBeside<ResourceRecord>> {
    const { record, own } = this.#created(id, write, stamp);
    const actions = this.insertion(record, own, write.nameUnique);
    return this.inserted(record, own, await this.view.write([...actions, ...more]));
  }

  #created(id: string, { attributes, keys }: ResourceWrite, stamp: Stamp) {
    const record = { id, version: 1, created: stamp.at, lastModified: stamp.at, attributes, keys, ...this.#inNoGroup };
    return { record, own: resourceItem(this.view.keys, record, newWriteId(stamp)) };
  }

  get #inNoGroup(): Pick<ResourceRecord, "groupIds"> {
    return this.type.listsGroups ? { groupIds: [] } : {};
  }

  /** Like `createBeside`, unless a resource of the org's other side has the name. */
  async createUnlessNamed(
    id: string,
    write: ResourceWrite,
    more: readonly Action[],
    stamp: Stamp,
    other: OrgView,
  ): Promise<CreatedBeside<ResourceRecord> | { readonly outcome: "elsewhere"; readonly holder: string }> {
    const { record, own } = this.#created(id, write, stamp);
    const actions = this.insertion(record, own);
    const free = { check: other.keys.name(this.type, write.keys.name), condition: ABSENT };
    const refusals = await this.view.write([...actions, free, ...more]);
    const made = this.inserted(record, own, refusals);
    const elsewhere = refusalOf(refusals, actions.length);
    if (made.outcome !== "refused" || elsewhere === undefined) return made;
    return { ...taken(elsewhere), outcome: "elsewhere" };
  }

  /**
   * Takes over a resource of the other side, under its id, in one transaction. Items that refer to the id, such as
   * memberships, stay.
   * @param previous as read on the other side; succeeds only while the stored version is the same
   * @param settled a check that the permission to adopt has not changed
   */
  async adopt(
    previous: ResourceRecord,
    write: ResourceWrite,
    stamp: Stamp,
    other: OrgView,
    settled: Action,
  ): Promise<Adopted> {
    const { id, created } = previous;
    const version = previous.version + 1;
    const record = { ...write, id, version, created, lastModified: stamp.at, ...this.#inNoGroup };
    const own = resourceItem(this.view.keys, record, newWriteId(stamp));
    const coming = this.insertion(record, own);
    const going: Action[] = [
      { delete: other.keys.resource(id), condition: unchangedSince(previous.version) },
      ...derivedItems(other.keys, this.type, previous).map((item) => removeDerived(item, id, "only")),
      counted(other.keys, id, -1),
    ];
    const actions = [settled, ...going];
    if (coming.length + actions.length > ACTIONS_PER_TRANSACTION) return { outcome: "tooLarge" };
    const refusals = await this.view.write([...coming, ...actions]);
    const refused = refusalOf(refusals, OWN);
    if (refusals.length === 0 || (refused !== undefined && isApplied(refused, own.lr))) {
      return { outcome: "adopted", record };
    }
    if (refusalOf(refusals, coming.length) !== undefined) return { outcome: "unsettled" };
    const left = refusalOf(refusals, coming.length + 1);
    if (left !== undefined && isHalfDone(left, previous.version)) return { outcome: "halfDone" };
    // Another request adopted, changed or deleted it.
    if (left !== undefined || refused !== undefined) return { outcome: "stale" };
    return taken(refusalOf(refusals, NAMED));
  }

  /** Succeeds only while the stored version is `previous.version`. */
  async replace(previous: ResourceRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<ResourceRecord>> {
    const { keys } = this.view;
    const { id } = previous;
    const { attributes, keys: lookup } = write;
    const record = { ...previous, version: previous.version + 1, lastModified: stamp.at, attributes, keys: lookup };
    const writeId = newWriteId(stamp);
    const change = { update: keys.resource(id), set: resourceState(record, writeId) };
    const moves = movesBetween(derivedItems(keys, this.type, previous), derivedItems(keys, this.type, record));
    const own = { ...change, condition: unchangedSince(previous.version) };

    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const refusals =
        1 + actionsIn(moves) <= ACTIONS_PER_TRANSACTION
          ? await this.view.write([own, ...this.moving(id, moves, write.nameUnique)])
          : await this.#replaceInTwo(previous, write, change, moves, writeId);
      const refused = refusalOf(refusals, OWN);
      if (refusals.length === 0 || (refused !== undefined && isApplied(refused, writeId))) {
        return { outcome: "changed", record };
      }
      const name = refusalOf(refusals, CLAIMED);
      if (refused === undefined) return name === undefined ? { outcome: "stale" } : taken(name);
      if (refused.stored === undefined) return { outcome: "missing" };
      if (!isHalfDone(refused, previous.version)) return { outcome: "stale" };
      await this.repair(id, refused);
    }
    return { outcome: "stale" };
  }

  /**
   * For more changed values than one transaction can carry. First the new index items, listed on the resource in `w`; then
   * the change itself. In between, or after a crash there, the new items lead to a resource without the value, which
   * readers notice; the next writer of the resource sees `w` and removes them.
   */
  async #replaceInTwo(
    previous: ResourceRecord,
    write: ResourceWrite,
    change: Update,
    moves: Moves,
    writeId: string,
  ): Promise<readonly Refusal[]> {
    const { id, version } = previous;
    const widened = widenedText(writeId, write.keys);
    const widening = {
      update: this.view.keys.resource(id),
      set: { w: widened },
      condition: unchangedSince(version),
    };
    const early = await this.view.write([widening, ...this.moving(id, { puts: moves.puts, deletes: [] })]);
    if (early.length > 0) return early;
    const condition = { all: [{ equals: ["v", version] }, { equals: ["w", widened] }] } as const;
    const own = { ...change, remove: ["w"], condition };
    const refusals = await this.view.write([own, ...this.moving(id, { ...moves, puts: [] }, write.nameUnique)]);
    const nameRefused = refusals.length > 0 && refusalOf(refusals, OWN) === undefined;
    if (nameRefused) await this.clear(id, widened, previous.keys);
    return refusals;
  }
}
