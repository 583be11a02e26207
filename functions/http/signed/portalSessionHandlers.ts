import { PortalRefusal } from "../../provisioning/errors/portal.ts";
import {
  createPortalSession,
  listPortalSessions,
  type PortalAdministration,
  portalStatus,
  revokePortalSession,
} from "../../provisioning/portal/portalSessions.ts";
import type { PortalSessionRecord } from "../../store/tokenRecords.ts";
import type { PORTAL_SESSION_OPERATIONS } from "./declarations/portalSessions.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";

export const portalSessionHandlers: Handlers<AdminMeans, typeof PORTAL_SESSION_OPERATIONS> = {
  listPortalSessions: async (call) => {
    const { administration } = portalOf(call);
    const records = await listPortalSessions(administration, call.parameters.org);
    return { sessions: records.map((record) => portalSessionView(record, administration.now)) };
  },
  createPortalSession: async (call) => {
    const { administration, url } = portalOf(call);
    const { record, text } = await createPortalSession(administration, call.parameters.org, call.body);
    call.ctx.logFields.sessionId = record.id;
    const session = portalSessionView(record, administration.now);
    // No server, proxy or log on the way sees a fragment.
    if (record.kind === "link") return { session, url: `${url}#link=${text}`, bearer: null };
    return { session, url: null, bearer: text };
  },
  revokePortalSession: async (call) => {
    const { administration } = portalOf(call);
    const { org, sessionId } = call.parameters;
    const record = await revokePortalSession(administration, org, sessionId);
    call.ctx.logFields.sessionId = record.id;
    return portalSessionView(record, administration.now);
  },
};

/** @throws ScimError 409 where the deployment has no portal */
function portalOf({ administration, portal }: Called<AdminMeans>): {
  readonly administration: PortalAdministration;
  readonly url: string;
} {
  if (portal === undefined) throw PortalRefusal.conflict("portalOff");
  return { administration: { ...administration, sessionsOf: portal.sessionsOf }, url: portal.url };
}

function portalSessionView(record: PortalSessionRecord, now: number) {
  const { id, kind, intent, access, actor, createdAt, createdBy, expiresAt, redeemedAt, revokedAt, linkId } = record;
  return {
    ...{ id, kind, status: portalStatus(record, now), intent, access, actor, createdAt, createdBy, expiresAt },
    redeemedAt: redeemedAt ?? null,
    revokedAt: revokedAt ?? null,
    linkId: linkId ?? null,
  };
}
