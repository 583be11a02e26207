import type { Stamp } from "./directoryPorts.ts";
import { readMembershipText } from "./membershipText.ts";

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

/** An item as the stream gives it, of which only texts and numbers are read here. */
export type Image = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** A record of the table's stream, as far as it is read here. */
export interface StreamRecord {
  readonly eventName?: string;
  readonly dynamodb?: {
    readonly Keys?: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber?: string;
  };
}

/**
 * The last letter of the partition keys that tell changes: users, groups, traces of deletions. Nothing else has to be read from the stream; no other partition key ends so.
 */
export const TELLING_PARTITIONS = { changes: ["#U", "#G"], once: ["#X"] } as const;

const TELLING = /^([ON])#([0-9A-Za-z]{8})#([UGX])$/;

/**
 * The changes that a record tells: none for items other than the above, for writes that raise no version, and for
 * removals, which deletions tell by what they leave behind.
 * @throws Error for a record that holds something else than this release, or an earlier one, writes
 */
export function readChanges({ eventName, dynamodb = {} }: StreamRecord): Change[] {
  const { Keys: key = {}, NewImage: after, OldImage: before } = dynamodb;
  const [, side, org, letter] = TELLING.exec(key.pk?.S ?? "") ?? [];
  if (side === undefined || org === undefined || after === undefined || eventName === "REMOVE") return [];
  const written = { org, managed: side === "O" };
  switch (letter) {
    case "U": {
      const version = number(after, "v");
      if (before !== undefined && number(before, "v") === version) return [];
      const [from, to] = [before && attributes(before), attributes(after)];
      return [{ ...written, kind: "user", id: text(key, "sk"), stamp: stampOf(after), before: from, after: to }];
    }
    case "G": {
      const own = { ...written, id: text(key, "sk"), stamp: stampOf(after) };
      const changes: Change[] = [];
      // The text stays as it is where only the membership changes.
      if (before === undefined || text(before, "d") !== text(after, "d")) {
        changes.push({ ...own, kind: "team", before: before && attributes(before), after: attributes(after) });
      }
      if (after.mc !== undefined && before?.mc?.S !== after.mc.S) {
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
      const of = text(after, "kind") === "group" ? "team" : "user";
      const stamp = { at: text(after, "at"), tokenId: text(after, "tokenId"), reference: text(after, "reference") };
      const version = after.v === undefined ? undefined : number(after, "v");
      return [{ ...written, kind: "deletion", of, id: text(key, "sk"), stamp, version }];
    }
  }
}

function attributes(image: Image): { readonly version: number; readonly attributes: string } {
  const stored = text(image, "d");
  return { version: number(image, "v"), attributes: stored.slice(stored.indexOf("\n") + 1) };
}

/** Out of the mark of the write: time, token id, reference and a part that is new each time. */
function stampOf(image: Image): Stamp {
  const [at, tokenId, reference, unique] = text(image, "lr").split(" ");
  if (at === undefined || tokenId === undefined || reference === undefined || unique === undefined) {
    throw new Error("not the mark of a write");
  }
  return { at, tokenId, reference };
}

function text(image: Image, name: string): string {
  const value = image[name]?.S;
  if (value === undefined) throw new Error(`an item has no text ${name}`);
  return value;
}

function number(image: Image, name: string): number {
  const value = Number(image[name]?.N);
  if (!Number.isSafeInteger(value)) throw new Error(`an item has no number ${name}`);
  return value;
}
