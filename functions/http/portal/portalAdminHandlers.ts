import { changeOwnRules } from "../../provisioning/portal/ownRules.ts";
import { PortalRefusal } from "../../provisioning/portal/portalRefusal.ts";
import {
  endPortalSession,
  type PortalAdministration,
  redeemPortalLink,
  SESSION_LIFE,
} from "../../provisioning/portal/portalSessions.ts";
import type { RuleName } from "../../provisioning/portal/portalSettings.ts";
import { rulesOf } from "../../provisioning/session.ts";
import type { Database } from "../../store/database.ts";
import type { OrgRecord, PortalSessionRecord } from "../../store/records.ts";
import type { PORTAL_ADMIN_OPERATIONS } from "../signed/declarations/portalSessions.ts";
import type { Handlers, TokenMeans } from "../signed/route.ts";
import { tokenHandlers } from "../signed/tokenHandlers.ts";
import type { PresentedSession } from "./portalMeans.ts";

export interface PortalAdminMeans extends TokenMeans {
  readonly sessions: PortalAdministration;
  readonly database: Database;
  /** Absent: a link is being redeemed. */
  readonly session: PresentedSession | undefined;
  /** The rules that the org may change itself. */
  readonly changeable: readonly RuleName[];
  noteSession(record: PortalSessionRecord, org: OrgRecord): void;
  /** @param text the session text; empty deletes the cookie @param maxAge in seconds */
  setCookie(text: string, maxAge: number): void;
}

const { reportTokens: _ofOperators, ...ofOneOrg } = tokenHandlers;

export const portalAdminHandlers: Handlers<PortalAdminMeans, typeof PORTAL_ADMIN_OPERATIONS> = {
  ...ofOneOrg,
  redeemPortalLink: async ({ sessions, database, noteSession, setCookie, body: { link: linkText } }) => {
    const { org, record, text } = await redeemPortalLink({ ...sessions, database }, linkText, noteSession);
    noteSession(record, org);
    setCookie(text, SESSION_LIFE);
    return { org: org.slug, intent: record.intent, expiresAt: record.expiresAt };
  },
  endOwnSession: async ({ sessions, session, setCookie }) => {
    if (session === undefined) throw PortalRefusal.noSession("missing");
    await endPortalSession(sessions, session.record);
    if (session.csrf !== undefined) setCookie("", 0);
    return undefined;
  },
  changeOwnRules: async ({ administration, changeable, parameters, body: { rules = {} } }) => {
    const { org, warnings } = await changeOwnRules(administration, parameters.org, changeable, rules);
    return { rules: rulesOf(org), warnings };
  },
};
