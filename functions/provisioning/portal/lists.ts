import type { JsonObject } from "../../scim/json.ts";
import { readProjection } from "../../scim/render.ts";
import type { Beginnings } from "../../store/entryRanges.ts";
import { isIdOf } from "../../store/keys.ts";
import type { ResourceRecord } from "../../store/records.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { TypeLayout } from "../../store/storedTypes.ts";
import type { Application } from "../application.ts";
import { OperatorError } from "../operatorError.ts";
import type { QueryDefinition } from "../resources/definition.ts";
import { contextOf, showResources } from "../resources/showResources.ts";
import { rulesOf } from "../session.ts";
import { readSearchText, searchResources } from "./searchResources.ts";

/** Shared by the lists of people and groups: only resources from identity providers. */

/** A page's request. */
export interface ListAsked {
  readonly search: string | undefined;
  readonly after: string | undefined;
  readonly count: number;
}

export interface ListedPage<R> {
  readonly records: readonly R[];
  readonly next: string | null;
  /** Exact; null for a search. */
  readonly total: number | null;
}

export interface ListedKind<R extends ResourceRecord> {
  readonly type: TypeLayout;
  readonly store: StoredResources<R>;
  /** The beginnings of keys that match a search text. */
  beginningsOf(text: string): Beginnings;
}

/** All resources in the order of their ids, or the results of a search. @throws ScimError 400 */
export async function listPage<R extends ResourceRecord>(
  { managed: { view }, own: { now, deadline } }: Application,
  { type, store, beginningsOf }: ListedKind<R>,
  { search, after, count }: ListAsked,
): Promise<ListedPage<R>> {
  const text = readSearchText(search);
  if (text !== undefined) {
    const beginnings = beginningsOf(text);
    const { records, next } = await searchResources(
      { view, type, store, text, beginnings, now, deadline },
      count,
      after,
    );
    return { records, next: next ?? null, total: null };
  }
  if (after !== undefined && !isIdOf(type, after)) throw OperatorError.invalidValue("after");
  const [{ records, next }, { total }] = await Promise.all([store.list(count, after), store.page(0, 0)]);
  return { records, next: next ?? null, total };
}

/** The resource as its identity provider gets it. @param without attributes to leave out */
export async function receivedOf<R extends ResourceRecord>(
  { org, own, managed, base }: Application,
  definition: QueryDefinition<R>,
  record: R,
  without?: string,
): Promise<JsonObject> {
  const session = { ...own, rules: rulesOf(org), directory: managed };
  const projection = readProjection(definition.type(session.rules), undefined, without);
  const context = contextOf(definition, { session, base, projection });
  const { texts } = await showResources(context, [record]);
  return JSON.parse(texts[0] ?? "{}");
}
