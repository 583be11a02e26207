import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  BatchWriteCommandInput,
  BatchWriteCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  TransactGetCommandInput,
  TransactGetCommandOutput,
  TransactWriteCommandInput,
  TransactWriteCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { failureOf } from "./failures.ts";
import { keyIn } from "./keys.ts";
import { type Action, type Condition, type Consumed, type Table, TableBusy, type Update } from "./table.ts";
import { REVERSE_INDEX } from "./tableDefinition.ts";

/** By DynamoDB operation: input and output. Items hold plain values, as with the SDK's document client. */
export interface DynamoCalls {
  GetItem: readonly [GetCommandInput, GetCommandOutput];
  BatchGetItem: readonly [BatchGetCommandInput, BatchGetCommandOutput];
  TransactGetItems: readonly [TransactGetCommandInput, TransactGetCommandOutput];
  Query: readonly [QueryCommandInput, QueryCommandOutput];
  PutItem: readonly [PutCommandInput, PutCommandOutput];
  DeleteItem: readonly [DeleteCommandInput, DeleteCommandOutput];
  UpdateItem: readonly [UpdateCommandInput, UpdateCommandOutput];
  TransactWriteItems: readonly [TransactWriteCommandInput, TransactWriteCommandOutput];
  BatchWriteItem: readonly [BatchWriteCommandInput, BatchWriteCommandOutput];
}

/**
 * Sends calls to DynamoDB with its own retries (`sdkSend`, `signedSend`). Sends nothing after the signal is aborted.
 * @throws an error with the name that DynamoDB gives it; for a refused condition with the item, as `failureOf` reads it
 */
export type DynamoSend = <O extends keyof DynamoCalls>(
  operation: O,
  input: DynamoCalls[O][0],
  signal?: AbortSignal,
) => Promise<DynamoCalls[O][1]>;

/**
 * Whether an answer lists what its read asks for, as DynamoDB does even where it finds nothing. An answer without the list is
 * another server's.
 */
export function isWhole(operation: keyof DynamoCalls, input: object, output: object): boolean {
  // By DynamoDB's API reference, the operations below have these members.
  const { RequestItems, TransactItems } = input as Asked;
  const { Items, Responses, UnprocessedKeys }: Listed = output;
  if (operation === "Query") return !!Items;
  if (operation === "TransactGetItems") return Responses?.length === TransactItems.length;
  if (operation !== "BatchGetItem") return true;
  // Batches are of one table.
  return String(Object.keys(RequestItems)) in { ...Responses, ...UnprocessedKeys };
}

interface Asked {
  readonly RequestItems: object;
  readonly TransactItems: readonly unknown[];
}

/** In order, or by table. */
interface Listed {
  readonly Items?: unknown;
  readonly Responses?: { readonly length?: unknown };
  readonly UnprocessedKeys?: object;
}

const COUNTED = { ReturnConsumedCapacity: "TOTAL" } as const;

