import { randomUUID } from "node:crypto";
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
import { type Allowance, StoreBusy, type Usage } from "../provisioning/ports.ts";
import { type Action, type Item, transactItem } from "./actions.ts";
import { type Failure, failureOf, type Refusal } from "./failures.ts";
import { type Key, keyText } from "./keys.ts";

export interface DatabaseOptions extends Allowance {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tableName: string;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** What every call is sent with: where the request ends, the SDK tries no more. */
interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

interface Output {
  readonly $metadata: { readonly attempts?: number };
}

type Send<O> = (options: SendOptions) => Promise<O>;

/** Tries of a call that is throttled, or that nobody gives time: about one second of waiting in the mean, two at most. */
const TRIES = 8;
/** Tries of a call that meets other transactions, while there is time: ten seconds of waiting in the mean. */
const PATIENT_TRIES = 100;
const FIRST_WAIT = 20;
const LONGEST_WAIT = 640;
/** DynamoDB's own limits. */
const KEYS_PER_READ = 100;
const ITEMS_PER_WRITE = 25;
export const ACTIONS_PER_TRANSACTION = 100;
const CALLS_IN_PARALLEL = 16;

export interface QueryOptions {
  /** Sort keys from here on (included). */
  readonly from?: string;
  /** Sort keys beginning with this. */
  readonly prefix?: string;
  readonly limit?: number;
  /** Goes on after this key. */
  readonly after?: Key;
  /** Only these attributes, none of them a reserved word. */
  readonly only?: string;
  /** Only items with this attribute; the others cost as much. */
  readonly having?: string;
}

export interface IndexOptions {
  /** Goes on after this entry. */
  readonly after?: Item;
  /** Sort keys below this. */
  readonly before?: string;
  readonly limit?: number;
}

export interface QueryPage {
  readonly items: readonly Item[];
  readonly last: Key | undefined;
}

/** One request's calls to DynamoDB: counted, tried again where that is safe, their failures told apart. */
export class Database {
  readonly usage: Usage = { calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0 };
  readonly random: () => number;
  readonly #options: DatabaseOptions;
  #underWay = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.random = options.random;
  }

