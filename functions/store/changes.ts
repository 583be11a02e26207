import type { Stamp } from "./records.ts";
import { readMembershipText } from "./resourceItems.ts";
import type { TypeLayout } from "./storedType.ts";
import { LAYOUTS } from "./storedTypes.ts";
import type { Item, Key } from "./table.ts";

/** A resource after one of its writes. */
export interface State {
  readonly version: number;
  /** JSON text of the SCIM attributes. */
  readonly attributes: string;
}

export interface Written {
  readonly org: string;
  readonly managed: boolean;
  readonly id: string;
  readonly stamp: Stamp;
}

/** What one item of the store says: one resource changed, or members joined and left, or something was deleted. */
export type Change = Written &
  (
    | {
        readonly kind: "resource";
        /** As events name its type. */
        readonly of: string;
        readonly before: State | undefined;
        readonly after: State;
      }
    | {
        readonly kind: "members";
        readonly version: number;
        readonly added: readonly string[];
        readonly removed: readonly string[];
      }
    | { readonly kind: "deletion"; readonly of: string; readonly version: number | undefined }
  );

/** A committed write of one item, as both sources give it: the stream of DynamoDB and the log of the local file. */
export interface ItemChange {
  readonly key: Key;
  /** Absent: there was no item. */
  readonly before?: Item | undefined;
  /** Absent: it was deleted. */
  readonly after?: Item | undefined;
}

/**
 * How the partition keys end that changes are read from: those of resources, and of tombstones once. Nothing else has to
 * be read from the stream; no other partition key ends so.
 */
export const PUBLISHED_PARTITIONS = {
  changes: LAYOUTS.map(({ letter }) => `#${letter.toUpperCase()}`),
  once: ["#X"],
} as const;

const PARTITION = /^([ON])#([0-9A-Za-z]{8})#([A-Z])$/;

/**
 * The changes that a write makes: none for items other than the above, for writes that raise no version, and for
 * removals, which deletions show by what they leave behind.
 * @throws Error for an item that holds something else than this release, or an earlier one, writes
 */
export function readChanges({ key: { pk, sk: id }, before, after }: ItemChange, types = LAYOUTS): Change[] {
  const [, side, org, letter] = PARTITION.exec(pk) ?? [];
  if (org === undefined || after === undefined) return [];
  const written = { org, managed: side === "O", id };
  if (letter === "X") {
    if (before !== undefined) return [];
    const of = nameOf(types.find(({ kind }) => kind === text(after, "kind")));
    if (of === undefined) return [];
    const stamp = { at: text(after, "at"), tokenId: text(after, "tokenId"), reference: text(after, "reference") };
    const version = after.v === undefined ? undefined : number(after, "v");
    return [{ ...written, kind: "deletion", of, stamp, version }];
  }
  const type = types.find((one) => one.letter.toUpperCase() === letter);
  const of = nameOf(type);
  if (type === undefined || of === undefined) return [];
  const own = { ...written, stamp: stampOf(after) };
  const changes: Change[] = [];
  // With members the text stays as it is where only the membership changes.
  const changing = type.hasMembers ? "d" : "v";
  if (before?.[changing] !== after[changing]) {
    changes.push({ ...own, kind: "resource", of, before: before && stateOf(before), after: stateOf(after) });
  }
  if (after.mc !== undefined && before?.mc !== after.mc) {
    const members = readMembershipText(text(after, "mc"));
    changes.push({ ...own, kind: "members", version: number(after, "v"), ...members });
  }
  return changes;
}

function nameOf(type: TypeLayout | undefined): string | undefined {
  return type?.eventName ?? type?.kind;
}

function stateOf(item: Item): State {
  const stored = text(item, "d");
  return { version: number(item, "v"), attributes: stored.slice(stored.indexOf("\n") + 1) };
}

/** Out of the write id: time, token id, reference and a part that is new each time. */
function stampOf(item: Item): Stamp {
  const [at, tokenId, reference, unique] = text(item, "lr").split(" ");
  if (at === undefined || tokenId === undefined || reference === undefined || unique === undefined) {
    throw new Error("no write id");
  }
  return { at, tokenId, reference };
}

function text(item: Item, name: string): string {
  const value = item[name];
  if (typeof value !== "string") throw new Error(`an item has no text ${name}`);
  return value;
}

function number(item: Item, name: string): number {
  const value = item[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error(`an item has no number ${name}`);
  return value;
}
