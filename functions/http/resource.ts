import { wantedByFilter } from "../provisioning/query/lookUp.ts";
import { contextOf, type ResourceContext } from "../provisioning/resources/context.ts";
import type { Changed, ResourceDefinition } from "../provisioning/resources/definition.ts";
import { locationOf, showResources } from "../provisioning/resources/showResources.ts";
import type { Session } from "../provisioning/session.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch, pathsWritten, type ResolvedOperation } from "../scim/patch/resolved.ts";
import { Quirks } from "../scim/quirks.ts";
import {
  etagOf,
  ifNoneMatch,
  includes,
  type Projection,
  readProjection,
  type Selection,
  selectionOf,
  selectionOfAll,
} from "../scim/render.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { ResourceRecord, Wanted } from "../store/records.ts";
import { PRESETS } from "../store/rules.ts";
import { attributesOf, isIdOf } from "../store/storedType.ts";
import type { Answer } from "./answer.ts";
import type { Unverified } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { answerList, listRequestOf, omissionHeaders } from "./list.ts";
import { changesOnly, noteResource, operationOn } from "./operation.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import type { RequestContext } from "./requestContext.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** The resources of one type, such as /Users and /Users/{id} (RFC 7644 sections 3.3 to 3.6). */
export function resourceHandler(endpoint: Endpoint, definition: ResourceDefinition): GatewayHandler {
  const kind = definition.type(PRESETS.standard).endpoint.slice(1).toLowerCase();
  return scimHandler(endpoint, {
    operation: (ctx) => operationOn(kind, ctx),
    wanted: (request) => wanted(definition, request),
    checksToken: () => "always",
    answer: (ctx) => answer(definition, kind, ctx),
  });
}

async function answer(definition: ResourceDefinition, kind: string, ctx: RequestContext): Promise<Answer> {
  const session = sessionOf(ctx);
  const [, id, ...beyond] = ctx.segments;
  if (beyond.length > 0) throw notOnThisPath();
  if (id === ".search") {
    if (ctx.method !== "POST") throw methodNotAllowed(["POST"]);
    return answerList(ctx, session, [definition]);
  }
  const request = { definition, kind, ctx, session };
  if (id === undefined) {
    switch (ctx.method) {
      case "GET":
        return answerList(ctx, session, [definition]);
      case "POST":
        return create(request);
      default:
        throw methodNotAllowed(["GET", "POST"]);
    }
  }
  noteResource(ctx, definition.type(session.rules), isIdOf(definition, id) ? id : undefined);
  switch (ctx.method) {
    case "GET":
      return read(request, id);
    case "PUT":
      return replace(request, id);
    case "PATCH":
      return patch(request, id);
    case "DELETE":
      await definition.actions.delete(session, id, ctx.header("if-match"));
      return { status: 204 };
    default:
      throw methodNotAllowed(["GET", "PUT", "PATCH", "DELETE"]);
  }
}

function* wanted(definition: ResourceDefinition, request: Unverified): Iterable<Wanted> {
  const { derived } = definition;
  const [, id] = request.segments;
  if (id !== undefined && id !== ".search") {
    if (!isIdOf(definition, id)) return;
    yield { kind: "resource", id };
    if (request.method === "PATCH" && definition.wantedByPatch !== undefined) {
      const operations = readPatch(definition.type(PRESETS.open), request.body(), PRESETS.open, new Quirks());
      yield* definition.wantedByPatch(id, operations);
    }
    if (request.method === "DELETE" || derived?.wanted === undefined) return;
    if (includes(projectionOf(definition.type(PRESETS.standard), request), derived.name)) yield derived.wanted(id);
    return;
  }
  if (request.method !== (id === undefined ? "GET" : "POST")) return;
  const { filter } = listRequestOf(request, new Quirks());
  if (filter === undefined) return;
  const type = definition.type(PRESETS.standard);
  yield* wantedByFilter(definition, type, parseFilter(filter, type));
}

interface ResourceRequest {
  readonly definition: ResourceDefinition;
  /** As operations are called in the log: `users`. */
  readonly kind: string;
  readonly ctx: RequestContext;
  readonly session: Session;
}