  /** Strongly consistent. */
  async get(key: Key): Promise<Item | undefined> {
    const { client, tableName } = this.#options;
    const { Item, ConsumedCapacity } = await this.#try((options) =>
      client.send(
        new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" }),
        options,
      ),
    );
    this.usage.rcu += ConsumedCapacity?.CapacityUnits ?? 0;
    return Item;
  }

  /** Strongly consistent, any number of keys; in no order, without those that are missing. @param only attributes, the key's among them */
  async getMany(keys: readonly Key[], only?: string): Promise<Item[]> {
    const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    const found = await inParallel(chunks(distinct, KEYS_PER_READ), (chunk) => this.#getChunk(chunk, only));
    return found.flat();
  }

  /** What was stored at one moment, in the order of the keys: up to a hundred, at twice the price. */
  async getTogether(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    const { client, tableName } = this.#options;
    const TransactItems = keys.map(({ pk, sk }) => ({ Get: { TableName: tableName, Key: { pk, sk } } }));
    const output = await this.#try((options) =>
      client.send(new TransactGetCommand({ TransactItems, ReturnConsumedCapacity: "TOTAL" }), options),
    );
    for (const capacity of output.ConsumedCapacity ?? []) this.usage.rcu += capacity.CapacityUnits ?? 0;
    return keys.map((_, index) => output.Responses?.[index]?.Item);
  }

  async #getChunk(keys: readonly Key[], only: string | undefined): Promise<Item[]> {
    const { client, tableName } = this.#options;
    const found: Item[] = [];
    let open: readonly Item[] = keys.map(({ pk, sk }) => ({ pk, sk }));
    for (let tries = 1; open.length > 0; tries++) {
      if (tries > 1) await this.#waitBefore(tries, "throttled", undefined);
      const request = { [tableName]: { Keys: [...open], ConsistentRead: true, ProjectionExpression: only } };
      const output = await this.#try((options) =>
        client.send(new BatchGetCommand({ RequestItems: request, ReturnConsumedCapacity: "TOTAL" }), options),
      );
      for (const capacity of output.ConsumedCapacity ?? []) this.usage.rcu += capacity.CapacityUnits ?? 0;
      found.push(...(output.Responses?.[tableName] ?? []));
      // Left out by throttling or because the answer reached 16 MB.
      open = output.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return found;
  }

  /** One page (up to 1 MB) of a partition in the order of the sort keys; strongly consistent. */
  query(pk: string, options: QueryOptions = {}): Promise<QueryPage> {
    const values: Record<string, string> = { ":pk": pk };
    let condition = "pk = :pk";
    if (options.prefix !== undefined) {
      condition += " AND begins_with(sk, :prefix)";
      values[":prefix"] = options.prefix;
    } else if (options.from !== undefined) {
      condition += " AND sk >= :from";
      values[":from"] = options.from;
    }
    return this.#query({
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
      ConsistentRead: true,
      Limit: options.limit,
      ExclusiveStartKey: options.after && { pk: options.after.pk, sk: options.after.sk },
      ProjectionExpression: options.only,
      FilterExpression: options.having && `attribute_exists(${options.having})`,
    });
  }

  /** One page of an index partition; eventually consistent, as indexes are. */
  queryIndex(
    index: string,
    g1p: string,
    { after, before, limit }: IndexOptions = {},
  ): Promise<{ items: readonly Item[]; last: Item | undefined }> {
    return this.#query({
      IndexName: index,
      KeyConditionExpression: before === undefined ? "g1p = :g1p" : "g1p = :g1p AND g1s < :before",
      ExpressionAttributeValues: before === undefined ? { ":g1p": g1p } : { ":g1p": g1p, ":before": before },
      Limit: limit,
      ExclusiveStartKey: after && { ...after },
    });
  }

  async #query(input: Omit<QueryCommandInput, "TableName">) {
    const { client, tableName } = this.#options;
    const output = await this.#try((options) =>
      client.send(new QueryCommand({ ...input, TableName: tableName, ReturnConsumedCapacity: "TOTAL" }), options),
    );
    this.usage.rcu += output.ConsumedCapacity?.CapacityUnits ?? 0;
    const last = output.LastEvaluatedKey;
    return { items: output.Items ?? [], last: last && { ...last, pk: String(last.pk), sk: String(last.sk) } };
  }

  /** All actions or none; one action alone costs half. @returns the conditions that did not hold: none means written */
  write(actions: readonly Action[]): Promise<readonly Refusal[]> {
    const [only, ...more] = actions;
    if (only !== undefined && more.length === 0) return this.#send(this.#single(only));
    return this.transact(actions);
  }

  /** As `write`, but always a transaction: it is applied once however often the SDK sends it. */
  transact(actions: readonly Action[]): Promise<readonly Refusal[]> {
    return this.#send(this.#transaction(actions));
  }

  async #send(send: Send<Output>): Promise<readonly Refusal[]> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#count(send);
        return [];
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === "refused") return failure.refusals;
        await this.#again(failure, tries, error);
      }
    }
  }

  #single(action: Action) {
    const { client, tableName } = this.#options;
    const input = transactItem(tableName, action);
    return async (options: SendOptions) => {
      const output =
        input.Put !== undefined
          ? await client.send(new PutCommand({ ...input.Put, ReturnConsumedCapacity: "TOTAL" }), options)
          : input.Delete !== undefined
            ? await client.send(new DeleteCommand({ ...input.Delete, ReturnConsumedCapacity: "TOTAL" }), options)
            : await client.send(new UpdateCommand({ ...updateOf(input), ReturnConsumedCapacity: "TOTAL" }), options);
      this.usage.wcu += output.ConsumedCapacity?.CapacityUnits ?? 0;
      return output;
    };
  }

  #transaction(actions: readonly Action[]) {
    const { client, tableName } = this.#options;
    const input = {
      TransactItems: actions.map((action) => transactItem(tableName, action)),
      ClientRequestToken: randomUUID(),
      ReturnConsumedCapacity: "TOTAL" as const,
    };
    return async (options: SendOptions) => {
      const output = await client.send(new TransactWriteCommand(input), options);
      for (const capacity of output.ConsumedCapacity ?? []) {
        // A repeat of what was applied already is charged as a read.
        this.usage.wcu += capacity.WriteCapacityUnits ?? 0;
        this.usage.rcu += capacity.ReadCapacityUnits ?? 0;
      }
      return output;
    };
  }

  /** Unconditional and not all or nothing: only for items that nobody can see yet, or any more. */
  async writeLoose(puts: readonly Item[], deletes: readonly Key[]): Promise<void> {
    const requests = [
      ...puts.map((put) => ({ PutRequest: { Item: put } })),
      ...deletes.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ];
    await inParallel(chunks(requests, ITEMS_PER_WRITE), (chunk) => this.#writeChunk(chunk));
  }

  async #writeChunk(requests: readonly Item[]): Promise<void> {
    const { client, tableName } = this.#options;
    let open: readonly Item[] = requests;
    for (let tries = 1; open.length > 0; tries++) {
      if (tries > 1) await this.#waitBefore(tries, "throttled", undefined);
      const request = { [tableName]: [...open] };
      const output = await this.#try((options) =>
        client.send(new BatchWriteCommand({ RequestItems: request, ReturnConsumedCapacity: "TOTAL" }), options),
      );
      for (const capacity of output.ConsumedCapacity ?? []) this.usage.wcu += capacity.CapacityUnits ?? 0;
      open = output.UnprocessedItems?.[tableName] ?? [];
    }
  }

  /** A call that may meet a transaction but has no condition of its own. */
  async #try<O extends Output>(send: Send<O>): Promise<O> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#count(send);
      } catch (error) {
        await this.#again(failureOf(error), tries, error);
      }
    }
  }

  /** The one place that sends. @throws StoreBusy timeout when nobody waits any more */
  async #count<O extends Output>(send: Send<O>): Promise<O> {
    const { signal } = this.#options;
    if (signal?.aborted) throw new StoreBusy("timeout");
    if (this.#underWay++ === 0) this.usage.trips++;
    this.usage.calls++;
    try {
      const output = await send(signal === undefined ? {} : { abortSignal: signal });
      this.usage.retries += (output.$metadata.attempts ?? 1) - 1;
      return output;
    } finally {
      this.#underWay--;
    }
  }

  /** Returns when it is time to try again; otherwise throws. */
  async #again(failure: Failure, tries: number, error: unknown): Promise<void> {
    switch (failure.kind) {
      case "conflict":
        this.usage.conflicts++;
        return this.#waitBefore(tries + 1, "conflict", error);
      case "throttled":
        return this.#waitBefore(tries + 1, "throttled", error);
      case "exhausted":
        throw new StoreBusy("throttled", error);
      case "outage":
        throw new StoreBusy(this.#options.signal?.aborted ? "timeout" : "storage", error);
      case "closed":
        throw new StoreBusy("timeout", error);
      case "refused":
      case "unforeseen":
        throw error;
    }
  }

  async #waitBefore(tries: number, code: "conflict" | "throttled", cause: unknown): Promise<void> {
    const { hasTime } = this.#options;
    const most = code === "conflict" && hasTime?.() === true ? PATIENT_TRIES : TRIES;
    if (tries > most) throw new StoreBusy(code, cause);
    this.usage.retries++;
    // Full jitter: writers that met once shall not meet again.
    await this.#options.wait(this.random() * longestWait(tries - 1));
  }
}

/** Doubling, and shorter again for who has waited long: or those that come new, and ask more often, would overtake it for ever. */
function longestWait(waits: number): number {
  if (waits <= 12) return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (waits - 1));
  return waits <= 20 ? LONGEST_WAIT / 2 : LONGEST_WAIT / 4;
}

type TransactItem = ReturnType<typeof transactItem>;

function updateOf({ Update }: TransactItem): NonNullable<TransactItem["Update"]> {
  if (Update === undefined) throw new Error("a condition alone writes nothing");
  return Update;
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const made: T[][] = [];
  for (let start = 0; start < all.length; start += size) made.push(all.slice(start, start + size));
  return made;
}

/**
 * Runs the work on all entries, so many at a time, and gives the answers in the order of the entries. A failure ends it:
 * nothing more is begun, and it is told when all that was begun has come to its end, so that nothing is written behind the
 * caller's back.
 */
export async function inParallel<T, R>(entries: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  // One iterator for all workers: each takes the next entry that nobody took.
  const queue = entries.entries();
  let failed: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const [index, entry] of queue) {
      if (failed !== undefined) return;
      try {
        answers[index] = await work(entry);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_IN_PARALLEL, entries.length) }, worker));
  if (failed !== undefined) throw failed.error;
  return answers;
}
