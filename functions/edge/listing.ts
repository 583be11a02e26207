import { printPath } from "../scim/attributePath.ts";
import type { Bent } from "../scim/bent.ts";
import { describeFilter } from "../scim/filter/describeFilter.ts";
import { parseFilter, type UnknownPaths } from "../scim/filter/parseFilter.ts";
import { type ListRequest, listRequestOfQuery, readSearchRequest } from "../scim/listRequest.ts";
import { type Paging, readPaging, readWalkPaging } from "../scim/paging.ts";
import { type Projection, readProjection } from "../scim/projection.ts";
import type { ResourceType } from "../scim/schema.ts";
import { readSort, type Sort } from "../scim/sorting.ts";
import type { Exchange } from "./exchange.ts";

/** What one type of resource is asked for. */
export interface Listing extends Paging {
  readonly filter: string | undefined;
  /** What the filter means, in one spelling. */
  readonly canonicalFilter: string | undefined;
  readonly sort: Sort | undefined;
  readonly projection: Projection | undefined;
  readonly unknownPaths: UnknownPaths;
}

/** A GET says it in its query, a POST to /.search in its body. @throws ScimError 400 */
export function listRequestOf(exchange: Pick<Exchange, "method" | "query" | "body">, bent: Bent): ListRequest {
  return exchange.method === "POST" ? readSearchRequest(exchange.body(), bent) : listRequestOfQuery(exchange.query);
}

/** @throws ScimError 400 */
export function listingOf(
  exchange: Exchange,
  request: ListRequest,
  type: ResourceType,
  unknownPaths: UnknownPaths = "refuse",
): Listing {
  const { filter } = request;
  const { noted } = exchange;
  const projection = readProjection(type, request.attributes, request.excludedAttributes);
  const paging =
    request.cursor === undefined
      ? readPaging(request.startIndex, request.count)
      : readWalkPaging(request.startIndex, request.count);
  noted.startIndex = paging.startIndex;
  noted.count = paging.count;
  const parsed = filter === undefined ? undefined : parseFilter(filter, type, unknownPaths);
  if (parsed !== undefined) noted.filterAttrs = describeFilter(parsed);
  const sort = readSort(type, request.sortBy, request.sortOrder, unknownPaths);
  if (sort?.path !== undefined) noted.sortedBy = printPath(sort.path);
  const canonicalFilter = parsed && JSON.stringify(parsed, named);
  return { ...paging, filter, canonicalFilter, sort, projection, unknownPaths };
}

/** An attribute stands for its definition: the text is to say what is asked, and no more. */
function named(key: string, value: unknown): unknown {
  return (key === "attribute" || key === "sub") && typeof value === "object" && value !== null && "name" in value
    ? value.name
    : value;
}
