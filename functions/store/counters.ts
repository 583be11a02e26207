import type { Action } from "./actions.ts";
import { type Kind, type OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { OrgView } from "./view.ts";

/**
 * How many resources there are per pair of leading id characters: at once the exact total and an index of positions,
 * because the list order is the order of the ids. At most 62 small items, each with a number per second character.
 */
export interface Counts {
  readonly total: number;
  /** Where the 0-based position lies: the id prefix of its bucket, and how many of the bucket come before it. */
  locate(position: number): { readonly from: string; readonly skip: number } | undefined;
}

/** One resource more or less in its bucket: item and attribute are the first and the second random character of its id. */
export function counted(keys: OrgKeys, id: string, by: 1 | -1): Action {
  return {
    update: keys.counter(id),
    expression: "SET sv = :sv ADD #bucket :by",
    names: { "#bucket": id.charAt(2) },
    values: { ":sv": SCHEMA_VERSION, ":by": by },
  };
}

export async function readCounts(view: OrgView, kind: Kind): Promise<Counts> {
  const letter = kind === "user" ? "U" : "G";
  const buckets: { readonly prefix: string; readonly size: number }[] = [];
  for await (const items of view.pages(view.keys.counters(), { prefix: `${letter}#` })) {
    for (const item of items) {
      const first = letter.toLowerCase() + String(item.sk).slice(2);
      for (const [name, size] of Object.entries(item)) {
        if (name.length === 1 && typeof size === "number" && size > 0) buckets.push({ prefix: first + name, size });
      }
    }
  }
  // Byte order, as DynamoDB sorts: base62 has no character beyond ASCII.
  buckets.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  return {
    total: buckets.reduce((sum, { size }) => sum + size, 0),
    locate(position) {
      let before = 0;
      for (const { prefix, size } of buckets) {
        if (position < before + size) return { from: prefix, skip: position - before };
        before += size;
      }
      return undefined;
    },
  };
}
