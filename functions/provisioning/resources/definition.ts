import type { Filter } from "../../scim/filter/filter.ts";
import type { Json, JsonObject } from "../../scim/json.ts";
import type { ResolvedOperation } from "../../scim/patch/resolved.ts";
import type { Projection, Rendering } from "../../scim/render.ts";
import type { ResourceType, SchemaRules } from "../../scim/schema.ts";
import type { ResourceRecord, Wanted } from "../../store/records.ts";
import type { ReadableResources } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import type { TypeLayout } from "../../store/storedTypes.ts";
import type { Session } from "../session.ts";

/**
 * The part of a resource type that reads need, with everything specific to the type. Functions that only read load only
 * this.
 */
export interface QueryDefinition<R extends ResourceRecord = ResourceRecord> extends TypeLayout {
  /** The type under an org's rules, cached for each combination of rules. */
  type(rules: SchemaRules): ResourceType;
  store(directory: Directory): ReadableResources<R>;
  /** True: times of creation and change are unknown. */
  readonly isTimeless?: true;
  /** By the comparison that an index answers, e.g. `userName eq`. */
  readonly indexes: ReadonlyMap<string, Index>;
  /** Absent where answers show only stored attributes. */
  readonly derived?: DerivedAttribute<R>;
}

/** A resource type with its actions. */
export interface ResourceDefinition<R extends ResourceRecord = ResourceRecord> extends QueryDefinition<R> {
  readonly actions: ResourceActions<R>;
  /** The rule with the status for a PATCH without requested attributes; absent: 200, with the resource. */
  readonly patchStatusRule?: "groupPatchAnswer";
  /**
   * Where a PATCH can change the derived attribute: the records that these operations read first, for the round trip of the
   * token.
   */
  wantedByPatch?(id: string, operations: readonly ResolvedOperation[]): Iterable<Wanted>;
}

/** Whether a request may be carried out on this version of its resource. */
export type Precondition = (version: number) => boolean;

/** The actions of clients. Ids are unchecked text of the client. */
export interface ResourceActions<R> {
  /** RFC 7644 section 3.3. @throws ScimError 400, 409, 413, 503 */
  create(session: Session, body: Json): Promise<R>;
  /** @throws ScimError 404 */
  read(session: Session, id: string): Promise<R>;
  /** RFC 7644 section 3.5.1. @param body throws for a body that is no JSON @throws ScimError 400, 403, 404, 409, 412, 413, 503 */
  replace(
    session: Session,
    id: string,
    body: () => Json,
    precondition: Precondition | undefined,
  ): Promise<ChangeAnswer<R>>;
  /** RFC 7644 section 3.5.2. @throws as `replace` */
  patch(
    session: Session,
    id: string,
    operations: () => readonly ResolvedOperation[],
    precondition: Precondition | undefined,
  ): Promise<ChangeAnswer<R>>;
  /** @throws ScimError 403, 404, 412 */
  delete(session: Session, id: string, precondition: Precondition | undefined): Promise<void>;
}

/** The result of a change. `changed` is false when the resource already had the requested state. */
export interface ChangeAnswer<R> {
  readonly record: R;
  readonly changed: boolean;
}

/** Finds the resources that may have a value, without reading all resources. */
export interface Index {
  /** About how many resources an answer has: fewer is more selective. */
  readonly names: number;
  /** True: answers have only matches, so resources outside the page need not be read. */
  readonly exact?: true;
  /**
   * Ids in any order, including all resources with the value.
   * @returns undefined when there are more than `limit`
   */
  ids(session: Session, value: string, limit: number): Promise<readonly string[] | undefined>;
  /** A page of ids in their order, after `after`. Only in an index with pages of any length. */
  idPage?(session: Session, value: string, limit: number, after: string | undefined): Promise<IdPage>;
  /** The first page of `idPage` with its exact total; undefined where only `ids` knows the total. */
  firstPage?(session: Session, value: string, limit: number): Promise<CountedPage | undefined>;
  /** The records that `ids` reads first, for the round trip of the token. The value is not authorized yet. */
  wanted?(value: string, filter: Filter): Iterable<Wanted>;
}

/** A client that looks for one resource uses a key. An index that returns so many resources or more is no key. */
export const NAMES_MANY = 1_000;

export interface IdPage {
  /** Ascending. */
  readonly ids: readonly string[];
  /** Pass it as `after` to continue; absent at the end. */
  readonly next: string | undefined;
  /** Exact number of all, where it is known. */
  readonly total?: number;
}

export interface CountedPage extends IdPage {
  readonly total: number;
}

/** An attribute that is not stored with the resource, such as a user's groups. */
interface DerivedAttribute<R extends ResourceRecord> {
  readonly name: string;
  /** The values of one request, which reads each of them once. */
  open(context: DerivedContext): DerivedValues<R>;
  /** The store whose lists also read the attribute's source, where that is stored beside the resource. */
  storeWith?(directory: Directory): ReadableResources<R>;
}

export interface DerivedContext {
  readonly session: Session;
  /** Absolute service root, without a trailing slash. */
  readonly base: string;
  /** The attributes that the answer shows. */
  readonly projection: Projection | undefined;
}

export interface DerivedValues<R extends ResourceRecord> {
  /** Begins to read the values of the one resource in the request while that resource is changed. */
  begin?(id: string): void;
  /** @returns number of shown values that the resource's version does not cover */
  beside?(record: R): Promise<number | undefined>;
  /** Whether shown values may have gone since the resource got its version: until a deletion is swept. */
  isBehind?(): Promise<boolean>;
  /**
   * The attribute's values for a filter or a sort order, by id.
   * @param deciding the only values whose presence matters; undefined: all values matter
   * @throws ScimError 400 tooMany
   */
  compared(records: readonly R[], deciding: readonly string[] | undefined): Promise<ReadonlyMap<string, Lists>>;
  shown(records: readonly R[]): Promise<Shown>;
}

/** The attribute for an answer: as object or as text, whichever the answer needs. */
export type Lists = NonNullable<Rendering["lists"]>;

export function listsOf(object: JsonObject): Lists {
  return { object: () => object, text: () => JSON.stringify(object).slice(1, -1) };
}

/** What answers show besides stored attributes. */
export interface Shown {
  /** By id. A resource without an entry is shown without the attribute. */
  readonly lists: ReadonlyMap<string, Lists>;
  /** Adds requested names to the stored attributes. */
  readonly withNames?: (attributes: JsonObject) => JsonObject;
  /** True: some resources are shown without the attribute, because one answer cannot hold so many values. */
  readonly omitted?: boolean;
}
