import { type ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { failureOf } from "./failures.ts";
import { createStore, type Store, type StoreOptions } from "./session.ts";
import { type Action, type Condition, type Consumed, type Key, type Table, TableBusy, type Update } from "./table.ts";
import { REVERSE_INDEX } from "./tableDefinition.ts";

const COUNTED = { ReturnConsumedCapacity: "TOTAL" } as const;

export type DynamoClient = Pick<DynamoDBDocumentClient, "send">;

/**
 * The table in DynamoDB, through the SDK's document client: the one place that writes expressions.
 * @param client with `removeUndefinedValues` among its marshall options. Its retries cover throttling, its request handler
 * the time limit
 */
export function dynamoTable(client: DynamoClient, TableName: string): Table {
  const at = { TableName, ...COUNTED };

  return {
    async get(key, signal) {
      const command = new GetCommand({ ...at, Key: bare(key), ConsistentRead: true });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      return { item: output.Item, consumed: consumed(output, "rcu") };
    },

    async getMany(keys, only, signal) {
      const used: Placeholders = {};
      const ProjectionExpression = only && listText(only, used);
      const wanted = { Keys: keys.map(bare), ConsistentRead: true, ProjectionExpression, ...used };
      const command = new BatchGetCommand({ RequestItems: { [TableName]: wanted }, ...COUNTED });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      // Left out by throttling or because the answer reached 16 MB.
      const left = output.UnprocessedKeys?.[TableName]?.Keys ?? [];
      return { items: output.Responses?.[TableName] ?? [], left: left.map(keyIn), consumed: consumed(output, "rcu") };
    },

    async getTogether(keys, signal) {
      const TransactItems = keys.map((key) => ({ Get: { TableName, Key: bare(key) } }));
      const command = new TransactGetCommand({ TransactItems, ...COUNTED });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      return { items: keys.map((_, index) => output.Responses?.[index]?.Item), consumed: consumed(output, "rcu") };
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
      const command = new QueryCommand({ ...at, ...input, ...used });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      const last = output.LastEvaluatedKey && keyIn(output.LastEvaluatedKey).sk;
      return { items: output.Items ?? [], last, consumed: consumed(output, "rcu") };
    },

    async queryReverse(g1p, { after, before, limit }, signal) {
      const used: Placeholders = {};
      let condition = `g1p = ${valueIn(used, g1p)}`;
      if (before !== undefined) condition += ` AND g1s < ${valueIn(used, before)}`;
      const input = { KeyConditionExpression: condition, Limit: limit, ExclusiveStartKey: after && { ...after } };
      const command = new QueryCommand({ ...at, IndexName: REVERSE_INDEX, ...input, ...used });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      const entry = (item: Stored) => ({ ...keyIn(item), g1p, g1s: String(item.g1s) });
      const last = output.LastEvaluatedKey && entry(output.LastEvaluatedKey);
      return { items: (output.Items ?? []).map(entry), last, consumed: consumed(output, "rcu") };
    },

    async write(actions, token, signal) {
      const TransactItems: ReturnType<typeof inputOf>[] = [];
      for (const action of actions) TransactItems.push(inputOf(action, TableName));
      const options = { abortSignal: signal };
      const transaction = { TransactItems, ClientRequestToken: token, ...COUNTED };
      try {
        const output = await (token === undefined
          ? sendAlone(client, TransactItems[0] ?? {}, options)
          : client.send(new TransactWriteCommand(transaction), options));
        return { refusals: [], consumed: consumed(output, "wcu") };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind !== "refused") return rethrow(error);
        return { refusals: failure.refusals, consumed: { rcu: 0, wcu: 0, attempts: 1 } };
      }
    },

    async deleteMany(keys, signal) {
      const requests = keys.map((key) => ({ DeleteRequest: { Key: bare(key) } }));
      const command = new BatchWriteCommand({ RequestItems: { [TableName]: requests }, ...COUNTED });
      const output = await client.send(command, { abortSignal: signal }).catch(rethrow);
      const left = output.UnprocessedItems?.[TableName] ?? [];
      const keysLeft = left.flatMap(({ DeleteRequest }) => DeleteRequest?.Key ?? []);
      return { left: keysLeft.map(keyIn), consumed: consumed(output, "wcu") };
    },
  };
}

