import { actionsIn, derivedItems, type Moves, movesBetween } from "./derivedItems.ts";
import type { Changed, Created, CreatedBeside, ResourceRecord, ResourceWrite, Stamp } from "./records.ts";
import { newWriteId, resourceItem, resourceRecord, widenedText } from "./resourceItems.ts";
import {
  CLAIMED,
  isApplied,
  isHalfDone,
  OWN,
  REPAIRS,
  refusalOf,
  StoredResources,
  taken,
  unchangedSince,
} from "./resources.ts";
import { ACTIONS_PER_TRANSACTION, type Action, type Item, type Refusal } from "./table.ts";

/** Resources of a type without members, each changed as a whole. */
export class ResourceStore extends StoredResources<ResourceRecord> {
  protected recordOf(item: Item): ResourceRecord {
    return resourceRecord(item);
  }

  create(id: string, write: ResourceWrite, stamp: Stamp): Promise<Created<ResourceRecord>> {
    const { record, own } = this.#created(id, write, stamp);
    return this.insert(record, own, write.nameUnique);
  }

  /** Together with `more`, or not at all. */
  createBeside(
    id: string,
    write: ResourceWrite,
    more: readonly Action[],
    stamp: Stamp,
  ): Promise<CreatedBeside<ResourceRecord>> {
    const { record, own } = this.#created(id, write, stamp);
    return this.insertBeside(record, own, write.nameUnique === true, more);
  }

  #created(id: string, { attributes, keys }: ResourceWrite, stamp: Stamp) {
    const record = { id, version: 1, created: stamp.at, lastModified: stamp.at, attributes, keys };
    return { record, own: resourceItem(this.view.keys, record, newWriteId(stamp)) };
  }

  /** Succeeds only while the stored version is `previous.version`. */
  async replace(previous: ResourceRecord, write: ResourceWrite, stamp: Stamp): Promise<Changed<ResourceRecord>> {
    const { keys } = this.view;
    const { id, created } = previous;
    const version = previous.version + 1;
    const record = { id, version, created, lastModified: stamp.at, attributes: write.attributes, keys: write.keys };
    const writeId = newWriteId(stamp);
    const item = resourceItem(keys, record, writeId);
    const moves = movesBetween(derivedItems(keys, this.type, previous), derivedItems(keys, this.type, record));
    const own = { put: item, condition: unchangedSince(previous.version) };

    for (let repairs = 0; repairs < REPAIRS; repairs++) {
      const refusals =
        1 + actionsIn(moves) <= ACTIONS_PER_TRANSACTION
          ? await this.write(id, own, moves, [], write.nameUnique)
          : await this.#replaceInTwo(previous, write, item, moves, writeId);
      if (refusals === undefined) return { outcome: "stale" };
      const refused = refusalOf(refusals, OWN);
      if (refusals.length === 0 || (refused !== undefined && isApplied(refused, writeId))) {
        return { outcome: "changed", record };
      }
      if (refused === undefined) return taken(refusalOf(refusals, CLAIMED));
      if (refused.stored === undefined) return { outcome: "missing" };
      if (!isHalfDone(refused, previous.version)) return { outcome: "stale" };
      await this.repair(id, refused);
    }
    return { outcome: "stale" };
  }

  /**
   * More values changed than one transaction can carry. First the new index items, listed on the resource in `w`, then the
   * change itself. In between, and after a crash in between, the new items lead to a resource without the value, which
   * readers notice; the next writer of the resource sees `w` and clears them away.
   */
  async #replaceInTwo(
    previous: ResourceRecord,
    write: ResourceWrite,
    item: Item,
    moves: Moves,
    writeId: string,
  ): Promise<readonly Refusal[] | undefined> {
    const { id, version } = previous;
    const widened = widenedText(writeId, write.keys);
    const widening = {
      update: this.view.keys.resource(id),
      set: { w: widened },
      condition: unchangedSince(version),
    };
    const early = await this.write(id, widening, { puts: moves.puts, deletes: [] });
    if (early === undefined || early.length > 0) return early;
    const own = { put: item, condition: { all: [{ equals: ["v", version] }, { equals: ["w", widened] }] } } as const;
    const refusals = await this.write(id, own, { ...moves, puts: [] }, [], write.nameUnique);
    const nameRefused = refusals === undefined || (refusals.length > 0 && refusalOf(refusals, OWN) === undefined);
    if (nameRefused) await this.clear(id, widened, previous.keys);
    return refusals;
  }
}
