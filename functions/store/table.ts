/** The primary key of an item. Neither part is empty; `pk` has at most 2,048 bytes, `sk` at most 1,024. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Where an item stands in the reverse index. */
export interface IndexKey extends Key {
  readonly g1p: string;
  readonly g1s: string;
}

/** Numbers are safe integers, texts well-formed Unicode. */
export type Scalar = string | number;

/** An attribute that is undefined is not stored; a set has at least one member. */
export type Item = Readonly<Record<string, Scalar | ReadonlySet<string> | undefined>>;

/** One test of an attribute of the stored item; "pk" asks for the item itself. */
export type Test =
  | { readonly exists: string }
  | { readonly missing: string }
  | { readonly equals: readonly [attribute: string, value: Scalar] }
  /** Values of the same type only; texts by their bytes. */
  | { readonly atMost: readonly [attribute: string, value: Scalar] }
  | { readonly holds: readonly [set: string, member: string] }
  | { readonly size: readonly [set: string, members: "one" | "several"] };

/** Holds when all tests hold, or where it says so when there is no item. */
export interface Condition {
  readonly all: readonly Test[];
  readonly orAbsent?: true;
}

/**
 * A change of single attributes. It makes the item where there is none, so one that only takes away has a condition that
 * asks for the item. No attribute is named twice, none of the key at all.
 */
export interface Update {
  readonly update: Key;
  readonly set?: Readonly<Record<string, Scalar>>;
  /** A missing number counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
  /** One member joins a set. */
  readonly include?: Readonly<Record<string, string>>;
  /** One member leaves a set; a set that becomes empty is gone. */
  readonly exclude?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly condition?: Condition | undefined;
}

/** One write, alone or in a transaction. */
export type Action =
  | { readonly put: Item; readonly condition?: Condition | undefined }
  | { readonly delete: Key; readonly condition?: Condition | undefined }
  /** Writes nothing: it refuses the transaction it is part of. */
  | { readonly check: Key; readonly condition: Condition }
  | Update;

/** A committed write of one item, as both sources give it: the stream of DynamoDB and the log of the local file. */
export interface ItemChange {
  readonly key: Key;
  /** Absent: there was no item. */
  readonly before?: Item | undefined;
  /** Absent: it was deleted. */
  readonly after?: Item | undefined;
}

/** A condition that did not hold, so that nothing was written. */
export interface Refusal {
  /** Which of the actions. */
  readonly index: number;
  /** The item as it was stored; undefined where there was none. */
  readonly stored: Item | undefined;
}

/** What a call cost: read and write units as DynamoDB counts them, and how often it was sent. */
export interface Consumed {
  readonly rcu: number;
  readonly wcu: number;
  readonly attempts: number;
}

/** Part of a partition in the order of the sort keys, which is that of their UTF-8 bytes. `prefix` or `from`, not both. */
export interface Range {
  readonly prefix?: string | undefined;
  /** From this sort key on (included). */
  readonly from?: string | undefined;
  /** Goes on after this sort key. */
  readonly after?: string | undefined;
  /** Items read, before `having` leaves some out. */
  readonly limit?: number | undefined;
  /** Only these attributes. */
  readonly only?: readonly string[] | undefined;
  /** Only items with this attribute; the others cost as much. */
  readonly having?: string | undefined;
}

