/** The primary key of an item. Neither part is empty; `pk` has at most 2,048 bytes, `sk` at most 1,024. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The position of an item in the reverse index. */
export interface IndexKey extends Key {
  readonly g1p: string;
  readonly g1s: string;
}

/** Numbers are safe integers, texts well-formed Unicode. */
export type Scalar = string | number;

/** An undefined attribute is not stored; a set has at least one member. */
export type Item = Readonly<Record<string, Scalar | ReadonlySet<string> | undefined>>;

/** A test of one attribute of the stored item; "pk" tests whether the item exists. */
export type Test =
  | { readonly exists: string }
  | { readonly missing: string }
  | { readonly equals: readonly [attribute: string, value: Scalar] }
  /** Compares values of the same type only; texts by their bytes. */
  | { readonly atMost: readonly [attribute: string, value: Scalar] }
  | { readonly holds: readonly [set: string, member: string] }
  | { readonly size: readonly [set: string, members: "one" | "several"] };

/** Holds when all tests hold, or, with `orAbsent`, when there is no item. */
export interface Condition {
  readonly all: readonly Test[];
  readonly orAbsent?: true;
}

/**
 * A change of single attributes. Creates the item where there is none; so an update that only removes needs a condition
 * that the item exists. No attribute may be named twice; key attributes not at all.
 */
export interface Update {
  readonly update: Key;
  readonly set?: Readonly<Record<string, Scalar>>;
  /** A missing number counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
  /** Adds one member to a set. */
  readonly include?: Readonly<Record<string, string>>;
  /** Removes one member from a set; an empty set is not stored. */
  readonly exclude?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly condition?: Condition | undefined;
}

/** One write, alone or in a transaction. */
export type Action =
  | { readonly put: Item; readonly condition?: Condition | undefined }
  | { readonly delete: Key; readonly condition?: Condition | undefined }
  /** Writes nothing: only its condition counts in the transaction. */
  | { readonly check: Key; readonly condition: Condition }
  | Update;

/** A committed write of one item, from the DynamoDB stream or the change log of the local file. */
export interface ItemChange {
  readonly key: Key;
  /** Absent: there was no item. */
  readonly before?: Item | undefined;
  /** Absent: the item was deleted. */
  readonly after?: Item | undefined;
}

/** A condition that did not hold; nothing was written. */
export interface Refusal {
  /** Index of the action. */
  readonly index: number;
  /** The item as it was stored; undefined where there was none. */
  readonly stored: Item | undefined;
}

/** An action in several forms, for `OrgView.write`: which form fits depends on the stored item. */
export interface Fitting {
  /** The form that fits the item as last seen; undefined: there is nothing to write. */
  form(): Action | undefined;
  /** @param stored the item whose condition refused the form */
  learn(stored: Item | undefined): void;
}

/** The cost of a call: read and write units as DynamoDB counts them, and how often it was sent. */
export interface Consumed {
  readonly rcu: number;
  readonly wcu: number;
  readonly attempts: number;
}

/** Part of a partition in sort key order, which is the order of UTF-8 bytes. `prefix` or `from`, not both. */
export interface Range {
  readonly prefix?: string | undefined;
  /** From this sort key on, inclusive. */
  readonly from?: string | undefined;
  /** After this sort key, exclusive. */
  readonly after?: string | undefined;
  /** Items read, before `having` filters. */
  readonly limit?: number | undefined;
  /** Returns only these attributes. */
  readonly only?: readonly string[] | undefined;
  /** Returns only items with this attribute; the others cost as much. */
  readonly having?: string | undefined;
}

export interface ReverseRange {
  readonly after?: IndexKey | undefined;
  /** Only index sort keys below this one. */
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

interface Answer {
  readonly consumed: Consumed;
}

/**
 * `conflict`: another transaction was writing one of the items. `throttled`: more calls than the table accepts now.
 * `exhausted`: throttled, and the table has tried again itself. `outage`: the table was not reached, did not answer,
 * reported its own failure or refuses every call, or its disk accepts no writes. `closed`: the signal was aborted.
 */
type BusyKind = "conflict" | "throttled" | "exhausted" | "outage" | "closed";

/** The table did not carry out a call, for a temporary reason. After an `outage` nobody knows whether it was written. */
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

/** DynamoDB's own limits, which every table keeps (`tableChecks.ts`). Plain numbers, which bundles without checks leave out. */
export const TABLE_LIMITS = {
  keysPerRead: KEYS_PER_READ,
  actionsPerTransaction: ACTIONS_PER_TRANSACTION,
  keysPerDelete: KEYS_PER_DELETE,
  /** 400 KB: one item, including its attribute names. */
  itemBytes: 409_600,
  /** 4 MB: all items of one transaction. */
  transactionBytes: 4_194_304,
  /** 1 MB: read by one query, before `having` and `only`. */
  pageBytes: 1_048_576,
  /** 16 MB: returned by one `getMany`. */
  batchBytes: 16_777_216,
  partitionKeyBytes: 2048,
  sortKeyBytes: 1024,
} as const;

/**
 * The storage port: one table with the reverse index, with the semantics and limits of DynamoDB (`TABLE_LIMITS`). Each
 * method is one call; `Database` repeats, splits and counts. Reads are strongly consistent, except those of the index. An
 * aborted signal gives the call up; then nobody knows whether it was written. A transaction with both a refused condition
 * and a fault is answered with one of the two.
 * @throws TableBusy where another try may help; any other error is a fault of the caller or of the table
 */
export interface Table {
  get(key: Key, signal?: AbortSignal): Promise<Answer & { readonly item: Item | undefined }>;
  /** Up to 100 distinct keys; items in any order. `left`: keys for which the table had no time or room. */
  getMany(
    keys: readonly Key[],
    only?: readonly string[],
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly Item[]; readonly left: readonly Key[] }>;
  /** A snapshot of up to 100 distinct keys, in their order, at twice the price. */
  getTogether(
    keys: readonly Key[],
    signal?: AbortSignal,
  ): Promise<Answer & { readonly items: readonly (Item | undefined)[] }>;
  /** One page. `last`: the sort key to continue after; set wherever the limit was reached, even at the end. */
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
   * Writes all actions, or none where a condition is refused. With a token: a transaction of up to 100 actions on distinct
   * items, at twice the price; a second call with the same token and actions changes nothing more. Without a token: exactly
   * one action, and no check.
   */
  write(
    actions: readonly Action[],
    token?: string,
    signal?: AbortSignal,
  ): Promise<Answer & { readonly refusals: readonly Refusal[] }>;
  /** Up to 25 distinct keys, unconditional and not all or nothing. `left`: keys for which the table had no time. */
  deleteMany(keys: readonly Key[], signal?: AbortSignal): Promise<Answer & { readonly left: readonly Key[] }>;
}

export const ABSENT: Condition = { all: [{ missing: "pk" }] };
export const PRESENT: Condition = { all: [{ exists: "pk" }] };

/** Tests that the attribute is as it was read, even where a damaged item holds another type. */
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

/** Whether this can be the sort key of an item. */
export function isSortKey(json: unknown): json is string {
  if (typeof json !== "string" || json === "" || !json.isWellFormed()) return false;
  return Buffer.byteLength(json) <= TABLE_LIMITS.sortKeyBytes;
}

/** A number of an item; 0 where it is missing or no number. */
export function storedNumber(value: Item[string]): number {
  return typeof value === "number" ? value : 0;
}