async function create(request: ResourceRequest): Promise<Answer> {
  const { definition, ctx, session } = request;
  const context = contextFor(request);
  const record = await definition.actions.create(session, ctx.body());
  noteResource(ctx, context.type, record.id);
  return resourceAnswer(context, 201, record, () => allOf(record));
}

async function read(request: ResourceRequest, id: string): Promise<Answer> {
  const { definition, ctx, session } = request;
  const context = contextFor(request);
  const reading = definition.actions.read(session, id);
  const [record, uncovered] = await Promise.all([reading, readBeside(ctx, context, id)]);
  // While the answer shows values that the version does not cover, nothing says they are unchanged.
  if (uncovered === 0 && ifNoneMatch(ctx.header("if-none-match"), record.version)) {
    return { status: 304, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(context, 200, record);
}

async function replace(request: ResourceRequest, id: string): Promise<Answer> {
  const { definition, ctx, session } = request;
  const context = contextFor(request);
  const replacing = definition.actions.replace(session, id, ctx.body, ctx.header("if-match"));
  const record = await changedBeside(ctx, context, id, replacing);
  return resourceAnswer(context, 200, record, () => allOf(record));
}

async function patch(request: ResourceRequest, id: string): Promise<Answer> {
  const { definition, kind, ctx, session } = request;
  const context = contextFor(request);
  let read: readonly ResolvedOperation[] = [];
  const readOperations = () => {
    read = readPatch(context.type, ctx.body(), session.rules, session.quirks);
    const described = describePatch(read);
    ctx.logFields.patchPaths = described;
    const { derived, wantedByPatch } = definition;
    if (derived && wantedByPatch && changesOnly(derived.name, described)) ctx.logFields.op = `${kind}.${derived.name}`;
    return read;
  };
  const patching = definition.actions.patch(session, id, readOperations, ctx.header("if-match"));
  const record = await changedBeside(ctx, context, id, patching);
  // A client that asks for attributes gets them.
  if (context.projection === undefined && definition.patchStatus?.(session.rules) === 204) {
    return { status: 204, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(context, 200, record, () => selectionOf(pathsWritten(read)));
}

/**
 * Reads beside the change what its answer shows. Where that fails the change still comes to its end: no write goes on
 * after the answer.
 */
async function changedBeside(
  ctx: RequestContext,
  context: ResourceContext,
  id: string,
  change: Promise<Changed<ResourceRecord>>,
): Promise<ResourceRecord> {
  const reading = readBeside(ctx, context, id);
  // It is awaited second, and its failure told then.
  reading.catch(() => undefined);
  const { record, changed } = await change;
  await reading;
  ctx.logFields.changed = changed;
  return record;
}

/** @returns how many values the answer shows that the version of the resource does not cover */
async function readBeside(ctx: RequestContext, { definition, derived }: ResourceContext, id: string): Promise<number> {
  const shown = await derived?.beside?.(id);
  if (shown !== undefined) ctx.logFields[`${definition.derived?.name}Out`] = shown;
  return shown ?? 0;
}

async function resourceAnswer(
  context: ResourceContext,
  status: 200 | 201,
  record: ResourceRecord,
  written?: () => Selection,
): Promise<Answer> {
  const shown = await showResources(context, [record], "request", written);
  return {
    status,
    headers: { ...omissionHeaders(shown), ETag: etagOf(record.version), Location: locationOf(context, record.id) },
    body: shown.texts[0] ?? "",
  };
}

function contextFor({ definition, ctx, session }: ResourceRequest): ResourceContext {
  const projection = projectionOf(definition.type(session.rules), ctx);
  return contextOf(definition, { session, base: ctx.base, projection });
}

function projectionOf(type: ResourceType, { query }: Pick<RequestContext, "query">): Projection | undefined {
  return readProjection(type, query("attributes"), query("excludedattributes"));
}

function allOf(record: ResourceRecord): Selection {
  return selectionOfAll(attributesOf(record));
}