/** The table in DynamoDB, through any client. Besides the buckets, only this file writes expressions. */
export function tableThrough(send: DynamoSend, TableName: string): Table {
  const at = { TableName, ...COUNTED };

  return {
    async get(key, signal) {
      const input = { ...at, Key: keyIn(key), ConsistentRead: true };
      const output = await send("GetItem", input, signal).catch(rethrow);
      return { item: output.Item, consumed: consumed(output, "rcu") };
    },

    async getMany(keys, only, signal) {
      const used: Placeholders = {};
      const ProjectionExpression = only && listText(only, used);
      const wanted = { Keys: keys.map(keyIn), ConsistentRead: true, ProjectionExpression, ...used };
      const input = { RequestItems: { [TableName]: wanted }, ...COUNTED };
      const output = await send("BatchGetItem", input, signal).catch(rethrow);
      // Keys left out because of throttling or because the answer reached 16 MB.
      const left = output.UnprocessedKeys?.[TableName]?.Keys ?? [];
      return { items: output.Responses?.[TableName] ?? [], left: left.map(keyIn), consumed: consumed(output, "rcu") };
    },

    async getTogether(keys, signal) {
      const TransactItems = keys.map((key) => ({ Get: { TableName, Key: keyIn(key) } }));
      const output = await send("TransactGetItems", { TransactItems, ...COUNTED }, signal).catch(rethrow);
      return { items: (output.Responses ?? []).map(({ Item }) => Item), consumed: consumed(output, "rcu") };
    },

    async query(pk, { prefix, from, after, limit, only, having }, signal) {
      const used: Placeholders = {};
      let condition = `pk = ${valueIn(used, pk)}`;
      if (prefix !== undefined) condition += ` AND begins_with(sk, ${valueIn(used, prefix)})`;
      else if (from !== undefined) condition += ` AND sk >= ${valueIn(used, from)}`;
      const input = {
        KeyConditionExpression: condition,
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
        ProjectionExpression: only && listText(only, used),
        FilterExpression: having && `attribute_exists(${nameIn(used, having)})`,
      };
      const output = await send("Query", { ...at, ...input, ...used }, signal).catch(rethrow);
      const last = output.LastEvaluatedKey && keyIn(output.LastEvaluatedKey).sk;
      return { items: output.Items ?? [], last, consumed: consumed(output, "rcu") };
    },

    async queryReverse(g1p, { after, before, limit }, signal) {
      const used: Placeholders = {};
      let condition = `g1p = ${valueIn(used, g1p)}`;
      if (before !== undefined) condition += ` AND g1s < ${valueIn(used, before)}`;
      const input = { KeyConditionExpression: condition, Limit: limit, ExclusiveStartKey: after && { ...after } };
      const call = { ...at, IndexName: REVERSE_INDEX, ...input, ...used };
      const output = await send("Query", call, signal).catch(rethrow);
      const entry = (item: Stored) => ({ ...keyIn(item), g1p, g1s: String(item.g1s) });
      const last = output.LastEvaluatedKey && entry(output.LastEvaluatedKey);
      return { items: (output.Items ?? []).map(entry), last, consumed: consumed(output, "rcu") };
    },

    async write(actions, token, signal) {
      const TransactItems: ReturnType<typeof inputOf>[] = [];
      for (const action of actions) TransactItems.push(inputOf(action, TableName));
      const transaction = { TransactItems, ClientRequestToken: token, ...COUNTED };
      try {
        const output = await (token === undefined
          ? sendAlone(send, TransactItems[0] ?? {}, signal)
          : send("TransactWriteItems", transaction, signal));
        return { refusals: [], consumed: consumed(output, "wcu") };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind !== "refused") return rethrow(error);
        return { refusals: failure.refusals, consumed: { rcu: 0, wcu: 0, attempts: 1 } };
      }
    },

    async deleteMany(keys, signal) {
      const requests = keys.map((key) => ({ DeleteRequest: { Key: keyIn(key) } }));
      const input = { RequestItems: { [TableName]: requests }, ...COUNTED };
      const output = await send("BatchWriteItem", input, signal).catch(rethrow);
      const left = output.UnprocessedItems?.[TableName] ?? [];
      const keysLeft = left.flatMap(({ DeleteRequest }) => DeleteRequest?.Key ?? []);
      return { left: keysLeft.map(keyIn), consumed: consumed(output, "wcu") };
    },
  };
}

/** @throws TableBusy where the failure is temporary, otherwise what the client threw */
function rethrow(error: unknown): never {
  const { kind } = failureOf(error);
  throw kind === "refused" || kind === "unforeseen" ? error : new TableBusy(kind, error);
}

type Stored = Readonly<Record<string, unknown>>;

function sendAlone(
  send: DynamoSend,
  input: Partial<ReturnType<typeof inputOf>>,
  signal: AbortSignal | undefined,
): Promise<Output> {
  for (const kind of ["Put", "Delete", "Update"] as const) {
    const write = input[kind];
    if (write) return send(`${kind}Item`, { ...write, ...COUNTED }, signal);
  }
  throw new Error("a check alone");
}

function inputOf(action: Action, TableName: string) {
  const used: Placeholders = {};
  const { condition } = action;
  const common = {
    TableName,
    ConditionExpression: condition && conditionText(condition, used),
    ReturnValuesOnConditionCheckFailure: condition && ("ALL_OLD" as const),
  };
  if ("put" in action) return { Put: { ...common, Item: action.put, ...used } };
  if ("delete" in action) return { Delete: { ...common, Key: keyIn(action.delete), ...used } };
  if ("check" in action) return { ConditionCheck: { ...common, Key: keyIn(action.check), ...used } };
  const UpdateExpression = updateText(action, used);
  return { Update: { ...common, Key: keyIn(action.update), UpdateExpression, ...used } };
}