export interface ReverseRange {
  readonly after?: IndexKey | undefined;
  /** Sort keys of the index below this one. */
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

interface Answer {
  readonly consumed: Consumed;
}

/**
 * `conflict`: another transaction was writing one of the items. `throttled`: more calls than the table takes now.
 * `exhausted`: the same, and the table has tried again itself. `outage`: it was not reached, did not answer, failed by its
 * own word, or its disk takes nothing. `closed`: the signal was aborted.
 */
export type BusyKind = "conflict" | "throttled" | "exhausted" | "outage" | "closed";

/** A call that the table did not carry out, for a reason that passes. Of an `outage` nobody knows whether it was written. */
export class TableBusy extends Error {
  readonly kind: BusyKind;
  constructor(kind: BusyKind, cause?: unknown) {
    super(`the table is busy: ${kind}`, { cause });
    this.name = "TableBusy";
    this.kind = kind;
  }
}

export const KEYS_PER_READ = 100;
export const ACTIONS_PER_TRANSACTION = 100;
export const KEYS_PER_DELETE = 25;

/** DynamoDB's own limits, which every table keeps (`tableChecks.ts`). */
export const TABLE_LIMITS = {
  keysPerRead: KEYS_PER_READ,
  actionsPerTransaction: ACTIONS_PER_TRANSACTION,
  keysPerDelete: KEYS_PER_DELETE,
  /** Of one item with the names of its attributes. */
  itemBytes: 400 * 1024,
  /** Of all items of one transaction. */
  transactionBytes: 4 * 1024 * 1024,
  /** Read by one query, before `having` and `only`. */
  pageBytes: 1024 * 1024,
  /** Answered by one `getMany`. */
  batchBytes: 16 * 1024 * 1024,
  partitionKeyBytes: 2048,
  sortKeyBytes: 1024,
} as const;

/**
 * The storage port: one table with the reverse index, as DynamoDB is and with its limits (`TABLE_LIMITS`). Each method is
 * one call that answers once: repeating, chunks and counting stand above it (`Database`). Reads are strongly consistent,
 * those of the index are not. A call whose signal is aborted is given up; whether it was written is unknown then.
 * A transaction with a refused condition and a fault is answered with one of the two.
 * @throws TableBusy where coming again may help; any other error is a fault of the caller or of the table
 */
export interface Table {
  get(key: Key, signal?: AbortSignal): Promise<Answer & { readonly item: Item | undefined }>;
  /** Up to 100 distinct keys; the items in any order. `left`: those that the table had no time or room for. */
  getMany(
    keys: readonly Key[],
    only?: readonly string[],
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly Item[]; readonly left: readonly Key[] }>;
  /** Up to 100 distinct keys as they were at one moment, in their order, at twice the price. */
  getTogether(
    keys: readonly Key[],
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly (Item | undefined)[] }>;
  /** One page. `last`: the sort key to go on after; set wherever the limit was reached, at the end as well. */
  query(
    pk: string,
    range: Range,
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly Item[]; readonly last: string | undefined }>;
  /** One page of an index partition: keys only. */
  queryReverse(
    g1p: string,
    range: ReverseRange,
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly IndexKey[]; readonly last: IndexKey | undefined }>;
  /**
   * All actions or none; none where conditions are refused. With a token it is a transaction of up to 100 actions on
   * distinct items, at twice the price, and a second call with the same token and actions changes nothing more. Without
   * one it takes exactly one action that is no check.
   */
  write(
    actions: readonly Action[],
    token?: string,
    signal?: AbortSignal,
  ): Promise<Answer & { readonly refusals: readonly Refusal[] }>;
  /** Up to 25 distinct keys, unconditionally and not all or nothing. `left`: those that the table had no time for. */
  deleteMany(keys: readonly Key[], signal?: AbortSignal): Promise<Answer & { readonly left: readonly Key[] }>;
}

export const ABSENT: Condition = { all: [{ missing: "pk" }] };
export const PRESENT: Condition = { all: [{ exists: "pk" }] };

/** That the attribute is as it was read, whatever an item that something broke holds there. */
export function stillIs(name: string, value: Item[string]): readonly Test[] {
  if (value === undefined) return [{ missing: name }];
  if (typeof value === "object") return [...value].map((member) => ({ holds: [name, member] }));
  return [{ equals: [name, value] }];
}

/** A text attribute of the item in a refusal. */
export function storedText(refusal: Refusal | undefined, attribute: string): string | undefined {
  const value = refusal?.stored?.[attribute];
  return typeof value === "string" ? value : undefined;
}

/** A number of an item; 0 for what is none: it is missing, or something broke it. */
export function storedNumber(value: Item[string]): number {
  return typeof value === "number" ? value : 0;
}
