import type { APIGatewayProxyResult } from "aws-lambda";
import { nameInBody, subjectOf } from "../provisioning/journal/subject.ts";
import { wantedByFilter } from "../provisioning/query/lookUp.ts";
import { showsNames } from "../provisioning/resources/commonIndexes.ts";
import type { Precondition, ResourceDefinition } from "../provisioning/resources/definition.ts";
import { contextOf, type ResourceContext } from "../provisioning/resources/showResources.ts";
import type { Session } from "../provisioning/session.ts";
import { ScimError } from "../scim/error.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch } from "../scim/patch/resolved.ts";
import { Quirks } from "../scim/quirks.ts";
import { etagOf, ifMatch, ifNoneMatch, preconditionOf, readProjection } from "../scim/render.ts";
import type { ResourceType } from "../scim/schema.ts";
import { isIdOf } from "../store/keys.ts";
import type { ResourceRecord, Wanted } from "../store/records.ts";
import { PRESETS } from "../store/rules.ts";
import type { Unverified, UnverifiedTexts } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { answerList, listRequestOf, resourceAnswer } from "./list.ts";
import { proxyResult, type RequestContext } from "./requestContext.ts";
import { type ScimRoutes, scimHandler, sessionOf } from "./scimHandler.ts";

/** The resources of one type, such as /Users and /Users/{id} (RFC 7644 sections 3.3 to 3.6). */
export function resourceHandler(endpoint: Endpoint, definition: ResourceDefinition): GatewayHandler {
  return scimHandler(endpoint, new ResourceRoutes(definition));
}

/** Names of operations, by method. */
const ON_COLLECTION = new Map(Object.entries({ GET: "list", POST: "create" }));
const ON_RESOURCE = new Map(Object.entries({ GET: "get", PUT: "replace", PATCH: "patch", DELETE: "delete" }));

class ResourceRoutes implements ScimRoutes {
  readonly #definition: ResourceDefinition;
  /** The first part of an operation's name in the log: `users`. */
  readonly #kind: string;

  constructor(definition: ResourceDefinition) {
    this.#definition = definition;
    this.#kind = definition.type(PRESETS.standard).endpoint.slice(1).toLowerCase();
  }

  /** `….none`: the operation is not offered. */
  operation({ method, segments, query }: RequestContext): string {
    const [, id, ...beyond] = segments;
    if (beyond.length > 0) return `${this.#kind}.none`;
    if (id === ".search") return `${this.#kind}.${method === "POST" ? "search" : "none"}`;
    if (id !== undefined) return `${this.#kind}.${ON_RESOURCE.get(method) ?? "none"}`;
    if (method === "GET" && query.has("filter")) return `${this.#kind}.filter`;
    return `${this.#kind}.${ON_COLLECTION.get(method) ?? "none"}`;
  }

  *wanted(request: Unverified, texts: UnverifiedTexts | undefined): Iterable<Wanted> {
    const definition = this.#definition;
    const [, id] = request.segments;
    if (id !== undefined && id !== ".search") {
      if (!isIdOf(definition, id)) return;
      yield { kind: "resource", id };
      if (request.method === "PATCH" && definition.wantedByPatch !== undefined && texts !== undefined) {
        const operations = readPatch(definition.type(PRESETS.open), texts.body(), PRESETS.open, new Quirks());
        yield* definition.wantedByPatch(id, operations);
      }
      return;
    }
    if (texts === undefined || request.method !== (id === undefined ? "GET" : "POST")) return;
    const { filter } = listRequestOf(texts, PRESETS.open, new Quirks());
    if (filter === undefined) return;
    const type = definition.type(PRESETS.standard);
    yield* wantedByFilter(definition, type, parseFilter(filter, type));
  }

