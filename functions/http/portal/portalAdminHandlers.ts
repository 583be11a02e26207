import type { Administration } from "../../provisioning/changeOrg.ts";
import { PortalRefusal } from "../../provisioning/errors/portal.ts";
import { type OrgAnswer, updateOrg } from "../../provisioning/orgs.ts";
import {
  endPortalSession,
  type PortalAdministration,
  redeemPortalLink,
  SESSION_LIFE,
} from "../../provisioning/portal/portalSessions.ts";
import type { RuleName } from "../../provisioning/portal/portalSettings.ts";
import { rulesOf } from "../../provisioning/session.ts";
import type { Json } from "../../scim/json.ts";
import type { Database } from "../../store/database.ts";
import type { OrgRecord } from "../../store/records.ts";
import type { PortalSessionRecord } from "../../store/tokenRecords.ts";
import type { PORTAL_ADMIN_OPERATIONS } from "../signed/declarations/portalSessions.ts";
import type { Handlers, TokenMeans } from "../signed/route.ts";
import { tokenHandlers } from "../signed/tokenHandlers.ts";
import type { PresentedSession } from "./portalMeans.ts";

/**
 * Changes rules for the org's own administrator: all wishes, or none.
 * @param changeable rules that the operator left to the org @param wishes null returns a rule to the preset
 * @throws ScimError 403 for any other rule, 400 invalidValue, 404, 409 for a rule that the deployment does not allow
 */
async function changeOwnRules(
  administration: Administration,
  slug: string,
  changeable: readonly RuleName[],
  wishes: Readonly<Record<string, Json>>,
): Promise<OrgAnswer> {
  for (const name of Object.keys(wishes)) {
    if (!changeable.some((rule) => rule === name)) throw PortalRefusal.refused("rule", name);
  }
  return updateOrg(administration, slug, { changedRules: wishes });
}

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
