import type { APIGatewayProxyResult } from "aws-lambda";
import { openCursor, sealCursor, type Walk } from "../provisioning/query/cursor.ts";
import { type Entry, type QueriedType, queryAll } from "../provisioning/query/queryAll.ts";
import type { QueryDefinition } from "../provisioning/resources/definition.ts";
import { contextOf, locationOf, type ResourceContext, showResources } from "../provisioning/resources/showResources.ts";
import type { Session } from "../provisioning/session.ts";
import { ScimError } from "../scim/error.ts";
import { describeFilter } from "../scim/filter/filter.ts";
import { parseFilter, type UnknownPaths } from "../scim/filter/parseFilter.ts";
import type { SchemasRule } from "../scim/json.ts";
import { printPath } from "../scim/paths.ts";
import {
  type ListRequest,
  listRequestOfQuery,
  type Paging,
  readPaging,
  readSearchRequest,
  readSort,
  readWalkPaging,
} from "../scim/query.ts";
import type { Quirks } from "../scim/quirks.ts";
import { etagOf, fittingPage, listResponse, readProjection, walkResponse } from "../scim/render.ts";
import type { ResourceRecord } from "../store/records.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { type Answer, proxyResult, type RequestContext } from "./requestContext.ts";
import { scimHandler, sessionOf } from "./scimHandler.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint, definitions: readonly QueryDefinition[]): GatewayHandler {
  return scimHandler(endpoint, {
    operation: operationOnAll,
    wanted: () => [],
    answer: (ctx) => answerOfAll(ctx, definitions),
  });
}

function operationOnAll({ method, segments, query }: RequestContext): string {
  if (segments[0] === ".search") return `all.${method === "POST" && segments.length === 1 ? "search" : "none"}`;
  if (method !== "GET" || segments.length > 0) return "all.none";
  return query.has("filter") ? "all.filter" : "all.list";
}

async function answerOfAll(
  ctx: RequestContext,
  definitions: readonly QueryDefinition[],
): Promise<APIGatewayProxyResult> {
  const session = sessionOf(ctx);
  const [endpoint, ...beyond] = ctx.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw ScimError.notFound("endpoint");
  const method = endpoint === undefined ? "GET" : "POST";
  if (ctx.method !== method) throw ScimError.methodNotAllowed([method]);
  return answerList(ctx, session, definitions);
}

/** Reads a GET's query, or the body of a POST to /.search. @throws ScimError 400 */
export function listRequestOf(
  ctx: Pick<RequestContext, "method" | "query" | "body">,
  { schemasRequired }: SchemasRule,
  quirks: Quirks,
): ListRequest {
  return ctx.method === "POST" ? readSearchRequest(ctx.body(), schemasRequired, quirks) : listRequestOfQuery(ctx.query);
}

/**
 * A page of the resources of one type, or of several at once (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865).
 * @throws ScimError 400, 403 sensitive
 */
export async function answerList(
  ctx: RequestContext,
  session: Session,
  definitions: readonly QueryDefinition[],
): Promise<APIGatewayProxyResult> {
  const request = listRequestOf(ctx, session.rules, session.quirks);
  const unknownPaths = definitions.length === 1 ? "refuse" : "unassigned";
  // Each type overwrites the log fields. Reading the first type last leaves its fields on the line.
  const types = definitions
    .toReversed()
    .map((definition) => typeAsked(ctx, session, request, definition, unknownPaths))
    .toReversed();
  const paging = pagingOf(request);
  if (request.cursor !== undefined) return answerWalk(ctx, session, { ...request, ...paging }, types);
  const { entries, total = 0 } = await queryAll(types, { index: paging.startIndex - 1 }, paging.count);
  ctx.logFields.itemsOut = entries.length;
  const { texts, headers } = await shownAs(entries);
  return proxyResult(ctx, { status: 200, headers, body: listResponse(texts, total, paging.startIndex) });
}

