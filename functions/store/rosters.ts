import type { GroupRecord } from "./records.ts";
import { sumOfIds } from "./resourceItems.ts";

/** Smaller groups are cheap to read, and there are many of them. */
const SMALLEST = 100;
/** Room for ids in characters, one byte each. */
const ROOM = 4 * 2 ** 20;

interface Kept {
  /** The group's version, member count and sum when it had these members. */
  readonly state: string;
  /** The ids, separated by spaces. */
  readonly text: string;
}

/**
 * Stored members of large groups that this process has read (ADR 51). Kept ids are used only for a group whose item, read
 * by the same request, has the version, count and sum of these ids.
 */
export class Rosters {
  readonly #smallest: number;
  readonly #room: number;
  /** By partition key; the most recently used is last. */
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  constructor(smallest = SMALLEST, room = ROOM) {
    this.#smallest = smallest;
    this.#room = room;
  }

  find(partition: string, group: GroupRecord): string[] | undefined {
    const kept = this.#kept.get(partition);
    if (kept === undefined || kept.state !== stateOf(group)) return undefined;
    this.#kept.delete(partition);
    this.#kept.set(partition, kept);
    return kept.text.split(" ");
  }

  /**
   * @param group as read before its members. Others may have written between the reads; the sum shows whether these are its
   * members.
   */
  keep(partition: string, group: GroupRecord, ids: readonly string[]): void {
    const { memberCount, rosterSum } = group;
    if (ids.length < this.#smallest || ids.length !== memberCount || rosterSum !== sumOfIds(ids)) return;
    const text = ids.join(" ");
    if (text.length > this.#room) return;
    this.#drop(partition);
    this.#kept.set(partition, { state: stateOf(group), text });
    this.#size += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#room) return;
      this.#drop(oldest);
    }
  }

  #drop(partition: string): void {
    this.#size -= this.#kept.get(partition)?.text.length ?? 0;
    this.#kept.delete(partition);
  }
}

function stateOf({ version, memberCount, rosterSum }: GroupRecord): string {
  return `${version} ${memberCount} ${rosterSum}`;
}
