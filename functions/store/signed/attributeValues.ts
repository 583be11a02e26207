import { plainItem, type WireImage } from "../streamRecord.ts";

type Plain = Readonly<Record<string, unknown>>;

/**
 * The input of a call with values in DynamoDB's JSON.
 * @param input of an operation, or a part of it
 * @throws TypeError for a value outside the table's port
 */
export function wireInput(input: object): object {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    if (value !== undefined) wire[name] = wireMember(name, value);
  }
  return wire;
}

function wireMember(name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (name) {
    case "Item":
    case "Key":
    case "ExclusiveStartKey":
    case "ExpressionAttributeValues":
      return wireItem(value);
    case "Keys":
      return Array.isArray(value) ? value.map(wireItem) : value;
    case "ExpressionAttributeNames":
      return value;
    case "RequestItems":
      return Object.fromEntries(Object.entries(value).map(([table, part]) => [table, wirePart(part)]));
    default:
      return wirePart(value);
  }
}

/** An action of a transaction, the part of a batch for one table, or a list of them. */
function wirePart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(wirePart);
  return typeof part === "object" && part !== null ? wireInput(part) : part;
}

function wireItem(item: object): Plain {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(item) as [string, unknown][]) {
    if (typeof value === "string") wire[name] = { S: value };
    else if (typeof value === "number") wire[name] = { N: numeral(name, value) };
    else if (value instanceof Set) wire[name] = { SS: members(name, value) };
    else if (value !== undefined) throw new TypeError(`the attribute ${name} is neither a text nor a number nor a set`);
  }
  return wire;
}

function numeral(name: string, value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`the attribute ${name} is no whole number that is kept exactly`);
}

function members(name: string, set: ReadonlySet<unknown>): unknown[] {
  const all = [...set];
  if (all.length > 0 && all.every((member) => typeof member === "string")) return all;
  throw new TypeError(`the attribute ${name} is no set of texts, or an empty one`);
}

/** The answer to a transaction, in the order of its keys; a batch answers by table. */
type InOrder = readonly { readonly Item?: WireImage }[];

/** The parts read of DynamoDB's answers ("Actions", API reference). */
export interface WireAnswer {
  readonly Item?: WireImage;
  readonly Attributes?: WireImage;
  readonly LastEvaluatedKey?: WireImage;
  readonly Items?: readonly WireImage[];
  /** Replaces `Items` that hold nothing else (`sortKeys.ts`). */
  readonly sortKeys?: readonly string[];
  readonly Responses?: InOrder | Readonly<Record<string, readonly WireImage[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly WireImage[] }>>;
  /** Batches only delete. */
  readonly UnprocessedItems?: Readonly<
    Record<string, readonly { readonly DeleteRequest: { readonly Key: WireImage } }[]>
  >;
}

/** The answer of an operation with plain values. */
export function plainOutput(answer: WireAnswer): Plain {
  const { sortKeys, ...wire } = answer;
  const { Item, Items, Attributes, LastEvaluatedKey, Responses, UnprocessedItems, UnprocessedKeys } = wire;
  return {
    ...wire,
    Item: Item && plainItem(Item),
    Items: sortKeys?.map((sk) => ({ sk })) ?? Items?.map(plainItem),
    Attributes: Attributes && plainItem(Attributes),
    LastEvaluatedKey: LastEvaluatedKey && plainItem(LastEvaluatedKey),
    Responses: isInOrder(Responses)
      ? Responses.map((response) => ({ Item: response.Item && plainItem(response.Item) }))
      : ofEach(Responses, (items) => items.map(plainItem)),
    UnprocessedKeys: ofEach(UnprocessedKeys, ({ Keys }) => ({ Keys: Keys.map(plainItem) })),
    UnprocessedItems: ofEach(UnprocessedItems, (requests) =>
      requests.map(({ DeleteRequest }) => ({ DeleteRequest: { Key: plainItem(DeleteRequest.Key) } })),
    ),
  };
}

function isInOrder(responses: WireAnswer["Responses"]): responses is InOrder {
  return Array.isArray(responses);
}

function ofEach<V>(tables: Readonly<Record<string, V>> | undefined, plain: (value: V) => unknown): Plain | undefined {
  return tables && Object.fromEntries(Object.entries(tables).map(([table, value]) => [table, plain(value)]));
}