async function answerWalk(
  ctx: RequestContext,
  session: Session,
  { sortBy, sortOrder, cursor = "", count }: Omit<ListRequest, keyof Paging> & Paging,
  types: readonly QueriedType[],
): Promise<APIGatewayProxyResult> {
  const [first, ...others] = types;
  const endpoint = others.length === 0 && first !== undefined ? first.context.type.endpoint : "/";
  const walk: Walk = { endpoint, filter: canonicalFilter(types), sortBy, sortOrder, count };
  ctx.logFields.byCursor = true;
  const after = cursor === "" ? undefined : await openCursor(session, walk, cursor);
  if (count === 0) {
    const { total } = await queryAll(types, { index: 0 }, 0);
    return proxyResult(ctx, { status: 200, body: walkResponse([], total, undefined) });
  }
  const { entries, total, more } = await queryAll(types, { after }, count);
  const { texts, headers } = await shownAs(entries);
  const page = fittingPage(texts);
  ctx.logFields.itemsOut = page.length;
  const next = page.length < texts.length ? entries[page.length - 1]?.position : more;
  const nextCursor = next === undefined ? undefined : await sealCursor(session, walk, next);
  return proxyResult(ctx, { status: 200, headers, body: walkResponse(page, total, nextCursor) });
}

function typeAsked(
  ctx: RequestContext,
  session: Session,
  request: ListRequest,
  definition: QueryDefinition,
  unknownPaths: UnknownPaths,
): QueriedType {
  const { logFields, base } = ctx;
  const type = definition.type(session.rules);
  const projection = readProjection(type, request.attributes, request.excludedAttributes);
  const { startIndex, count } = pagingOf(request);
  Object.assign(logFields, { startIndex, count });
  const filter = request.filter === undefined ? undefined : parseFilter(request.filter, type, unknownPaths);
  if (filter !== undefined) logFields.filterAttrs = describeFilter(filter);
  const sort = readSort(type, request.sortBy, request.sortOrder, unknownPaths);
  if (sort?.path !== undefined) logFields.sortedBy = printPath(sort.path);
  return { context: contextOf(definition, { session, base, projection }), filter, sort };
}

function pagingOf({ cursor, startIndex, count }: ListRequest): Paging {
  return cursor === undefined ? readPaging(startIndex, count) : readWalkPaging(startIndex, count);
}

/**
 * The filter in one spelling: between two pages, RFC 9865 section 2 itself changes `userName` to `username`.
 * Where a type lacks an attribute, another type's filter still prints it.
 */
function canonicalFilter(types: readonly QueriedType[]): string | undefined {
  const filters = types.flatMap(({ filter }) => (filter === undefined ? [] : [JSON.stringify(filter, named)]));
  return filters.length === 0 ? undefined : filters.join(", ");
}

/** Prints an attribute's name instead of its definition: the text shall only say what the filter asks for. */
function named(key: string, value: unknown): unknown {
  return (key === "attribute" || key === "sub") && typeof value === "object" && value !== null && "name" in value
    ? value.name
    : value;
}

/** JSON texts in the order of the entries, and headers about omissions. */
async function shownAs(entries: readonly Entry[]): Promise<{ texts: readonly string[]; headers: Answer["headers"] }> {
  const texts = new Map<string, string>();
  let headers: Answer["headers"] = {};
  for (const [{ context }, some] of Map.groupBy(entries, ({ type }) => type)) {
    const records = some.map(({ record }) => record);
    const shown = await showResources(context, records);
    for (const [index, { id }] of records.entries()) texts.set(id, shown.texts[index] ?? "");
    headers = { ...headers, ...omissionHeaders(context, shown) };
  }
  return { texts: entries.map(({ record }) => texts.get(record.id) ?? ""), headers };
}

/** A header where members or groups were left out. */
function omissionHeaders(
  { definition }: Pick<ResourceContext, "definition">,
  { omitted }: { readonly omitted: boolean },
): NonNullable<Answer["headers"]> {
  const name = definition.derived?.name === "groups" ? "Groups" : "Members";
  return omitted ? { [`Rollcall-${name}-Omitted`]: "true" } : {};
}

/** One resource, as it is stored now. */
export async function resourceAnswer(
  ctx: RequestContext,
  context: ResourceContext,
  status: 200 | 201,
  record: ResourceRecord,
): Promise<APIGatewayProxyResult> {
  const shown = await showResources(context, [record]);
  const headers = {
    ...omissionHeaders(context, shown),
    ETag: etagOf(record.version),
    Location: locationOf(context, record.id),
  };
  return proxyResult(ctx, { status, headers, body: shown.texts[0] ?? "" });
}
