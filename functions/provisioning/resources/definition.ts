import type { Filter } from "../../scim/filter/filter.ts";
import type { Json, JsonObject } from "../../scim/json.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { Projection, Rendering } from "../../scim/render.ts";
import type { ResourceType, SchemaRules } from "../../scim/schema.ts";
import type { ResourceRecord, Wanted } from "../../store/records.ts";
import type { ReadableResources } from "../../store/resources.ts";
import type { Rules } from "../../store/rules.ts";
import type { Directory } from "../../store/session.ts";
import type { TypeLayout } from "../../store/storedType.ts";
import type { Session } from "../session.ts";

/**
 * One type of resource, as far as it is read: everything that is about this one and about no other. Functions that only
 * read carry no more than this.
 */
export interface QueryDefinition<R extends ResourceRecord = ResourceRecord> extends TypeLayout {
  /** The type under an org's rules, made once for each combination of rules. */
  type(rules: SchemaRules): ResourceType;
  store(directory: Directory): ReadableResources<R>;
  /** Nobody knows when a resource was made or changed. */
  readonly isTimeless?: true;
  /** By the comparison that it answers, e.g. `userName eq`. */
  readonly indexes: ReadonlyMap<string, Index>;
  /** Absent where an answer shows nothing but what is stored with the resource. */
  readonly derived?: DerivedAttribute<R>;
}

/** One type of resource, with what can be done to it. */
export interface ResourceDefinition<R extends ResourceRecord = ResourceRecord> extends QueryDefinition<R> {
  readonly actions: ResourceActions<R>;
  /** The status of the answer to a PATCH whose client asked for no attributes; absent: 200, with the resource. */
  patchStatus?(rules: Rules): 200 | 204;
  /**
   * Where a PATCH can change the derived attribute: what these operations will ask for first, for the round trip of the
   * token.
   */
  wantedByPatch?(id: string, operations: readonly ResolvedOperation[]): Iterable<Wanted>;
}

/** What a client can have done. Ids are text of the client; `match` is an If-Match header. */
export interface ResourceActions<R> {
  /** RFC 7644 section 3.3. @throws ScimError 400, 409, 413, 503 */
  create(session: Session, body: Json): Promise<R>;
  /** @throws ScimError 404 */
  read(session: Session, id: string): Promise<R>;
  /** RFC 7644 section 3.5.1. @param body throws for what is no JSON @throws ScimError 400, 403, 404, 409, 412, 413, 503 */
  replace(session: Session, id: string, body: () => Json, match: string | undefined): Promise<ChangeAnswer<R>>;
  /** RFC 7644 section 3.5.2. @throws as `replace` */
  patch(
    session: Session,
    id: string,
    operations: () => readonly ResolvedOperation[],
    match: string | undefined,
  ): Promise<ChangeAnswer<R>>;
  /** @throws ScimError 403, 404, 412 */
  delete(session: Session, id: string, match: string | undefined): Promise<void>;
}

/** What became of a change. `changed` is false when the request asked for what was there already. */
export interface ChangeAnswer<R> {
  readonly record: R;
  readonly changed: boolean;
}

/** A way to the resources that may have a value, without a look at all of them. */
export interface Index {
  /** About how many resources an answer names: the fewer, the more selective. */
  readonly names: number;
  /** Nothing else is among its answers: what is not shown need not be read. */
  readonly exact?: true;
  /**
   * Ids in any order, with all that have the value among them.
   * @returns undefined when there are more than `limit`
   */
  ids(session: Session, value: string, limit: number): Promise<readonly string[] | undefined>;
  /** Of an index that is paged through whatever its size: ids in their order, from behind `after` on. */
  idPage?(session: Session, value: string, limit: number, after: string | undefined): Promise<IdPage>;
  /** The first page of the same, with its exact total; undefined where only `ids` can tell that. */
  firstPage?(session: Session, value: string, limit: number): Promise<CountedPage | undefined>;
  /** What `ids` will read first, for the round trip of the token. The value is one that nobody has verified yet. */
  wanted?(value: string, filter: Filter): Iterable<Wanted>;
}

/** An index that names so many resources or more is no key, which is what a client has who looks for one resource. */
export const NAMES_MANY = 1_000;

export interface IdPage {
  /** Ascending. */
  readonly ids: readonly string[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
  /** Exact count of all, where it is known. */
  readonly total?: number;
}

export interface CountedPage extends IdPage {
  readonly total: number;
}

/** An attribute that is not stored with the resource but read from elsewhere, such as the groups of a user. */
export interface DerivedAttribute<R extends ResourceRecord> {
  readonly name: string;
  /** What one request reads of it: what was asked for once is not read again. */
  open(context: DerivedContext): DerivedValues<R>;
  /** The store whose lists read with each resource what the attribute is made of, where that stands beside it. */
  storeWith?(directory: Directory): ReadableResources<R>;
}

export interface DerivedContext {
  readonly session: Session;
  /** Absolute service root, without a slash at its end. */
  readonly base: string;
  /** What the answer shows. */
  readonly projection: Projection | undefined;
}

export interface DerivedValues<R extends ResourceRecord> {
  /** Begins to read what the answer will show of the one resource that the request names, while that is changed. */
  begin?(id: string): void;
  /** @returns how many values the answer shows that the version of the resource does not cover */
  beside?(record: R): Promise<number | undefined>;
  /**
   * The attribute as a filter or an order sees it, by id.
   * @param deciding the only values whose presence matters; undefined where all of them do
   * @throws ScimError 400 tooMany
   */
  compared(records: readonly R[], deciding: readonly string[] | undefined): Promise<ReadonlyMap<string, Lists>>;
  shown(records: readonly R[]): Promise<Shown>;
}

/** The attribute, in the form of an answer: each answer makes it as it needs it. */
export type Lists = NonNullable<Rendering["lists"]>;

export function listsOf(object: JsonObject): Lists {
  return { object: () => object, text: () => JSON.stringify(object).slice(1, -1) };
}

/** What answers show beside what is stored. */
export interface Shown {
  /** By id; a resource that is missing here is shown without it. */
  readonly lists: ReadonlyMap<string, Lists>;
  /** Puts names that the client asked for into the stored attributes. */
  readonly withNames?: (attributes: JsonObject) => JsonObject;
  /** Some resources are shown without the attribute, because one answer does not hold so many values. */
  readonly omitted?: boolean;
}
