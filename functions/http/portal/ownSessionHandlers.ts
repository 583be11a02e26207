import type { PORTAL_ENTRY_OPERATIONS } from "../signed/declarations/portalSessions.ts";
import type { Handlers } from "../signed/route.ts";
import type { PortalMeans } from "./portalMeans.ts";

const OPERATOR = {
  kind: "console",
  org: null,
  actor: "operator",
  intent: "connect",
  access: "manage",
  returnUrl: null,
  expiresAt: null,
  csrf: null,
} as const;

export const ownSessionHandlers: Handlers<PortalMeans, typeof PORTAL_ENTRY_OPERATIONS> = {
  getOwnSession: async ({ session }) => {
    if (session === undefined) return OPERATOR;
    const { record, org, csrf } = session;
    return {
      kind: record.embedded ? "embedded" : "session",
      org: org.slug,
      actor: record.actor,
      intent: record.intent,
      access: record.access,
      returnUrl: record.returnUrl ?? null,
      expiresAt: record.expiresAt,
      csrf: csrf ?? null,
    };
  },
};
