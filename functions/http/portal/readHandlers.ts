import type { Application } from "../../provisioning/application.ts";
import { assertNotHalfImported } from "../../provisioning/importOrg.ts";
import { findGroup, groupLine, listGroupMembers, listGroups } from "../../provisioning/portal/groups.ts";
import { overviewOf } from "../../provisioning/portal/overview.ts";
import { findPerson, listPeople, personLine } from "../../provisioning/portal/people.ts";
import { groupError, userError } from "../../scim/error.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import { readImportState } from "../../store/import.ts";
import { applicationFrom } from "../signed/applicationFrom.ts";
import type { PORTAL_OPERATIONS } from "../signed/declarations/portal.ts";
import { historyOf, logReading } from "../signed/history.ts";
import type { Called, Handlers } from "../signed/route.ts";
import type { PortalMeans, PortalOrg } from "./portalMeans.ts";

type ReadOperation =
  | "getOverview"
  | "listPeople"
  | "getPerson"
  | "listPersonHistory"
  | "listGroups"
  | "getGroup"
  | "listGroupMembers"
  | "listGroupHistory";

/** Operations that read an org, its people and its groups. */
export const readHandlers: Handlers<PortalMeans, Pick<typeof PORTAL_OPERATIONS, ReadOperation>> = {
  getOverview: async (call) => {
    const { org, managed } = await wholeOrg(call);
    const tenantUrl = call.tenantUrlOf(org.slug);
    return {
      org: org.slug,
      id: org.id,
      displayName: org.displayName,
      tenantUrl,
      tokenEndpoint: `${tenantUrl}/oauth/token`,
      clientId: org.slug,
      changeable: call.changeable,
      ...(await overviewOf(org, managed, call)),
    };
  },
  listPeople: async (call) => {
    const { records, ...page } = await listPeople(await both(call), call.query);
    return { people: records.map(personLine), ...page };
  },
  getPerson: async (call) => {
    const of = await both(call);
    const { record, ...detail } = await findPerson(of, call.parameters.userId);
    const isProtected = of.org.protectedUsers?.includes(record.id) === true;
    return { ...personLine(record), ...detail, protected: isProtected };
  },
  listPersonHistory: (call) => {
    const { userId } = call.parameters;
    if (!isUserId(userId)) throw userError("notFound.user", []);
    return historyPage(call, userId);
  },
  listGroups: async (call) => {
    const { records, ...page } = await listGroups(await both(call), call.query);
    return { groups: records.map(groupLine), ...page };
  },
  getGroup: async (call) => {
    const { record, attributes } = await findGroup(await both(call), call.parameters.groupId);
    return { ...groupLine(record), attributes };
  },
  listGroupMembers: async (call) => {
    const { count, after } = call.query;
    return listGroupMembers(await both(call), call.parameters.groupId, count, after);
  },
  listGroupHistory: (call) => {
    const { groupId } = call.parameters;
    if (!isGroupId(groupId)) throw groupError("notFound.group", []);
    return historyPage(call, groupId);
  },
};

/** @throws ScimError 404, 503 during an import: an org that is half imported would lack people */
async function wholeOrg({ open }: PortalMeans): Promise<PortalOrg> {
  const opened = await open();
  // Only a paused org can have an import, so other requests need no read.
  if (opened.org.paused !== undefined) assertNotHalfImported(await readImportState(opened.managed.view));
  return opened;
}

/** The org with both sides: the sign-in gate reads both. */
async function both(call: Called<PortalMeans>): Promise<Application> {
  const { org } = await wholeOrg(call);
  return applicationFrom(call.ctx, org, { base: call.tenantUrlOf(org.slug), mayTidy: false, actor: "" });
}

async function historyPage(
  {
    ctx,
    open,
    query,
  }: Called<PortalMeans> & { readonly query: { readonly before?: string | undefined; readonly count: number } },
  id: string,
) {
  const { org } = await open();
  const { events, next = null } = await historyOf(ctx, logReading(ctx, org), id, query.before, query.count);
  return { events, next };
}
