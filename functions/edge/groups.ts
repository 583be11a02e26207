import { createGroup, deleteGroup, patchGroup, readGroup, replaceGroup } from "../provisioning/groups.ts";
import { wantedByFilter } from "../provisioning/query/lookUp.ts";
import { contextOf, type ResourceContext } from "../provisioning/resources/context.ts";
import { GROUPS, wantedOfMembers } from "../provisioning/resources/group.ts";
import { locationOf, showResources } from "../provisioning/resources/showResources.ts";
import type { Session } from "../provisioning/session.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { planMembers } from "../scim/patch/applyPatch.ts";
import { readPatch } from "../scim/patch/readPatch.ts";
import { describePatch } from "../scim/patch/resolved.ts";
import { readProjection } from "../scim/projection.ts";
import { Quirks } from "../scim/quirks.ts";
import { etagOf, ifNoneMatch } from "../scim/render.ts";
import { groupType } from "../scim/resourceTypes.ts";
import { isGroupId } from "../scim/schema.ts";
import type { GroupRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { PRESETS } from "../store/rules.ts";
import type { Answer } from "./answer.ts";
import type { Unverified } from "./authenticate.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { answerList, listRequestOf, omissionHeaders } from "./list.ts";
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
    return answerList(exchange, session, [GROUPS]);
  }
  if (id === undefined) {
    switch (exchange.method) {
      case "GET":
        return answerList(exchange, session, [GROUPS]);
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
  const { filter } = listRequestOf(request, new Quirks());
  if (filter === undefined) return;
  const type = groupType(PRESETS.standard);
  yield* wantedByFilter(GROUPS, type, parseFilter(filter, type));
}

/** The members a PATCH names, and their edges: they are what it will ask for first. */
function wantedByPatch(request: Unverified, groupId: string): Iterable<Wanted> {
  const plan = planMembers(readPatch(groupType(PRESETS.open), request.body(), PRESETS.open, new Quirks()));
  if (plan === "needsMembers" || plan.exact) return [];
  const { add, remove } = plan;
  return wantedOfMembers(groupId, [...add, ...remove], add);
}

async function create(exchange: Exchange, session: Session): Promise<Answer> {
  const context = contextFor(exchange, session);
  const record = await createGroup(session, exchange.body());
  noteResource(exchange, "Group", record.id);
  return resourceAnswer(context, 201, record);
}

async function read(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  const record = await readGroup(session, id);
  if (ifNoneMatch(exchange.header("if-none-match"), record.version)) {
    return { status: 304, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(context, 200, record);
}

async function replace(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  const { record, changed } = await replaceGroup(session, id, exchange.body, exchange.header("if-match"));
  exchange.noted.changed = changed;
  return resourceAnswer(context, 200, record);
}

async function patch(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  const context = contextFor(exchange, session);
  const readOperations = () => {
    const operations = readPatch(groupType(session.rules), exchange.body(), session.rules, session.quirks);
    const described = describePatch(operations);
    exchange.noted.patchPaths = described;
    if (changesMembersOnly(described)) exchange.noted.op = "groups.members";
    return operations;
  };
  const { record, changed } = await patchGroup(session, id, readOperations, exchange.header("if-match"));
  exchange.noted.changed = changed;
  // Entra's documented answer, and no roster to send back; a client that asks for attributes gets them.
  if (context.projection === undefined && session.rules.groupPatchAnswer === 204) {
    return { status: 204, headers: { ETag: etagOf(record.version) } };
  }
  return resourceAnswer(context, 200, record);
}

async function remove(exchange: Exchange, session: Session, id: string): Promise<Answer> {
  await deleteGroup(session, id, exchange.header("if-match"));
  return { status: 204 };
}

function contextFor(exchange: Exchange, session: Session): ResourceContext<GroupRecord> {
  const attributes = exchange.query("attributes");
  const projection = readProjection(groupType(session.rules), attributes, exchange.query("excludedattributes"));
  return contextOf(GROUPS, { session, base: exchange.base, projection });
}

async function resourceAnswer(
  context: ResourceContext<GroupRecord>,
  status: 200 | 201,
  record: GroupRecord,
): Promise<Answer> {
  const shown = await showResources(context, [record], "request");
  return {
    status,
    headers: { ...omissionHeaders(shown), ETag: etagOf(record.version), Location: locationOf(context, record.id) },
    body: shown.texts[0] ?? "",
  };
}
