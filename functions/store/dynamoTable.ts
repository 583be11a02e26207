import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type Failure, failureOf } from "./failures.ts";
import { type Action, type Condition, type Consumed, type Key, type Table, TableBusy, type Test } from "./table.ts";
import { REVERSE_INDEX } from "./tableDefinition.ts";

export type DynamoClient = Pick<DynamoDBDocumentClient, "send">;

/**
 * The table in DynamoDB, through the SDK's document client: the one place that writes expressions.
 * @param client with `removeUndefinedValues` among its marshall options. Its retries cover throttling, its request handler
 * the time limit
 */
export function dynamoTable(client: DynamoClient, tableName: string): Table {
  const at = { TableName: tableName };
  const counted = { ReturnConsumedCapacity: "TOTAL" } as const;
  return {
    async get(key, signal) {
      const command = new GetCommand({ ...at, Key: bare(key), ConsistentRead: true, ...counted });
      const output = await answered(client.send(command, sent(signal)));
      return { item: output.Item, consumed: reading(output) };
    },

    async getMany(keys, only, signal) {
      const holders = new Placeholders();
      const ProjectionExpression = holders.list(only);
      const { ExpressionAttributeNames } = holders.all();
      const wanted = { Keys: keys.map(bare), ConsistentRead: true, ProjectionExpression, ExpressionAttributeNames };
      const command = new BatchGetCommand({ RequestItems: { [tableName]: wanted }, ...counted });
      const output = await answered(client.send(command, sent(signal)));
      // Left out by throttling or because the answer reached 16 MB.
      const left = output.UnprocessedKeys?.[tableName]?.Keys ?? [];
      return { items: output.Responses?.[tableName] ?? [], left: left.map(keyIn), consumed: reading(output) };
    },

    async getTogether(keys, signal) {
      const TransactItems = keys.map((key) => ({ Get: { ...at, Key: bare(key) } }));
      const output = await answered(client.send(new TransactGetCommand({ TransactItems, ...counted }), sent(signal)));
      const items = keys.map((_, index) => output.Responses?.[index]?.Item);
      return { items, consumed: reading(output) };
    },

    async query(pk, { prefix, from, after, limit, only, having }, signal) {
      const holders = new Placeholders();
      let condition = `pk = ${holders.value(pk)}`;
      if (prefix !== undefined) condition += ` AND begins_with(sk, ${holders.value(prefix)})`;
      else if (from !== undefined) condition += ` AND sk >= ${holders.value(from)}`;
      const command = new QueryCommand({
        ...at,
        KeyConditionExpression: condition,
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
        ProjectionExpression: holders.list(only),
        FilterExpression: having && `attribute_exists(${holders.name(having)})`,
        ...holders.all(),
        ...counted,
      });
      const output = await answered(client.send(command, sent(signal)));
      const last = output.LastEvaluatedKey && keyIn(output.LastEvaluatedKey).sk;
      return { items: output.Items ?? [], last, consumed: reading(output) };
    },

    async queryReverse(g1p, { after, before, limit }, signal) {
      const holders = new Placeholders();
      let condition = `g1p = ${holders.value(g1p)}`;
      if (before !== undefined) condition += ` AND g1s < ${holders.value(before)}`;
      const command = new QueryCommand({
        ...at,
        IndexName: REVERSE_INDEX,
        KeyConditionExpression: condition,
        ...holders.all(),
        Limit: limit,
        ExclusiveStartKey: after && { ...after },
        ...counted,
      });
      const output = await answered(client.send(command, sent(signal)));
      const entry = (item: Stored) => ({ ...keyIn(item), g1p, g1s: String(item.g1s) });
      const last = output.LastEvaluatedKey && entry(output.LastEvaluatedKey);
      return { items: (output.Items ?? []).map(entry), last, consumed: reading(output) };
    },

    async write(actions, token, signal) {
      const inputs = actions.map((action) => inputOf(action, tableName));
      try {
        if (token === undefined) return { refusals: [], consumed: await single(client, inputs, signal) };
        const transaction = { TransactItems: inputs, ClientRequestToken: token, ...counted };
        const output = await client.send(new TransactWriteCommand(transaction), sent(signal));
        const all = output.ConsumedCapacity ?? [];
        // A repeat of what was applied already is charged as a read.
        const rcu = sum(all.map(({ ReadCapacityUnits }) => ReadCapacityUnits));
        const wcu = sum(all.map(({ WriteCapacityUnits }) => WriteCapacityUnits));
        return { refusals: [], consumed: { rcu, wcu, attempts: attemptsOf(output) } };
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind !== "refused") throw busy(failure, error);
        return { refusals: failure.refusals, consumed: { rcu: 0, wcu: 0, attempts: 1 } };
      }
    },

    async writeLoose(puts, deletes, signal) {
      const requests = [
        ...puts.map((Item) => ({ PutRequest: { Item } })),
        ...deletes.map((key) => ({ DeleteRequest: { Key: bare(key) } })),
      ];
      const command = new BatchWriteCommand({ RequestItems: { [tableName]: requests }, ...counted });
      const output = await answered(client.send(command, sent(signal)));
      const left = output.UnprocessedItems?.[tableName] ?? [];
      return {
        left: {
          puts: left.flatMap(({ PutRequest }) => PutRequest?.Item ?? []),
          deletes: left.flatMap(({ DeleteRequest }) =>
            DeleteRequest?.Key === undefined ? [] : keyIn(DeleteRequest.Key),
          ),
        },
        consumed: writing(output),
      };
    },
  };
}