function updateText(
  { set = {}, add = {}, include = {}, exclude = {}, remove = [] }: Update,
  used: Placeholders,
): string {
  const clauses = { SET: "", ADD: "", DELETE: "", REMOVE: "" };
  for (const [name, value] of Object.entries(set)) clauses.SET += `, ${nameIn(used, name)} = ${valueIn(used, value)}`;
  for (const [name, by] of Object.entries(add)) clauses.ADD += `, ${nameIn(used, name)} ${valueIn(used, by)}`;
  for (const [name, member] of Object.entries(include)) {
    clauses.ADD += `, ${nameIn(used, name)} ${valueIn(used, new Set([member]))}`;
  }
  for (const [name, member] of Object.entries(exclude)) {
    clauses.DELETE += `, ${nameIn(used, name)} ${valueIn(used, new Set([member]))}`;
  }
  for (const name of remove) clauses.REMOVE += `, ${nameIn(used, name)}`;
  let text = "";
  for (const [verb, parts] of Object.entries(clauses)) if (parts !== "") text += `${verb} ${parts.slice(2)} `;
  return text.trimEnd();
}

function conditionText({ all, orAbsent }: Condition, used: Placeholders): string {
  let text = "";
  for (const test of all) {
    if (text !== "") text += " AND ";
    if ("exists" in test) text += `attribute_exists(${nameIn(used, test.exists)})`;
    else if ("missing" in test) text += `attribute_not_exists(${nameIn(used, test.missing)})`;
    else if ("equals" in test) text += `${nameIn(used, test.equals[0])} = ${valueIn(used, test.equals[1])}`;
    else if ("atMost" in test) text += `${nameIn(used, test.atMost[0])} <= ${valueIn(used, test.atMost[1])}`;
    else if ("holds" in test) text += `contains(${nameIn(used, test.holds[0])}, ${valueIn(used, test.holds[1])})`;
    else text += `size(${nameIn(used, test.size[0])}) ${test.size[1] === "one" ? "=" : ">"} ${valueIn(used, 1)}`;
  }
  return orAbsent === true ? `attribute_not_exists(pk) OR (${text})` : text;
}

/** Placeholders for names and values in an expression: no attribute name can then collide with a reserved word. */
interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

function nameIn(used: Placeholders, name: string): string {
  const names = Object.values(used.ExpressionAttributeNames ?? {});
  const known = names.indexOf(name);
  const placeholder = `#n${known < 0 ? names.length : known}`;
  used.ExpressionAttributeNames ??= {};
  used.ExpressionAttributeNames[placeholder] = name;
  return placeholder;
}

function valueIn(used: Placeholders, value: unknown): string {
  used.ExpressionAttributeValues ??= {};
  const placeholder = `:v${Object.keys(used.ExpressionAttributeValues).length}`;
  used.ExpressionAttributeValues[placeholder] = value;
  return placeholder;
}

/** A list of names for a ProjectionExpression. */
function listText(names: readonly string[], used: Placeholders): string {
  return names.map((name) => nameIn(used, name)).join(", ");
}

interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined;
  readonly $metadata: { readonly attempts?: number };
}

/** A transaction reports reads and writes separately: repeating a transaction that was applied already is charged as a read. */
function consumed({ ConsumedCapacity = [], $metadata }: Output, kind: "rcu" | "wcu"): Consumed {
  const sum = { rcu: 0, wcu: 0, attempts: $metadata.attempts ?? 1 };
  for (const { CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits } of [ConsumedCapacity].flat()) {
    const isSplit = kind === "wcu" && (ReadCapacityUnits ?? WriteCapacityUnits) !== undefined;
    if (!isSplit) sum[kind] += CapacityUnits;
    else {
      sum.rcu += ReadCapacityUnits ?? 0;
      sum.wcu += WriteCapacityUnits ?? 0;
    }
  }
  return sum;
}
