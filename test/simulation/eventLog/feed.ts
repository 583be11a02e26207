import { keyText } from "../../../functions/store/keys.ts";
import type { ItemChange } from "../../../functions/store/table.ts";
import type { Chance } from "../world.ts";

/** A part of the stream that is read in order. Its child continues after its end. */
interface Lane {
  readonly records: ItemChange[];
  busy: boolean;
  child: Lane | undefined;
}

/**
 * DynamoDB's stream as Lambda reads it: order holds only within an item, records come at least once, one invocation after the
 * other reads a lane, and shards split.
 */
export class Feed {
  readonly #chance: Chance;
  readonly #lanes: Lane[];

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#lanes = Array.from({ length: 1 + chance.below(3) }, newLane);
  }

  /** Records of one transaction arrive separately: a later one may overtake those of other items. */
  push(change: ItemChange): void {
    const lane = this.#laneOf(change);
    lane.records.push(change);
    const { records } = lane;
    for (let at = records.length - 1; at > 0 && this.#chance.next() < 0.3; at -= 1) {
      const [before, own] = [records[at - 1], records[at]];
      // Nothing overtakes records that an invocation holds, nor its own item's.
      if (lane.busy || before === undefined || own === undefined || keyText(before.key) === keyText(own.key)) break;
      records[at - 1] = own;
      records[at] = before;
    }
  }

  #laneOf({ key }: ItemChange): Lane {
    let hash = 7;
    for (const character of keyText(key)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
    const found = this.#lanes[hash % this.#lanes.length];
    if (found === undefined) throw new Error("a feed without lanes");
    let lane = found;
    while (lane.child !== undefined) lane = lane.child;
    return lane;
  }

  /** A lane's further records go to a new lane, which is read when the first is empty. */
  split(): void {
    const lane = this.#lanes[this.#chance.below(this.#lanes.length)];
    if (lane !== undefined && lane.child === undefined) lane.child = newLane();
  }

  get isEmpty(): boolean {
    return this.#lanes.every((lane) => lane.records.length === 0 && (lane.child?.records.length ?? 0) === 0);
  }

  /** A free batch; undefined where every lane is empty or busy. */
  take(most: number): Batch | undefined {
    const ready = this.#lanes.flatMap((lane) =>
      lane.records.length > 0 ? [lane] : lane.child === undefined ? [] : [lane.child],
    );
    const free = ready.filter(({ busy, records }) => !busy && records.length > 0);
    const lane = free[this.#chance.below(Math.max(1, free.length))];
    if (lane === undefined) return undefined;
    lane.busy = true;
    // A failed batch comes again in other sizes: Lambda bisects it.
    const records = lane.records.slice(0, 1 + this.#chance.below(most));
    return {
      records,
      done: (count) => {
        lane.records.splice(0, count);
        lane.busy = false;
      },
    };
  }
}

export interface Batch {
  readonly records: readonly ItemChange[];
  /** The first `count` records are done or given up; the others come again. */
  done(count: number): void;
}

function newLane(): Lane {
  return { records: [], busy: false, child: undefined };
}
