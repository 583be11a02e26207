import type { Stamp } from "./records.ts";
import { readMembershipText } from "./resourceItems.ts";
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

/** What one item of the store tells: one resource changed, or members joined and left, or something was deleted. */
export type Change = Written &
  (
    | { readonly kind: "user" | "team"; readonly before: State | undefined; readonly after: State }
    | {
        readonly kind: "members";
        readonly version: number;
        readonly added: readonly string[];
        readonly removed: readonly string[];
      }
    | { readonly kind: "deletion"; readonly of: "user" | "team"; readonly version: number | undefined }
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
 * The last letter of the partition keys that tell changes: users, groups, tombstones. Nothing else has to be read from the
 * stream; no other partition key ends so.
 */
export const TELLING_PARTITIONS = { changes: ["#U", "#G"], once: ["#X"] } as const;

/** Of further types nothing is told, neither their changes nor their deletions. */
const DELETED: ReadonlyMap<string, "user" | "team"> = new Map([
  ["user", "user"],
  ["group", "team"],
]);

const TELLING = /^([ON])#([0-9A-Za-z]{8})#([UGX])$/;

/**
 * The changes that a write makes: none for items other than the above, for writes that raise no version, and for
 * removals, which deletions tell by what they leave behind.
 * @throws Error for an item that holds something else than this release, or an earlier one, writes
 */
export function readChanges({ key: { pk, sk: id }, before, after }: ItemChange): Change[] {
  const [, side, org, letter] = TELLING.exec(pk) ?? [];
  if (side === undefined || org === undefined || after === undefined) return [];
  const written = { org, managed: side === "O", id };
  switch (letter) {
    case "U": {
      const version = number(after, "v");
      if (before !== undefined && number(before, "v") === version) return [];
      const [from, to] = [before && attributes(before), attributes(after)];
      return [{ ...written, kind: "user", stamp: stampOf(after), before: from, after: to }];
    }
    case "G": {
      const own = { ...written, stamp: stampOf(after) };
      const changes: Change[] = [];
      // The text stays as it is where only the membership changes.
      if (before === undefined || text(before, "d") !== text(after, "d")) {
        changes.push({ ...own, kind: "team", before: before && attributes(before), after: attributes(after) });
      }
      if (after.mc !== undefined && before?.mc !== after.mc) {
        changes.push({
          ...own,
          kind: "members",
          version: number(after, "v"),
          ...readMembershipText(text(after, "mc")),
        });
      }
      return changes;
    }
    default: {
      if (before !== undefined) return [];
      const of = DELETED.get(text(after, "kind"));
      if (of === undefined) return [];
      const stamp = { at: text(after, "at"), tokenId: text(after, "tokenId"), reference: text(after, "reference") };
      const version = after.v === undefined ? undefined : number(after, "v");
      return [{ ...written, kind: "deletion", of, stamp, version }];
    }
  }
}

function attributes(item: Item): { readonly version: number; readonly attributes: string } {
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
