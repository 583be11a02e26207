import type { Session } from "../provisioning/session.ts";
import { wantedByUserFilter } from "../provisioning/userSearch.ts";
import { attributesOf, createUser, deleteUser, patchUser, readUser, replaceUser } from "../provisioning/users.ts";
import { groupIdsOnce, groupsOfUsers } from "../provisioning/views.ts";
import { Bent } from "../scim/bent.ts";
import { etagOf, ifNoneMatch } from "../scim/etag.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { isUserId } from "../scim/identifiers.ts";
import { listResponse } from "../scim/paging.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch, pathsWritten, type ResolvedOperation } from "../scim/patch/resolved.ts";
import {
  includes,
  isShownAsStored,
  type Projection,
  readProjection,
  type Selection,
  selectionOf,
  selectionOfAll,
} from "../scim/projection.ts";
import type { GroupOf } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import type { UserRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { PRESETS } from "../store/rules.ts";
import type { Answer } from "./answer.ts";
import { answerWalk } from "./answerWalk.ts";
import type { Unverified } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { listingOf, listRequestOf } from "./listing.ts";
import { findUsers, managersShown, userLocation, userText, userTexts, walkOverUsers } from "./listUsers.ts";
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
    return list(exchange, session);
  }
  if (id === undefined) {
    switch (exchange.method) {
      case "GET":
        return list(exchange, session);
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
  const { filter } = listRequestOf(request, new Bent());
  if (filter !== undefined) yield* wantedByUserFilter(parseFilter(filter, userType(PRESETS.standard)));
}

async function create(exchange: Exchange, session: Session): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const record = await createUser(session, exchange.body());
  noteResource(exchange, "User", record.id);
  return resourceAnswer(exchange, session, 201, record, projection, [], () => allOf(record));
}

async function read(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const [record, groups] = await Promise.all([readUser(session, id), groupsShown(exchange, session, projection, id)]);
  // A user's version does not cover its groups: while the answer shows some, nothing says they are unchanged.
  if (groups.length === 0 && ifNoneMatch(exchange.header("if-none-match"), record.version)) {
    return { status: 304, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(exchange, session, 200, record, projection, groups);
}

async function replace(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const [{ record, changed }, groups] = await beside(
    replaceUser(session, id, exchange.body, exchange.header("if-match")),
    groupsShown(exchange, session, projection, id),
  );
  exchange.noted.changed = changed;
  return resourceAnswer(exchange, session, 200, record, projection, groups, () => allOf(record));
}

async function patch(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const type = userType(session.rules);
  let read: readonly ResolvedOperation[] = [];
  const readOperations = () => {
    read = readPatch(type, exchange.body(), session.rules, session.bent);
    exchange.noted.patchPaths = describePatch(read);
    return read;
  };
  const [{ record, changed }, groups] = await beside(
    patchUser(session, id, readOperations, exchange.header("if-match")),
    groupsShown(exchange, session, projection, id),
  );
  exchange.noted.changed = changed;
  return resourceAnswer(exchange, session, 200, record, projection, groups, () => selectionOf(pathsWritten(read)));
}

async function remove(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  await deleteUser(session, id, exchange.header("if-match"));
  return { status: 204 };
}

async function list(exchange: Exchange, session: Session): Promise<Answer> {
  const request = listRequestOf(exchange, session.bent);
  const listing = listingOf(exchange, request, userType(session.rules));
  if (request.cursor !== undefined) {
    return answerWalk(exchange, session, request, listing, {
      endpoint: "/Users",
      filter: listing.canonicalFilter,
      pageBehind: (after) => walkOverUsers(exchange, session, listing, after),
      total: async () => (await findUsers(exchange, session, listing)).total,
    });
  }
  const found = await findUsers(exchange, session, listing);
  exchange.noted.itemsOut = found.records.length;
  const texts = await userTexts(exchange, session, found, listing);
  return { status: 200, body: listResponse(texts, found.total, listing.startIndex) };
}

/** A change, and a read at the same time. Where the read fails the change still comes to its end: no write goes on behind an answer. */
async function beside<C, R>(change: Promise<C>, read: Promise<R>): Promise<readonly [C, R]> {
  // It is awaited second, and its failure told then.
  read.catch(() => undefined);
  return [await change, await read];
}

function projectionOf(exchange: Exchange, session: Session): Projection | undefined {
  return readProjection(userType(session.rules), exchange.query("attributes"), exchange.query("excludedattributes"));
}

function showsGroups({ query }: Pick<Exchange, "query">): boolean {
  const type = userType(PRESETS.standard);
  return includes(readProjection(type, query("attributes"), query("excludedattributes")), "groups");
}

async function groupsShown(
  exchange: Exchange,
  session: Session,
  projection: Projection | undefined,
  id: string,
): Promise<GroupOf[]> {
  if (!includes(projection, "groups") || !isUserId(id)) return [];
  const groups = await groupsOfUsers(session, [id], groupIdsOnce(session));
  exchange.noted.groupsOut = groups.get(id)?.length;
  return groups.get(id) ?? [];
}

async function resourceAnswer(
  exchange: Exchange,
  session: Session,
  status: 200 | 201,
  record: UserRecord,
  projection: Projection | undefined,
  groups: readonly GroupOf[],
  written?: () => Selection,
): Promise<Answer> {
  const managers = await managersShown(session, [record], projection);
  // The answer shows what was written, even what else is returned on request only (RFC 7643 section 7).
  const named = isShownAsStored(userType(session.rules)) ? undefined : written?.();
  return {
    status,
    headers: { ETag: etagOf(record.version), Location: userLocation(exchange, record) },
    body: userText(exchange, session, record, { projection, groups, managers, written: named }),
  };
}

function allOf(record: UserRecord): Selection {
  return selectionOfAll(attributesOf(record));
}