/** @throws TableBusy where the failure passes, and otherwise what the SDK threw */
function rethrow(error: unknown): never {
  const { kind } = failureOf(error);
  throw kind === "refused" || kind === "unforeseen" ? error : new TableBusy(kind, error);
}

type Stored = Readonly<Record<string, unknown>>;

function sendAlone(client: DynamoClient, input: Partial<ReturnType<typeof inputOf>>, options: object): Promise<Output> {
  if (input.Put) return client.send(new PutCommand({ ...input.Put, ...COUNTED }), options);
  if (input.Delete) return client.send(new DeleteCommand({ ...input.Delete, ...COUNTED }), options);
  if (input.Update) return client.send(new UpdateCommand({ ...input.Update, ...COUNTED }), options);
  throw new Error("one action that writes, or a transaction");
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
  if ("delete" in action) return { Delete: { ...common, Key: bare(action.delete), ...used } };
  if ("check" in action) return { ConditionCheck: { ...common, Key: bare(action.check), ...used } };
  const UpdateExpression = updateText(action, used);
  return { Update: { ...common, Key: bare(action.update), UpdateExpression, ...used } };
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

/** What stands for names and values in an expression, so that no attribute's name can be a reserved word. */
interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
}

function nameIn(used: Placeholders, name: string): string {
  const names = Object.values(used.ExpressionAttributeNames ?? {});
  const known = names.indexOf(name);
  const placeholder = `#n${known < 0 ? names.length : known}`;
  used.ExpressionAttributeNames = { ...used.ExpressionAttributeNames, [placeholder]: name };
  return placeholder;
}

function valueIn(used: Placeholders, value: unknown): string {
  const placeholder = `:v${Object.keys(used.ExpressionAttributeValues ?? {}).length}`;
  used.ExpressionAttributeValues = { ...used.ExpressionAttributeValues, [placeholder]: value };
  return placeholder;
}

/** A projection. */
function listText(names: readonly string[], used: Placeholders): string {
  return names.map((name) => nameIn(used, name)).join(", ");
}

/** Callers hand over whole items as keys; DynamoDB takes nothing but the key. */
function bare({ pk, sk }: Key): Record<string, string> {
  return { pk, sk };
}

function keyIn(item: Stored): Key {
  return { pk: String(item.pk), sk: String(item.sk) };
}

interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined;
  readonly $metadata: { readonly attempts?: number };
}

/** A transaction tells reads and writes apart: a repeat of what was applied already is charged as a read. */
function consumed({ ConsumedCapacity = [], $metadata }: Output, kind: "rcu" | "wcu"): Consumed {
  const sum = { rcu: 0, wcu: 0, attempts: $metadata.attempts ?? 1 };
  for (const { CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits } of [ConsumedCapacity].flat()) {
    const isTold = kind === "wcu" && (ReadCapacityUnits ?? WriteCapacityUnits) !== undefined;
    if (!isTold) sum[kind] += CapacityUnits;
    else {
      sum.rcu += ReadCapacityUnits ?? 0;
      sum.wcu += WriteCapacityUnits ?? 0;
    }
  }
  return sum;
}

export interface DynamoStoreOptions extends StoreOptions {
  readonly client: DynamoClient;
  readonly tableName: string;
}

/** Here, so that a store in a file loads no SDK. */
export function createDynamoStore({ client, tableName, ...options }: DynamoStoreOptions): Store {
  return createStore(dynamoTable(client, tableName), options);
}

/** How the SDK calls AWS from a function: no call may take longer than what waits for it. */
export const CALLS = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    // Without it the SDK writes a warning when that time is over, and goes on waiting.
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100, keepAlive: true },
  },
} as const;

/** The one client of DynamoDB of a function, made once per cold start. */
export function lambdaClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(CALLS), { marshallOptions: { removeUndefinedValues: true } });
}
