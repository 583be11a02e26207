import type { OrgId } from "./keys.ts";
import type { Key } from "./table.ts";

/** The feed over all orgs has this many shards; an org stays in one for good. */
export const FEED_SHARDS = 16;

/** Partitions of the reverse index with the cursors of deleted subjects, by the time at which their values must be erased. */
export const DUE_ERASURES: readonly string[] = Array.from({ length: 8 }, (_, shard) => `Z#${shard}`);

export function dueErasures(subject: string): string {
  return `Z#${subject.charCodeAt(1) % DUE_ERASURES.length}`;
}
const SEQ_DIGITS = 16;

/** The form of a generation: a log gets another one when it is restarted or restored. */
export const GENERATION = /^[0-9A-Za-z]{6}$/;

/** Keys of the event logs and of the feed over all of them (SCHEMA.md). */
export const eventKeys = {
  head: (orgId: string): Key => ({ pk: `E#${orgId}#H`, sk: "H" }),
  events: (orgId: string): string => `E#${orgId}#L`,
  event: (orgId: string, generation: string, seq: number): Key => ({
    pk: `E#${orgId}#L`,
    sk: `${generation}${seqText(seq)}`,
  }),
  cursors: (orgId: string): string => `E#${orgId}#V`,
  /** @param subject id of a resource, or `META`, `T#<token id>`, `I` */
  cursor: (orgId: string, subject: string): Key => ({ pk: `E#${orgId}#V`, sk: subject }),
  feedHead: (shard: number): Key => ({ pk: `F#${shard}`, sk: "H" }),
  feed: (shard: number): string => `F#${shard}`,
  /** The position of a reader of this deployment in a shard. No generation contains a `#`. */
  feedReader: (shard: number, reader: string): Key => ({ pk: `F#${shard}`, sk: `P#${reader}` }),
  feedEntry: (shard: number, generation: string, number: number): Key => ({
    pk: `F#${shard}`,
    sk: `${generation}${seqText(number)}`,
  }),
} as const;

/** Texts sort like the numbers. */
function seqText(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, "0");
}

/** The number at the end of a sort key. */
export function seqOf(sk: string): number {
  return Number(sk.slice(-SEQ_DIGITS));
}

/** FNV-1a over the id. Must never change: the entries of an org's log are in order only within one shard. */
export function feedShardOf(orgId: OrgId | string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < orgId.length; index++) {
    hash = Math.imul(hash ^ orgId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % FEED_SHARDS;
}
