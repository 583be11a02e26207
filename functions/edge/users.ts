import { wantedByFilter } from "../provisioning/query/lookUp.ts";
import { contextOf, type ResourceContext } from "../provisioning/resources/context.ts";
import { locationOf, showResources } from "../provisioning/resources/showResources.ts";
import { USERS } from "../provisioning/resources/user.ts";
import type { Session } from "../provisioning/session.ts";
import { attributesOf, createUser, deleteUser, patchUser, readUser, replaceUser } from "../provisioning/users.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch, pathsWritten, type ResolvedOperation } from "../scim/patch/resolved.ts";
import { includes, readProjection, type Selection, selectionOf, selectionOfAll } from "../scim/projection.ts";
import { Quirks } from "../scim/quirks.ts";
import { etagOf, ifNoneMatch } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import { isUserId } from "../scim/schema.ts";
import type { ResourceRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { PRESETS } from "../store/rules.ts";
import type { Answer } from "./answer.ts";
import type { Unverified } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { answerList, listRequestOf } from "./list.ts";
import { noteResource, operationOn } from "./operation.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** /Users and /Users/{id} (RFC 7644 sections 3.3 to 3.6). */
export function usersHandler(endpoint: Endpoint): GatewayHandler {
  return scimHandler(endpoint, {
    operation: (exchange) => operationOn("users", exchange),
    wanted,
    checksToken: () => "always",
    answer,
  });
}

async function answer(exchange: Exchange): Promise<Answer> {
  const session = sessionOf(exchange);
  const [, id, ...beyond] = exchange.segments;
  if (beyond.length > 0) throw notOnThisPath();
  if (id === ".search") {
    if (exchange.method !== "POST") throw methodNotAllowed(["POST"]);
    return answerList(exchange, session, [USERS]);
  }
  if (id === undefined) {
    switch (exchange.method) {
      case "GET":
        return answerList(exchange, session, [USERS]);
      case "POST":
        return create(exchange, session);
      default:
        throw methodNotAllowed(["GET", "POST"]);
    }
  }
  noteResource(exchange, "User", isUserId(id) ? id : undefined);
  switch (exchange.method) {
    case "GET":
      return read(exchange, session, id);
    case "PUT":
      return replace(exchange, session, id);
    case "PATCH":
      return patch(exchange, session, id);
    case "DELETE":
      return remove(exchange, session, id);
    default:
      throw methodNotAllowed(["GET", "PUT", "PATCH", "DELETE"]);
  }
}

function* wanted(request: Unverified): Iterable<Wanted> {
  const [, id] = request.segments;
  if (id !== undefined && id !== ".search") {
    if (!isUserId(id)) return;
    yield { kind: "user", id };
    if (request.method !== "DELETE" && showsGroups(request)) yield { kind: "groupsOf", memberId: id };
    return;
  }
  if (request.method !== (id === undefined ? "GET" : "POST")) return;
  const { filter } = listRequestOf(request, new Quirks());
  if (filter === undefined) return;
  const type = userType(PRESETS.standard);
  yield* wantedByFilter(USERS, type, parseFilter(filter, type));
}

async function create(exchange: Exchange, session: Session): Promise<Answer> {
  const context = contextFor(exchange, session);
  const record = await createUser(session, exchange.body());
  noteResource(exchange, "User", record.id);
  return resourceAnswer(context, 201, record, () => allOf(record));
}

async function read(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  const [record, groups] = await Promise.all([readUser(session, id), readBeside(exchange, context, id)]);
  // A user's version does not cover its groups: while the answer shows some, nothing says they are unchanged.
  if (groups === 0 && ifNoneMatch(exchange.header("if-none-match"), record.version)) {
    return { status: 304, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(context, 200, record);
}

async function replace(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  const { record, changed } = await beside(
    replaceUser(session, id, exchange.body, exchange.header("if-match")),
    readBeside(exchange, context, id),
  );
  exchange.noted.changed = changed;
  return resourceAnswer(context, 200, record, () => allOf(record));
}

async function patch(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  let read: readonly ResolvedOperation[] = [];
  const readOperations = () => {
    read = readPatch(context.type, exchange.body(), session.rules, session.quirks);
    exchange.noted.patchPaths = describePatch(read);
    return read;
  };
  const { record, changed } = await beside(
    patchUser(session, id, readOperations, exchange.header("if-match")),
    readBeside(exchange, context, id),
  );
  exchange.noted.changed = changed;
  return resourceAnswer(context, 200, record, () => selectionOf(pathsWritten(read)));
}

async function remove(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  await deleteUser(session, id, exchange.header("if-match"));
  return { status: 204 };
}

/** A change, and a read at the same time. Where the read fails the change still comes to its end: no write goes on behind an answer. */
async function beside<C>(change: Promise<C>, read: Promise<unknown>): Promise<C> {
  // It is awaited second, and its failure told then.
  read.catch(() => undefined);
  const changed = await change;
  await read;
  return changed;
}

function contextFor(exchange: Exchange, session: Session): ResourceContext<ResourceRecord> {
  const attributes = exchange.query("attributes");
  const projection = readProjection(userType(session.rules), attributes, exchange.query("excludedattributes"));
  return contextOf(USERS, { session, base: exchange.base, projection });
}

function showsGroups({ query }: Pick<Exchange, "query">): boolean {
  const type = userType(PRESETS.standard);
  return includes(readProjection(type, query("attributes"), query("excludedattributes")), "groups");
}

/** @returns how many groups the answer shows */
async function readBeside(exchange: Exchange, { derived }: ResourceContext, id: string): Promise<number> {
  exchange.noted.groupsOut = await derived?.beside?.(id);
  return Number(exchange.noted.groupsOut ?? 0);
}

async function resourceAnswer(
  context: ResourceContext<ResourceRecord>,
  status: 200 | 201,
  record: ResourceRecord,
  written?: () => Selection,
): Promise<Answer> {
  const { texts } = await showResources(context, [record], "request", written);
  return {
    status,
    headers: { ETag: etagOf(record.version), Location: locationOf(context, record.id) },
    body: texts[0] ?? "",
  };
}

function allOf(record: ResourceRecord): Selection {
  return selectionOfAll(attributesOf(record));
}
