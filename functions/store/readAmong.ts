import type { QueryPage } from "./database.ts";
import type { Item, Key, Range } from "./table.ts";

/** A `Database`, or one side of an org. */
interface Reader {
  query(pk: string, range: Range): Promise<QueryPage>;
  getMany(keys: readonly Key[], only?: readonly string[]): Promise<Item[]>;
}

/** Up to so many are read one by one, at a unit each. For more, the partition is read from the first one on. */
const ASKED_ONE_BY_ONE = 4;
/** Items read per one asked for; the rest is read one by one. */
const READ_FOR_EACH = 2;

/**
 * The items of one partition whose sort keys are among the ids, in the order of the ids' texts. Strongly consistent. One round
 * trip, sometimes two for many ids: it costs more only where many other items stand between them.
 * @param keyOf the key of one of them @param only attributes, including those of the key; absent: all
 */
export async function readAmong(
  reader: Reader,
  partition: string,
  keyOf: (id: string) => Key,
  ids: readonly string[],
  only?: readonly string[],
): Promise<Item[]> {
  const wanted = [...new Set(ids)].sort();
  const items: Item[] = [];
  let left = wanted;
  if (wanted.length > ASKED_ONE_BY_ONE) {
    const page = await reader.query(partition, { from: wanted[0], limit: wanted.length * READ_FOR_EACH, only });
    const { last } = page;
    items.push(...page.items);
    left = last === undefined ? [] : wanted.filter((id) => id > last);
  }
  items.push(...(await reader.getMany(left.map(keyOf), only)));
  const found = new Map(items.map((item) => [String(item.sk), item]));
  return wanted.map((id) => found.get(id)).filter((item) => item !== undefined);
}