type Stored = Readonly<Record<string, unknown>>;
type Input = ReturnType<typeof inputOf>;

/** One action costs half of what it costs in a transaction. */
async function single(client: DynamoClient, [input]: readonly Input[], signal: AbortSignal | undefined) {
  const counted = { ReturnConsumedCapacity: "TOTAL" } as const;
  if (input?.Put !== undefined)
    return writing(await client.send(new PutCommand({ ...input.Put, ...counted }), sent(signal)));
  if (input?.Delete !== undefined) {
    return writing(await client.send(new DeleteCommand({ ...input.Delete, ...counted }), sent(signal)));
  }
  if (input?.Update === undefined) throw new Error("one action that writes, or a transaction");
  return writing(await client.send(new UpdateCommand({ ...input.Update, ...counted }), sent(signal)));
}

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
  const UpdateExpression = [
    clause("SET", each(set, " = ")),
    clause("ADD", [...each(add, " "), ...each(sets(include), " ")]),
    clause("DELETE", each(sets(exclude), " ")),
    clause(
      "REMOVE",
      remove.map((name) => holders.name(name)),
    ),
  ].join("");
  return { Update: { Key: bare(action.update), UpdateExpression, ...common() } };
}

function sets(members: Readonly<Record<string, string>>): Record<string, ReadonlySet<string>> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, new Set([member])]));
}

function clause(verb: string, parts: readonly string[]): string {
  return parts.length === 0 ? "" : `${verb} ${parts.join(", ")} `;
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

function sent(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined;
  readonly $metadata: { readonly attempts?: number };
}

function unitsOf({ ConsumedCapacity = [] }: Output): number {
  return sum([ConsumedCapacity].flat().map(({ CapacityUnits }) => CapacityUnits));
}

function reading(output: Output): Consumed {
  return { rcu: unitsOf(output), wcu: 0, attempts: attemptsOf(output) };
}

function writing(output: Output): Consumed {
  return { rcu: 0, wcu: unitsOf(output), attempts: attemptsOf(output) };
}

function attemptsOf({ $metadata }: Output): number {
  return $metadata.attempts ?? 1;
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw busy(failureOf(error), error);
  }
}

function busy({ kind }: Failure, error: unknown): unknown {
  return kind === "refused" || kind === "unforeseen" ? error : new TableBusy(kind, error);
}
