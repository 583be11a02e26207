import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Item, Key } from "../../functions/store/table.ts";

export type StoredItem = Item & Key;

/**
 * A client that answers the reads of the store out of items scanned before: a check of a table at rest costs one scan
 * instead of hundreds of requests. It knows what `database.ts` asks for and refuses everything else.
 */
export function clientOver(items: readonly StoredItem[]): {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  /** Partition keys that were asked for. */
  readonly read: ReadonlySet<string>;
} {
  const read = new Set<string>();
  const byKey = new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item]));
  const partitions = groupedBy(items, ({ pk }) => pk);
  const reverse = groupedBy(
    items.filter(({ g1p }) => g1p !== undefined),
    ({ g1p }) => String(g1p),
  );
  const get = (key: Record<string, unknown> | undefined): StoredItem | undefined => {
    read.add(String(key?.pk));
    return byKey.get(`${key?.pk}\n${key?.sk}`);
  };
  const send = async (command: object): Promise<object> => {
    if (command instanceof GetCommand) return { Item: get(command.input.Key), $metadata: {} };
    if (command instanceof BatchGetCommand) return { Responses: batch(command.input, get), $metadata: {} };
    if (command instanceof TransactGetCommand) {
      const gets = command.input.TransactItems ?? [];
      return { Responses: gets.map(({ Get }) => ({ Item: get(Get?.Key) })), $metadata: {} };
    }
    if (command instanceof QueryCommand) {
      const { IndexName, ExpressionAttributeValues = {} } = command.input;
      if (IndexName !== undefined) {
        return { Items: reverse.get(String(ExpressionAttributeValues[":v0"])) ?? [], $metadata: {} };
      }
      const pk = String(ExpressionAttributeValues[":v0"]);
      read.add(pk);
      return { ...page(partitions.get(pk) ?? [], command.input), $metadata: {} };
    }
    throw new Error(`a snapshot takes no ${command.constructor.name}`);
  };
  // The overloads of the real client cannot be written down for a function; the store uses only these.
  return { client: { send } as unknown as Pick<DynamoDBDocumentClient, "send">, read };
}

function page(
  partition: readonly StoredItem[],
  { KeyConditionExpression = "", ExpressionAttributeValues, ExclusiveStartKey, Limit }: QueryCommandInput,
) {
  const { ":v1": bound } = ExpressionAttributeValues ?? {};
  const [prefix, from] = KeyConditionExpression.includes("begins_with") ? [bound, undefined] : [undefined, bound];
  const after = ExclusiveStartKey?.sk;
  const start = firstOf(
    partition,
    ({ sk }) =>
      (prefix === undefined || sk >= String(prefix)) &&
      (from === undefined || sk >= String(from)) &&
      (after === undefined || sk > String(after)),
  );
  const end = prefix === undefined ? partition.length : firstOf(partition, ({ sk }) => isBehind(sk, String(prefix)));
  const matching = Math.max(0, end - start);
  const Items = partition.slice(start, start + Math.min(matching, Limit ?? matching));
  const last = Items.at(-1);
  return { Items, LastEvaluatedKey: Items.length < matching && last ? { pk: last.pk, sk: last.sk } : undefined };
}

/** The first from which on it holds, by halves: a partition may hold 100,000 items. */
function firstOf(sorted: readonly StoredItem[], holds: (item: StoredItem) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const item = sorted[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isBehind(sk: string, prefix: string): boolean {
  return sk > prefix && !sk.startsWith(prefix);
}

function batch({ RequestItems }: BatchGetCommandInput, get: (key: Record<string, unknown>) => StoredItem | undefined) {
  return Object.fromEntries(
    Object.entries(RequestItems ?? {}).map(([table, { Keys = [] }]) => [table, Keys.flatMap((key) => get(key) ?? [])]),
  );
}

/** Each group in the order of the sort keys. */
function groupedBy(items: readonly StoredItem[], keyOf: (item: StoredItem) => string): Map<string, StoredItem[]> {
  const groups = new Map<string, StoredItem[]>();
  for (const item of items.toSorted((a, b) => (a.sk < b.sk ? -1 : 1))) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
