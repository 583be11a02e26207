import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { failureOf } from "./failures.ts";
import { type Action, type Condition, type Consumed, type Key, type Table, TableBusy, type Test } from "./table.ts";
import { REVERSE_INDEX } from "./tableDefinition.ts";

export type DynamoClient = Pick<DynamoDBDocumentClient, "send">;

/**
 * The table in DynamoDB, through the SDK's document client: the one place that writes expressions.
 * @param client with `removeUndefinedValues` among its marshall options. Its retries cover throttling, its request handler
 * the time limit
 */
export function dynamoTable(client: DynamoClient, TableName: string): Table {
  const counted = { ReturnConsumedCapacity: "TOTAL" } as const;
  const at = { TableName, ...counted };
  /** Only conditions that do not hold come back as an error of the SDK's. */
  const sent = async <T>(send: (options: { abortSignal?: AbortSignal }) => Promise<T>, signal?: AbortSignal) => {
    try {
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      const { kind } = failureOf(error);
      throw kind === "refused" || kind === "unforeseen" ? error : new TableBusy(kind, error);
    }
  };
  const query = (input: Omit<QueryCommandInput, "TableName">, signal?: AbortSignal) =>
    sent((options) => client.send(new QueryCommand({ ...at, ...input }), options), signal);

  return {
    async get(key, signal) {
      const command = new GetCommand({ ...at, Key: bare(key), ConsistentRead: true });
      const output = await sent((options) => client.send(command, options), signal);
      return { item: output.Item, consumed: consumed(output, "rcu") };
    },

    async getMany(keys, only, signal) {
      const holders = new Placeholders();
      const ProjectionExpression = holders.list(only);
      const { ExpressionAttributeNames } = holders.all();
      const wanted = { Keys: keys.map(bare), ConsistentRead: true, ProjectionExpression, ExpressionAttributeNames };
      const command = new BatchGetCommand({ RequestItems: { [TableName]: wanted }, ...counted });
      const output = await sent((options) => client.send(command, options), signal);
      // Left out by throttling or because the answer reached 16 MB.
      const left = output.UnprocessedKeys?.[TableName]?.Keys ?? [];
      return { items: output.Responses?.[TableName] ?? [], left: left.map(keyIn), consumed: consumed(output, "rcu") };
    },

    async getTogether(keys, signal) {
      const TransactItems = keys.map((key) => ({ Get: { TableName, Key: bare(key) } }));
      const command = new TransactGetCommand({ TransactItems, ...counted });
      const output = await sent((options) => client.send(command, options), signal);
      return { items: keys.map((_, index) => output.Responses?.[index]?.Item), consumed: consumed(output, "rcu") };
    },

    async query(pk, { prefix, from, after, limit, only, having }, signal) {
      const holders = new Placeholders();
      let condition = `pk = ${holders.value(pk)}`;
      if (prefix !== undefined) condition += ` AND begins_with(sk, ${holders.value(prefix)})`;
      else if (from !== undefined) condition += ` AND sk >= ${holders.value(from)}`;
      const input = {
        KeyConditionExpression: condition,
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
        ProjectionExpression: holders.list(only),
        FilterExpression: having && `attribute_exists(${holders.name(having)})`,
      };
      const output = await query({ ...input, ...holders.all() }, signal);
      const last = output.LastEvaluatedKey && keyIn(output.LastEvaluatedKey).sk;
      return { items: output.Items ?? [], last, consumed: consumed(output, "rcu") };
    },

    async queryReverse(g1p, { after, before, limit }, signal) {
      const holders = new Placeholders();
      let condition = `g1p = ${holders.value(g1p)}`;
      if (before !== undefined) condition += ` AND g1s < ${holders.value(before)}`;
      const input = { KeyConditionExpression: condition, Limit: limit, ExclusiveStartKey: after && { ...after } };
      const output = await query({ IndexName: REVERSE_INDEX, ...input, ...holders.all() }, signal);
      const entry = (item: Stored) => ({ ...keyIn(item), g1p, g1s: String(item.g1s) });
      const last = output.LastEvaluatedKey && entry(output.LastEvaluatedKey);
      return { items: (output.Items ?? []).map(entry), last, consumed: consumed(output, "rcu") };
    },

    async write(actions, token, signal) {
      const TransactItems = actions.map((action) => inputOf(action, TableName));
      const [{ Put, Delete, Update } = {}] = TransactItems;
      try {
        const output = await sent<Output>((options) => {
          if (token !== undefined) {
            const transaction = { TransactItems, ClientRequestToken: token, ...counted };
            return client.send(new TransactWriteCommand(transaction), options);
          }
          if (Put !== undefined) return client.send(new PutCommand({ ...Put, ...counted }), options);
          if (Delete !== undefined) return client.send(new DeleteCommand({ ...Delete, ...counted }), options);
          if (Update !== undefined) return client.send(new UpdateCommand({ ...Update, ...counted }), options);
          throw new Error("one action that writes, or a transaction");
        }, signal);
        return { refusals: [], consumed: consumed(output, "wcu") };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind !== "refused") throw error;
        return { refusals: failure.refusals, consumed: { rcu: 0, wcu: 0, attempts: 1 } };
      }
    },

    async writeLoose(puts, deletes, signal) {
      const requests = [
        ...puts.map((Item) => ({ PutRequest: { Item } })),
        ...deletes.map((key) => ({ DeleteRequest: { Key: bare(key) } })),
      ];
      const command = new BatchWriteCommand({ RequestItems: { [TableName]: requests }, ...counted });
      const output = await sent((options) => client.send(command, options), signal);
      const left = output.UnprocessedItems?.[TableName] ?? [];
      const leftPuts = left.flatMap(({ PutRequest }) => PutRequest?.Item ?? []);
      const leftKeys = left.flatMap(({ DeleteRequest }) => DeleteRequest?.Key ?? []);
      return { left: { puts: leftPuts, deletes: leftKeys.map(keyIn) }, consumed: consumed(output, "wcu") };
    },
  };
}

