import { randomUUID } from "node:crypto";
import { keyText } from "./keys.ts";
import { type Allowance, StoreBusy, type Usage } from "./records.ts";
import {
  type Action,
  type Consumed,
  type IndexKey,
  type Item,
  KEYS_PER_DELETE,
  KEYS_PER_READ,
  type Key,
  type Range,
  type Refusal,
  type ReverseRange,
  type Table,
  TableBusy,
} from "./table.ts";

export interface DatabaseOptions extends Allowance {
  readonly table: Table;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** One call with its arguments bound; the signal aborts it. */
type Call<A> = (signal: AbortSignal | undefined) => Promise<A>;

/** Tries of a call that is throttled, or that conflicts without extra time: about one second of waiting on average, two at most. */
const TRIES = 8;
/** Tries of a call that conflicts with other transactions while there is time: ten seconds of waiting on average. */
const PATIENT_TRIES = 100;
const CALLS_IN_PARALLEL = 16;

export interface QueryPage {
  readonly items: readonly Item[];
  /** The sort key to continue after; undefined at the end. */
  readonly last: string | undefined;
  readonly consumed: Consumed;
}

/** One request's calls to the table: counted, repeated where that is safe, with their failures told apart. */
export class Database {
  /** Keys of items that somebody damaged by hand and that lists passed over, at most 20; undefined: none. */
  damaged: readonly string[] | undefined;
  readonly usage: Usage = { calls: 0, trips: 0, rcu: 0, wcu: 0, retries: 0, conflicts: 0 };
  readonly now: () => number;
  readonly random: () => number;
  readonly #options: DatabaseOptions;
  readonly #table: Table;
  #underWay = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#table = options.table;
    this.now = options.now;
    this.random = options.random;
  }

