import { wantedByGroupFilter, wantedOfMembers } from "../provisioning/groupSearch.ts";
import { createGroup, deleteGroup, patchGroup, readGroup, replaceGroup } from "../provisioning/groups.ts";
import type { Session } from "../provisioning/session.ts";
import { Bent } from "../scim/bent.ts";
import { etagOf, ifNoneMatch } from "../scim/etag.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { isGroupId } from "../scim/identifiers.ts";
import { listResponse } from "../scim/paging.ts";
import { planMembers } from "../scim/patch/groupPatch.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch } from "../scim/patch/resolved.ts";
import { type Projection, readProjection } from "../scim/projection.ts";
import { groupType } from "../scim/resourceTypes.ts";
import type { GroupRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { PRESETS } from "../store/rules.ts";
import type { Answer } from "./answer.ts";
import { answerWalk } from "./answerWalk.ts";
import type { Unverified } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { findGroups, groupLocation, groupTexts, walkOverGroups } from "./listGroups.ts";
import { listingOf, listRequestOf } from "./listing.ts";
import { changesMembersOnly, noteResource, operationOn } from "./operation.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** /Groups and /Groups/{id} (RFC 7644 sections 3.3 to 3.6). */
export function groupsHandler(endpoint: Endpoint): GatewayHandler {
  return scimHandler(endpoint, {
    operation: (exchange) => operationOn("groups", exchange),
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
  noteResource(exchange, "Group", isGroupId(id) ? id : undefined);
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
    if (!isGroupId(id)) return;
    yield { kind: "group", id };
    if (request.method === "PATCH") yield* wantedByPatch(request, id);
    return;
  }
  if (request.method !== (id === undefined ? "GET" : "POST")) return;
  const { filter } = listRequestOf(request, new Bent());
  if (filter !== undefined) yield* wantedByGroupFilter(parseFilter(filter, groupType(PRESETS.standard)));
}

/** The members a PATCH names, and their edges: they are what it will ask for first. */
function wantedByPatch(request: Unverified, groupId: string): Iterable<Wanted> {
  const plan = planMembers(readPatch(groupType(PRESETS.open), request.body(), PRESETS.open, new Bent()));
  if (plan === "needsMembers" || plan.exact) return [];
  const { add, remove } = plan;
  return wantedOfMembers(groupId, [...add, ...remove], add);
}

async function create(exchange: Exchange, session: Session): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const record = await createGroup(session, exchange.body());
  noteResource(exchange, "Group", record.id);
  return resourceAnswer(exchange, session, 201, record, projection);
}

async function read(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const record = await readGroup(session, id);
  if (ifNoneMatch(exchange.header("if-none-match"), record.version)) {
    return { status: 304, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(exchange, session, 200, record, projection);
}

async function replace(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const { record, changed } = await replaceGroup(session, id, exchange.body, exchange.header("if-match"));
  exchange.noted.changed = changed;
  return resourceAnswer(exchange, session, 200, record, projection);
}

async function patch(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const projection = projectionOf(exchange, session);
  const readOperations = () => {
    const operations = readPatch(groupType(session.rules), exchange.body(), session.rules, session.bent);
    const described = describePatch(operations);
    exchange.noted.patchPaths = described;
    if (changesMembersOnly(described)) exchange.noted.op = "groups.members";
    return operations;
  };
  const { record, changed } = await patchGroup(session, id, readOperations, exchange.header("if-match"));
  exchange.noted.changed = changed;
  // Entra's documented answer, and no roster to send back; a client that asks for attributes gets them.
  if (projection === undefined && session.rules.groupPatchAnswer === 204) {
    return { status: 204, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(exchange, session, 200, record, projection);
}

async function remove(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  await deleteGroup(session, id, exchange.header("if-match"));
  return { status: 204 };
}

async function list(exchange: Exchange, session: Session): Promise<Answer> {
  const request = listRequestOf(exchange, session.bent);
  const listing = listingOf(exchange, request, groupType(session.rules));
  if (request.cursor !== undefined) {
    return answerWalk(exchange, session, request, listing, {
      endpoint: "/Groups",
      filter: listing.canonicalFilter,
      pageBehind: (after) => walkOverGroups(exchange, session, listing, after),
      total: async () => (await findGroups(exchange, session, listing)).total,
    });
  }
  const found = await findGroups(exchange, session, listing);
  exchange.noted.itemsOut = found.records.length;
  const { texts, headers } = await groupTexts(exchange, session, found.records, listing.projection);
  return { status: 200, headers, body: listResponse(texts, found.total, listing.startIndex) };
}

function projectionOf(exchange: Exchange, session: Session): Projection | undefined {
  return readProjection(groupType(session.rules), exchange.query("attributes"), exchange.query("excludedattributes"));
}

async function resourceAnswer(
  exchange: Exchange,
  session: Session,
  status: 200 | 201,
  record: GroupRecord,
  projection: Projection | undefined,
): Promise<Answer> {
  const { texts, headers } = await groupTexts(exchange, session, [record], projection);
  return {
    status,
    headers: { ...headers, ETag: etagOf(record.version), Location: groupLocation(exchange, record) },
    body: texts[0] ?? "",
  };
}