type Stored = Readonly<Record<string, unknown>>;

function inputOf(action: Action, TableName: string) {
  const holders = new Placeholders();
  // Before `all`, to which it adds.
  const ConditionExpression = action.condition && conditionText(action.condition, holders);
  const common = () => ({
    TableName,
    ConditionExpression,
    ReturnValuesOnConditionCheckFailure: action.condition && ("ALL_OLD" as const),
    ...holders.all(),
  });
  if ("put" in action) return { Put: { Item: action.put, ...common() } };
  if ("delete" in action) return { Delete: { Key: bare(action.delete), ...common() } };
  if ("check" in action) return { ConditionCheck: { Key: bare(action.check), ...common() } };
  const { set = {}, add = {}, include = {}, exclude = {}, remove = [] } = action;
  const each = (values: Readonly<Record<string, unknown>>, between: string) =>
    Object.entries(values).map(([name, value]) => `${holders.name(name)}${between}${holders.value(value)}`);
  const clauses = {
    SET: each(set, " = "),
    ADD: [...each(add, " "), ...each(setsOf(include), " ")],
    DELETE: each(setsOf(exclude), " "),
    REMOVE: remove.map((name) => holders.name(name)),
  };
  const UpdateExpression = Object.entries(clauses)
    .flatMap(([verb, parts]) => (parts.length === 0 ? [] : [`${verb} ${parts.join(", ")}`]))
    .join(" ");
  return { Update: { Key: bare(action.update), UpdateExpression, ...common() } };
}

function setsOf(members: Readonly<Record<string, string>>): Record<string, ReadonlySet<string>> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, new Set([member])]));
}

function conditionText({ all, orAbsent }: Condition, holders: Placeholders): string {
  const text = all.map((test) => testText(test, holders)).join(" AND ");
  return orAbsent === true ? `attribute_not_exists(pk) OR (${text})` : text;
}

function testText(test: Test, holders: Placeholders): string {
  if ("exists" in test) return `attribute_exists(${holders.name(test.exists)})`;
  if ("missing" in test) return `attribute_not_exists(${holders.name(test.missing)})`;
  if ("equals" in test) return `${holders.name(test.equals[0])} = ${holders.value(test.equals[1])}`;
  if ("atMost" in test) return `${holders.name(test.atMost[0])} <= ${holders.value(test.atMost[1])}`;
  if ("holds" in test) return `contains(${holders.name(test.holds[0])}, ${holders.value(test.holds[1])})`;
  return `size(${holders.name(test.size[0])}) ${test.size[1] === "one" ? "=" : ">"} ${holders.value(1)}`;
}

/** What stands for names and values in an expression, so that no attribute's name can be a reserved word. */
class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: unknown[] = [];
  name(name: string): string {
    const known = this.#names.get(name) ?? `#n${this.#names.size}`;
    this.#names.set(name, known);
    return known;
  }
  value(value: unknown): string {
    return `:v${this.#values.push(value) - 1}`;
  }
  /** A projection. */
  list(names: readonly string[] | undefined): string | undefined {
    return names?.map((name) => this.name(name)).join(", ");
  }
  /** All that were given out up to now: made last. */
  all() {
    const names = Object.fromEntries([...this.#names].map(([name, as]) => [as, name]));
    const values = Object.fromEntries(this.#values.map((value, index) => [`:v${index}`, value]));
    return {
      ExpressionAttributeNames: this.#names.size === 0 ? undefined : names,
      ExpressionAttributeValues: this.#values.length === 0 ? undefined : values,
    };
  }
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