  /** Strongly consistent. */
  async get(key: Key): Promise<Item | undefined> {
    return (await this.#send(this.#table.get.bind(this.#table, key))).item;
  }

  /** In any order, without missing items. */
  async getMany(keys: readonly Key[], only?: readonly string[]): Promise<Item[]> {
    const distinct = new Map<string, Key>();
    for (const key of keys) distinct.set(keyText(key), key);
    let open: readonly Key[] = [...distinct.values()];
    if (open.length > KEYS_PER_READ) {
      return (await inParallel(chunks(open, KEYS_PER_READ), (part) => this.getMany(part, only))).flat();
    }
    const found: Item[] = [];
    for (let tries = 1; open.length > 0; tries++) {
      if (tries > 1) await this.#waitBefore(tries, "throttled", undefined);
      const { items, left } = await this.#send(this.#table.getMany.bind(this.#table, open, only));
      found.push(...items);
      open = left;
    }
    return found;
  }

  /** A snapshot, in the order of the keys: at most 100 keys, at twice the price. */
  async getTogether(keys: readonly Key[]): Promise<readonly (Item | undefined)[]> {
    return (await this.#send(this.#table.getTogether.bind(this.#table, keys))).items;
  }

  /** One page (up to 1 MB) of a partition in the order of the sort keys; strongly consistent. */
  query(pk: string, range: Range = {}): Promise<QueryPage> {
    return this.#send(this.#table.query.bind(this.#table, pk, range));
  }

  /** One page of an index partition; eventually consistent, like the index. */
  queryReverse(
    g1p: string,
    range: ReverseRange = {},
  ): Promise<{ readonly items: readonly IndexKey[]; readonly last: IndexKey | undefined }> {
    return this.#send(this.#table.queryReverse.bind(this.#table, g1p, range));
  }

  /**
   * Writes one action alone, several as one transaction. One token serves all tries, because an earlier try may have been
   * applied without our knowledge.
   * @returns the conditions that did not hold; none: everything was written
   */
  async write(
    actions: readonly Action[],
    token = actions.length === 1 ? undefined : randomUUID(),
  ): Promise<readonly Refusal[]> {
    return (await this.#send(this.#table.write.bind(this.#table, actions, token))).refusals;
  }

  /** Always as a transaction: applied once, however often it is sent. */
  transact(actions: readonly Action[]): Promise<readonly Refusal[]> {
    return this.write(actions, randomUUID());
  }

  /** Waits between two tries of a write that lost against others, so that they do not meet again. @param tries from 1 on */
  pause(tries: number): Promise<void> {
    return this.#options.wait(backOff(tries, this.random()));
  }

  /** Unconditional and not all or nothing: only for items that no reader can see any more. */
  async deleteMany(keys: readonly Key[]): Promise<void> {
    await inParallel(chunks(keys, KEYS_PER_DELETE), async (chunk) => {
      let open: readonly Key[] = chunk;
      for (let tries = 1; open.length > 0; tries++) {
        if (tries > 1) await this.#waitBefore(tries, "throttled", undefined);
        open = (await this.#send(this.#table.deleteMany.bind(this.#table, open))).left;
      }
    });
  }

  /**
   * Only this method sends. Repeats the call until there is an answer or repeating is useless.
   * @throws StoreBusy, with `timeout` when nobody waits any more
   */
  async #send<A extends { readonly consumed: Consumed }>(call: Call<A>): Promise<A> {
    const { signal } = this.#options;
    for (let tries = 1; ; tries++) {
      if (signal?.aborted) throw new StoreBusy("timeout");
      if (this.#underWay++ === 0) this.usage.trips++;
      this.usage.calls++;
      let failure: unknown;
      try {
        const answer = await call(signal);
        this.usage.retries += answer.consumed.attempts - 1;
        this.usage.rcu += answer.consumed.rcu;
        this.usage.wcu += answer.consumed.wcu;
        return answer;
      } catch (error) {
        failure = error;
      } finally {
        this.#underWay--;
      }
      await this.#again(failure, tries);
    }
  }

  /** Returns when the next try is due. @throws when no further try makes sense */
  async #again(error: unknown, tries: number): Promise<void> {
    if (!(error instanceof TableBusy)) throw error;
    const { kind, cause } = error;
    switch (kind) {
      case "conflict":
        this.usage.conflicts++;
        return this.#waitBefore(tries + 1, kind, cause);
      case "throttled":
        return this.#waitBefore(tries + 1, kind, cause);
      case "exhausted":
        throw new StoreBusy("throttled", cause);
      case "outage":
        throw new StoreBusy(this.#options.signal?.aborted ? "timeout" : "storage", cause);
      case "closed":
        throw new StoreBusy("timeout", cause);
    }
  }

  async #waitBefore(tries: number, code: "conflict" | "throttled", cause: unknown): Promise<void> {
    const { hasTime } = this.#options;
    const most = code === "conflict" && hasTime?.() === true ? PATIENT_TRIES : TRIES;
    if (tries > most) throw new StoreBusy(code, cause);
    this.usage.retries++;
    await this.#options.wait(backOff(tries - 1, this.random()));
  }
}

/** The items of a partition, or of the given range, page by page. */
export async function* pagesOf(
  reader: Pick<Database, "query">,
  pk: string,
  range: Range = {},
): AsyncGenerator<readonly Item[]> {
  let { after } = range;
  do {
    const page = await reader.query(pk, { ...range, after });
    if (page.items.length > 0) yield page.items;
    after = page.last;
  } while (after !== undefined);
}

/** All items of a partition, or of the given range. */
export async function allOf(reader: Pick<Database, "query">, pk: string, range?: Range): Promise<Item[]> {
  const found: Item[] = [];
  for await (const items of pagesOf(reader, pk, range)) found.push(...items);
  return found;
}

const MOST_NAMED = 20;

/** The records of a list. What somebody damaged by hand is passed over and named: it holds up no other record. */
export function soundRecords<T extends { readonly id: string }>(
  database: Database,
  items: readonly Item[],
  read: (item: Item) => T,
): T[] {
  return items.flatMap((item) => {
    try {
      const record = read(item);
      if (typeof record.id === "string") return [record];
    } catch {
      // Named below.
    }
    database.damaged = [...(database.damaged ?? []), `${item.pk} ${item.sk}`].slice(0, MOST_NAMED);
    return [];
  });
}

export function newestFirst(a: Listed, b: Listed): number {
  return a.createdAt + a.id < b.createdAt + b.id ? 1 : -1;
}

interface Listed {
  readonly createdAt: string;
  readonly id: string;
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  const made: T[][] = [];
  for (let start = 0; start < all.length; start += size) made.push(all.slice(start, start + size));
  return made;
}

/**
 * Runs the work on all entries, at most CALLS_IN_PARALLEL at a time; answers in the order of the entries. After a failure
 * no further work starts, and the error is thrown once all started work has ended, so that nothing is written after the
 * caller continues.
 */
export async function inParallel<T, R>(entries: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  // All workers share one iterator: each takes the next entry.
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

const FIRST_WAIT = 20;
const LONGEST_WAIT = 640;

/**
 * The wait before another try. Full jitter: writers that met once should not meet again. The limit doubles, and shrinks
 * again after long waiting: otherwise newcomers, who try more often, would overtake every time.
 * @param waits this one included, from 1 on
 * @param share random, from 0 up to 1
 * @returns milliseconds
 */
export function backOff(waits: number, share: number): number {
  return share * longestWait(waits);
}

function longestWait(waits: number): number {
  if (waits <= 12) return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (waits - 1));
  return waits <= 20 ? LONGEST_WAIT / 2 : LONGEST_WAIT / 4;
}
