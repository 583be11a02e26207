import { actionsIn, derivedItems, type Moves, movesBetween } from "./derivedItems.ts";
import { LIST_ATTRIBUTES } from "./groupLists.ts";
import type { Changed, Created, CreatedBeside, ResourceRecord, ResourceWrite, Stamp } from "./records.ts";
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
  OWN,
  onlyTaken,
  REPAIRS,
  refusalOf,
  StoredResources,
  taken,
  unchangedSince,
} from "./resources.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Refusal, type Update } from "./table.ts";

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
    { attributes, keys, nameUnique }: ResourceWrite,
    more: readonly Action[],
    stamp: Stamp,
  ): Promise<CreatedBeside<ResourceRecord>> {
    const inNoGroup = this.type.listsGroups ? { groupIds: [] } : {};
    const record = { id, version: 1, created: stamp.at, lastModified: stamp.at, attributes, keys, ...inNoGroup };
    const own = resourceItem(this.view.keys, record, newWriteId(stamp));
    const actions = this.insertion(record, own, nameUnique);
    const refusals = await this.view.write([...actions, ...more]);
    const made = this.inserted(record, own, refusals);
    return made.outcome === "refused" ? { ...made, first: refusalOf(refusals, actions.length) } : made;
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