  async answer(ctx: RequestContext): Promise<APIGatewayProxyResult> {
    const session = sessionOf(ctx);
    const { method } = ctx;
    const [, id, ...beyond] = ctx.segments;
    if (beyond.length > 0) throw ScimError.notFound("endpoint");
    if (id === ".search" && method !== "POST") throw ScimError.methodNotAllowed(["POST"]);
    if (id === ".search" || (id === undefined && method === "GET")) return answerList(ctx, session, [this.#definition]);
    const type = this.#definition.type(session.rules);
    if (id === undefined) {
      if (method !== "POST") throw ScimError.methodNotAllowed(["GET", "POST"]);
      return this.#create(ctx, session, type);
    }
    ctx.logFields.resource = type.name;
    if (isIdOf(this.#definition, id)) ctx.logFields.resourceId = id;
    const precondition = preconditionOf(ctx.headers.get("if-match"), ctx.headers.get("if-none-match"));
    switch (method) {
      case "GET":
        return this.#read(ctx, session, id);
      case "PUT":
      case "PATCH":
        return this.#change(ctx, session, type, id, precondition);
      case "DELETE":
        await this.#definition.actions.delete(session, id, precondition);
        return proxyResult(ctx, { status: 204 });
      default:
        throw ScimError.methodNotAllowed(["GET", "PUT", "PATCH", "DELETE"]);
    }
  }

  async #create(ctx: RequestContext, session: Session, type: ResourceType): Promise<APIGatewayProxyResult> {
    const context = this.#context(ctx, session);
    const record = await this.#created(ctx, session, type);
    ctx.logFields.resource = type.name;
    ctx.logFields.resourceId = record.id;
    return resourceAnswer(ctx, context, 201, record);
  }

  async #created(ctx: RequestContext, session: Session, type: ResourceType): Promise<ResourceRecord> {
    const body = ctx.body();
    try {
      return await this.#definition.actions.create(session, body);
    } catch (error) {
      const { nameAttribute } = this.#definition;
      ctx.logFields.subject = subjectOf(session.tokenHash, type, nameAttribute, nameInBody(type, nameAttribute, body));
      throw error;
    }
  }

  async #read(ctx: RequestContext, session: Session, id: string): Promise<APIGatewayProxyResult> {
    const context = this.#context(ctx, session);
    const record = await this.#definition.actions.read(session, id);
    if (!ifMatch(ctx.headers.get("if-match"), record.version)) throw ScimError.version("mismatch");
    const uncovered = await readBeside(ctx, context, record);
    // The version does not cover all values of this answer, so 304 could hide a change.
    if (
      uncovered === 0 &&
      !showsNames(context.projection) &&
      ifNoneMatch(ctx.headers.get("if-none-match"), record.version) &&
      !(await context.derived?.isBehind?.())
    ) {
      return proxyResult(ctx, { status: 304, headers: { ETag: etagOf(record.version) } });
    }
    return resourceAnswer(ctx, context, 200, record);
  }

  /** PUT and PATCH. Values that the answer shows besides the resource are read at the same time as the change. */
  async #change(
    ctx: RequestContext,
    session: Session,
    type: ResourceType,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<APIGatewayProxyResult> {
    const { actions, derived, patchStatusRule, wantedByPatch } = this.#definition;
    const isPatch = ctx.method === "PATCH";
    // A client that asks for attributes gets a body.
    const projection = readProjection(type, ctx.query.get("attributes"), ctx.query.get("excludedattributes"));
    const isShown = !isPatch || projection !== undefined || !patchStatusRule || session.rules[patchStatusRule] === 200;
    const context = isShown ? contextOf(this.#definition, { session, base: ctx.base, projection }) : undefined;
    const readOperations = () => {
      const operations = readPatch(type, ctx.body(), session.rules, session.quirks);
      const described = describePatch(operations);
      ctx.logFields.patchPaths = described;
      // A PATCH that only changes the derived attribute has its own operation name.
      const onDerived = derived && wantedByPatch && new RegExp(`^\\w+ ${derived.name}\\b`);
      if (onDerived && described.every((entry) => onDerived.test(entry))) {
        ctx.logFields.op = `${this.#kind}.${derived.name}`;
      }
      return operations;
    };
    context?.derived?.begin?.(id);
    const { record, changed } = isPatch
      ? await actions.patch(session, id, readOperations, precondition)
      : await actions.replace(session, id, ctx.body, precondition);
    ctx.logFields.changed = changed;
    if (context !== undefined) await readBeside(ctx, context, record);
    if (context === undefined) return proxyResult(ctx, { status: 204, headers: { ETag: etagOf(record.version) } });
    return resourceAnswer(ctx, context, 200, record);
  }

  #context(ctx: RequestContext, session: Session): ResourceContext {
    const type = this.#definition.type(session.rules);
    const projection = readProjection(type, ctx.query.get("attributes"), ctx.query.get("excludedattributes"));
    return contextOf(this.#definition, { session, base: ctx.base, projection });
  }
}

/** @returns number of shown values that the version of the resource does not cover */
async function readBeside(
  ctx: RequestContext,
  { definition, derived }: ResourceContext,
  record: ResourceRecord,
): Promise<number> {
  const shown = await derived?.beside?.(record);
  if (shown !== undefined) ctx.logFields[`${definition.derived?.name}Out`] = shown;
  return shown ?? 0;
}
